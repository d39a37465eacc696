// Package bench is where closeframe meets other WebSocket stacks: what each of
// them fails to check, and how long they take beside ours.
//
// It is a module of its own, so that the root module, and with it everybody who
// imports closeframe, never sees the stacks that are required here.
//
// The folders embed and interop have closeframe inside live stacks and beside a
// browser. Three programs write what is checked in: capture the frames and packets of
// other stacks in the testdata of the library, run the files in results, and chart
// the pictures.
package bench
