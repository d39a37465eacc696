//go:build !unix || openbsd

package main

// limitMemory does nothing: there is no such limit here.
func limitMemory() error { return nil }
