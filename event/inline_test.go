package event_test

import (
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

func TestInline(t *testing.T) {
	reference.CheckInline(t, inlined, nil)
}
