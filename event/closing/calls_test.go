//go:build go1.25

package closing_test

import (
	"errors"
	"io"
	"net"
	"time"

	"example.com/closeframe/code"
	"example.com/closeframe/frame"
)

// A call is one call of a Conn, and what the model needs of it.
type call struct {
	name     string
	do       func(s *stage) error
	pong     byte
	code     code.Code // of the close frame that it may send
	cause    error     // of the end
	reads    bool      // it is Receive, Fail or End
	receives bool
}

var (
	nothing   = &call{name: "nothing", do: func(*stage) error { return nil }}
	pong1     = &call{name: "Pong 1", pong: 1, do: func(s *stage) error { s.c.Pong([]byte{1}); return nil }}
	pong2     = &call{name: "Pong 2", pong: 2, do: func(s *stage) error { s.c.Pong([]byte{2}); return nil }}
	idle      = &call{name: "SetReadDeadline", do: func(s *stage) error { return s.c.SetReadDeadline(time.Time{}) }}
	receive   = &call{name: "Receive", reads: true, receives: true, code: 4000, do: func(s *stage) error { return s.c.Receive([]byte(bye)) }}
	malformed = &call{name: "Receive of one byte", reads: true, receives: true, code: 1002, cause: frame.ErrShortPayload,
		do: func(s *stage) error { return s.c.Receive([]byte(bye[:1])) }}
	fail      = &call{name: "Fail", reads: true, code: 1009, cause: errFrame, do: func(s *stage) error { return s.c.Fail(1009, "", errFrame) }}
	end       = &call{name: "End", reads: true, cause: io.EOF, do: func(s *stage) error { return s.c.End(io.EOF) }}
	send      = &call{name: "Send", do: func(s *stage) error { return s.send(1) }}
	sendTwo   = &call{name: "Send of two writes", do: func(s *stage) error { return s.send(2) }}
	hang      = &call{name: "Send that hangs", do: func(s *stage) error { return s.send(0) }}
	close1    = &call{name: "Close", code: 4001, do: func(s *stage) error { return s.c.Close(4001, "") }}
	close2    = &call{name: "Close again", code: 4002, do: func(s *stage) error { return s.c.Close(4002, "") }}
	terminate = &call{name: "Terminate", cause: net.ErrClosed, do: func(s *stage) error { s.c.Terminate(); return nil }}
)

// send sends a message in n writes; without any, its function hangs.
func (s *stage) send(n int) (err error) {
	var got error
	called := false
	err = s.c.Send(func(w io.Writer) error {
		called = true
		s.update(s.messages)
		b := appendFrame(nil, s.client, opText, []byte("hello"))
		for i := 0; i < n && got == nil; i++ {
			_, got = w.Write(b[i*len(b)/n : (i+1)*len(b)/n])
		}
		if n == 0 {
			s.parkAt(&point{name: "function", ways: only("returns"), last: true})
		}
		s.update(func() { s.message = false })
		return got
	})
	s.update(func() {
		s.must((err == nil) == (called && got == nil) && (got == nil || errors.Is(err, got)), "Send returned %v; its function was called: %v, and returned %v", err, called, got)
	})
	return err
}

// perform makes the calls of one goroutine.
func (s *stage) perform(who string, calls []*call) {
	for _, c := range calls {
		s.park(who+": "+c.name, only("starts"))
		var m model
		s.update(func() {
			m, s.active = s.model, append(s.active, c)
			s.start(c)
		})
		err, want := c.do(s), error(nil)
		if c.reads {
			want = s.c.Err()
		}
		s.update(func() {
			s.must(!c.reads || err != nil && err == want, "%s returned %v, want %v", c.name, err, want)
			s.returns(c, err, m)
		})
	}
}

// returns is the return of a call that was started in the state m.
func (s *stage) returns(c *call, err error, m model) {
	s.left--
	for i := range s.active {
		if s.active[i] == c {
			s.active = append(s.active[:i:i], s.active[i+1:]...)
			break
		}
	}
	if c == close1 || c == close2 { // nil if there was nothing to do, or if Close did it
		done := m.ended || m.begun() && !m.broken || !m.begun() && s.whole
		s.must((err == nil) == done, "%s returned %v; a close frame was written: %v", c.name, err, s.whole)
	}
	if err != nil && !c.reads {
		s.errs = append(s.errs, err)
	}
}
