//go:build go1.24

package frame_test

import (
	"os"
	"testing"

	"example.com/closeframe/fuzz/reference"
)

// inlined has the functions that must inline: the small exported ones and the helpers
// of the others. Generic ones are under the compiler's names.
var inlined = []string{
	"Error.Error",
	"Error.Answer",
	"frame.CheckReason[go.shape.string]",
	"frame.CheckReason[go.shape.[]uint8]",
	"frame.Truncate[go.shape.string]",
	"frame.Truncate[go.shape.[]uint8]",

	// The wrappers that widen a code, for each kind of reason.
	"frame.Append[go.shape.int,go.shape.string]",
	"frame.Append[go.shape.uint16,go.shape.[]uint8]",
	"frame.AppendFrame[go.shape.int,go.shape.string]",
	"frame.AppendFrame[go.shape.uint16,go.shape.[]uint8]",
	"frame.AppendMasked[go.shape.int,go.shape.string]",
	"frame.AppendMasked[go.shape.uint16,go.shape.[]uint8]",
	"frame.Check[go.shape.int,go.shape.string]",
	"frame.Check[go.shape.uint16,go.shape.[]uint8]",
	"frame.Sanitize[go.shape.int]",
	"frame.Sanitize[go.shape.uint16]",

	"checkCode",
	"payloadLen",
	"grow",
	"putWord",
	"next",
	"frame.valid[go.shape.string]",
	"frame.valid[go.shape.[]uint8]",
	"frame.putPayload[go.shape.string]",
	"frame.putPayload[go.shape.[]uint8]",
	"frame.word32[go.shape.string]",
	"frame.word32[go.shape.[]uint8]",
	"frame.word64[go.shape.string]",
	"frame.word64[go.shape.[]uint8]",
}

// inlinedCalls has the calls that must be inlined: file and callee.
var inlinedCalls = []string{
	"payload.go code.Code.IsSendable",
}

func TestInline(t *testing.T) {
	if os.Getenv("TEST_INLINE") != "1" {
		t.Skip("depends on the compiler; make inline runs it")
	}
	missing, err := reference.NotInlined(inlined, inlinedCalls)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range missing {
		t.Errorf("%s does not inline", name)
	}
}
