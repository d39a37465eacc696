//go:build go1.24

package frame_test

import (
	"errors"
	"fmt"
	"testing"

	"example.com/closeframe/code"
	"example.com/closeframe/frame"
	"example.com/closeframe/fuzz/reference"
)

var errorTable = []struct {
	name   string
	err    frame.Error
	text   string
	answer code.Code
}{
	{"ErrIncomplete", frame.ErrIncomplete, "closeframe: frame is incomplete", 0},
	{"ErrShortPayload", frame.ErrShortPayload, "closeframe: payload is a single byte", 1002},
	{"ErrTooLong", frame.ErrTooLong, "closeframe: length is over the limit of a close frame", 1002},
	{"ErrCode", frame.ErrCode, "closeframe: code is not allowed in a close frame", 1002},
	{"ErrUTF8", frame.ErrUTF8, "closeframe: reason is not UTF-8", 1007},
	{"ErrNotClose", frame.ErrNotClose, "closeframe: not a close frame", 0},
	{"ErrFragmented", frame.ErrFragmented, "closeframe: close frame is fragmented", 1002},
	{"ErrReservedBits", frame.ErrReservedBits, "closeframe: close frame has reserved bits set", 1002},
	{"ErrMask", frame.ErrMask, "closeframe: mask bit is wrong for the sender", 1002},
}

func TestErrors(t *testing.T) {
	values, texts := map[frame.Error]string{}, map[string]string{}
	for _, v := range errorTable {
		t.Run(v.name, func(t *testing.T) {
			if got := v.err.Error(); got != v.text {
				t.Errorf("Error() = %q, want %q", got, v.text)
			}
			if got := v.err.Answer(); got != v.answer {
				t.Errorf("Answer() = %d, want %d", uint16(got), uint16(v.answer))
			}
			if got, want := uint16(v.err.Answer()), reference.Answer(v.err); got != want {
				t.Errorf("Answer() = %d, the reference says %d", got, want)
			}
			if v.err == 0 {
				t.Error("the value is 0, want another")
			}
			if other, ok := values[v.err]; ok {
				t.Errorf("same value as %s", other)
			}
			if other, ok := texts[v.text]; ok {
				t.Errorf("same text as %s", other)
			}
			values[v.err], texts[v.text] = v.name, v.name
		})
	}
	if got, want := len(values), int(frame.ErrMask); got != want {
		t.Errorf("%d constants in the table, want %d", got, want)
	}
}

// A value without a constant has a text too, and the answer 1002. The zero Error has no
// answer.
func TestUnknownErrors(t *testing.T) {
	for n := range 256 {
		if n != 0 && n <= int(frame.ErrMask) {
			continue
		}
		e := frame.Error(n)
		if got, want := e.Error(), "closeframe: unknown error"; got != want {
			t.Errorf("Error(%d).Error() = %q, want %q", n, got, want)
		}
		want := code.ProtocolError
		if n == 0 {
			want = 0
		}
		if got := e.Answer(); got != want {
			t.Errorf("Error(%d).Answer() = %d, want %d", n, uint16(got), uint16(want))
		}
	}
}

// Every answer may be sent, or is 0.
func TestAnswersAreSendable(t *testing.T) {
	for n := range 256 {
		if c := frame.Error(n).Answer(); c != 0 && !c.IsSendable() {
			t.Errorf("Error(%d).Answer() = %v, which must not be sent", n, c)
		}
	}
}

// The errors work with ==, switch, errors.Is and errors.As, wrapped or not.
func TestErrorsAsValues(t *testing.T) {
	_, _, err := frame.Parse([]byte{3})
	if err != frame.ErrShortPayload {
		t.Errorf("== : got %v", err)
	}
	switch err {
	case frame.ErrShortPayload:
	default:
		t.Errorf("switch: got %v", err)
	}
	wrapped := fmt.Errorf("read: %w", err)
	if !errors.Is(wrapped, frame.ErrShortPayload) || errors.Is(wrapped, frame.ErrCode) {
		t.Error("errors.Is does not distinguish the errors")
	}
	var e frame.Error
	if !errors.As(wrapped, &e) || e != frame.ErrShortPayload {
		t.Errorf("errors.As: got %v", e)
	}
}
