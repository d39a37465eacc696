//go:build go1.24

package code_test

import (
	"os"
	"testing"

	"example.com/closeframe/fuzz/reference"
)

// inlined has the functions that must inline, generic ones under the compiler's names.
var inlined = []string{
	"Code.IsSendable",
	"Code.IsApplication",
	"Code.IsRoutine",
	"Code.Class",
	"Code.Name",
	"Class.String",
	"code.From[go.shape.int]",
	"code.From[go.shape.int8]",
	"code.From[go.shape.uint16]",
	"code.From[go.shape.int64]",
	"code.From[go.shape.uint64]",
}

func TestInline(t *testing.T) {
	if os.Getenv("TEST_INLINE") != "1" {
		t.Skip("depends on the compiler; make inline runs it")
	}
	missing, err := reference.NotInlined(inlined, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range missing {
		t.Errorf("%s does not inline", name)
	}
}
