package code_test

import (
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

func TestInline(t *testing.T) {
	reference.CheckInline(t, inlined, nil)
}
