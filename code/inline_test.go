package code_test

import (
	"os"
	"testing"

	"example.com/closeframe/fuzz/reference"
)

// inlined are the functions that the compiler must be able to inline. Generic
// ones are named as the compiler does.
var inlined = []string{
	"Code.IsSendable",
	"Code.IsApplication",
	"Code.Class",
	"Code.Name",
	"Class.String",
	"code.From[go.shape.int]",
	"code.From[go.shape.int8]",
	"code.From[go.shape.uint16]",
	"code.From[go.shape.int64]",
	"code.From[go.shape.uint64]",
}

// What inlines changes with the compiler, so this is for the Go version that CI
// pins: TEST_INLINE=1 go test -run Inline.
func TestInline(t *testing.T) {
	if os.Getenv("TEST_INLINE") != "1" {
		t.Skip("set TEST_INLINE=1 to run")
	}
	can, _, err := reference.Inlined(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range inlined {
		if !can[f] {
			t.Errorf("%s does not inline", f)
		}
	}
}
