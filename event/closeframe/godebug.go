//go:build go1.25

// A module at go 1.18 runs with the defaults of Go 1.20, which speak TLS 1.0, 3DES
// and SHA-1 and let panic(nil) pass for no panic. The command has no old programs
// to be kind to. Go before 1.25 does not know this setting and builds without.

//go:debug default=go1.25

package main
