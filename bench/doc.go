// Package bench compares closeframe with other WebSocket stacks for Go: what each of
// them checks, and how long it takes.
//
// It is a module of its own, so that no importer of closeframe downloads the stacks
// that it requires.
//
// The folders embed and interop have closeframe inside live stacks and beside a
// browser. Two programs write checked-in files: capture the close frames of other
// stacks in frame/testdata, and compare the files in results.
package bench
