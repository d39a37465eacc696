package event_test

import (
	"os"
	"testing"

	"example.com/closeframe/fuzz/reference"
)

// inlined are the functions that the compiler must be able to inline: accessors,
// predicates, and what a stack calls for each frame.
var inlined = []string{
	"CloseEvent.Code",
	"CloseEvent.Reason",
	"CloseEvent.AppendReason",
	"CloseEvent.WasClean",
	"CloseEvent.IsSame",
	"Abnormal",
	"(*Error).Unwrap",
	"(*Handshake).Reply",
	"(*Handshake).Sent",
	"(*Handshake).Fail",
	"(*Handshake).State",
	"(*Handshake).End",
	"(*Handshake).Local",
	"(*Handshake).Remote",
	"(*Handshake).LocalFirst",
	"State.String",
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
