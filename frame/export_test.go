//go:build go1.24

package frame

// What the tests of the table need to see.
var (
	First  = &first
	Second = &second
	Pairs  = &pairs
)

// Accept is the state in which a character may begin.
const Accept = accept
