// Package bench compares closeframe with other WebSocket stacks for Go: what each of
// them checks, and how long it takes.
//
// It is a module of its own, so that no importer of closeframe downloads the stacks
// that it requires.
//
// Package embed puts closeframe inside other stacks; package interop compares it with a
// browser. Two programs write checked-in files: capture the close frames of other
// stacks in frame/testdata, and compare the files in results.
package bench
