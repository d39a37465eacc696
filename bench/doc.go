// Package bench is where closeframe meets other WebSocket stacks: captures of
// the close frames that they put on the wire, what each of them fails to check,
// and how long they take beside ours.
//
// It is a module of its own, so that the root module, and with it everybody who
// imports closeframe, never sees the stacks that are required here.
//
// The program in capture writes frame/testdata/captured.txt, the one in run the
// files in results, and the one in chart the charts there.
package bench
