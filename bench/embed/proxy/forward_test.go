package proxy

import (
	"testing"

	"example.com/closeframe/code"
	"example.com/closeframe/event"
	"example.com/closeframe/frame"
	"example.com/closeframe/fuzz/reference"
)

// Whatever code an event has, what is forwarded may stand on the wire; and what might
// stand there already is forwarded as it is.
func TestForward(t *testing.T) {
	const lost = code.InternalError
	for i := range 1 << 16 {
		for _, clean := range []bool{false, true} {
			for _, reason := range []string{"", "так"} {
				e := event.MustNew(code.Code(i), reason, clean)
				wantCode, wantReason := lost, ""
				if reference.Sendable(uint16(i)) || i == 1005 && reason == "" {
					wantCode, wantReason = e.Code(), reason
				}
				c, r := Forward(e, lost)
				if c != wantCode || r != wantReason {
					t.Errorf("%v: got %d %q, want %d %q", e, c, r, wantCode, wantReason)
				}
				if _, err := frame.Append(nil, c, r); err != nil {
					t.Errorf("%v: %d %q cannot be sent: %v", e, c, r, err)
				}
			}
		}
	}
}

// Of the zero event nothing is passed on either.
func TestForwardZero(t *testing.T) {
	if c, r := Forward(event.CloseEvent{}, BackLost); c != 1014 || r != "" {
		t.Errorf("got %d %q, want 1014", c, r)
	}
}

func TestForwardDoesNotAllocate(t *testing.T) {
	e := event.MustNew(code.GoingAway, "", true)
	if n := testing.AllocsPerRun(100, func() { Forward(e, BackLost) }); n != 0 {
		t.Errorf("Forward allocates %v times where there is no reason", n)
	}
}
