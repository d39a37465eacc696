//go:build go1.25

// A module with "go 1.18" runs with the defaults of Go 1.20, which permit TLS 1.0, 3DES
// and SHA-1. The command needs no compatibility with them. Go before 1.25 rejects this
// setting and builds without it.

//go:debug default=go1.25

package main
