// Package interop compares how connections end in closeframe with how they end in
// a browser, on Node in undici and ws, and in Python: the same close frames go
// through both, and every difference has to be explained.
//
// The tests need Chromium, Node with undici and ws, and Python's websockets, which
// install.sh gets where it may. They run only with INTEROP=1; then what is missing is
// a failure.
package interop
