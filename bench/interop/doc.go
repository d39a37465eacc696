// Package interop compares the close events of closeframe with those of Chromium, of
// undici and ws on Node, and of Python's websockets. All receive and send the same close
// frames, and every difference must have an explanation.
//
// The tests need these peers, which install.sh installs if it can. They run only with
// INTEROP=1. Then a missing peer is a failure.
package interop
