//go:build go1.24

package event_test

import (
	"os"
	"testing"

	"example.com/closeframe/fuzz/reference"
)

// inlined has the functions that must inline: accessors, predicates, and those that a
// stack calls for each frame.
var inlined = []string{
	"CloseEvent.Code",
	"CloseEvent.Reason",
	"CloseEvent.AppendReason",
	"CloseEvent.WasClean",
	"CloseEvent.IsSame",
	"Abnormal",
	"(*Error).Is",
	"Parse",
	"event.New[go.shape.int,go.shape.string]",
	"event.New[go.shape.uint16,go.shape.[]uint8]",
	"(*Handshake).Reply",
	"(*Handshake).Sent",
	"(*Handshake).Fail",
	"(*Handshake).State",
	"(*Handshake).End",
	"(*Handshake).Local",
	"(*Handshake).Remote",
	"(*Handshake).LocalFirst",
	"(*Handshake).Fault",
	"(*Handshake).WriteFailed",
	"(*Handshake).MaySendData",
	"(*Handshake).MaySendPong",
	"(*Handshake).MaySendClose",
	"State.String",
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
