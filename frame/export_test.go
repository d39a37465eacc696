//go:build go1.24

package frame

// The tables, for TestUTF8TableIsTheGrammar.
var (
	First  = &first
	Second = &second
	Pairs  = &pairs
)

// Accept is the state in which a character may begin.
const Accept = accept
