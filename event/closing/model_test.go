//go:build go1.25

package closing_test

import (
	"bytes"
	"errors"
	"fmt"
	"net"
	"os"
	"strings"
	"testing/synctest"
	"time"

	"example.com/closeframe/code"
	"example.com/closeframe/event"
)

// A model is what the documentation says about one connection. It changes when a call
// starts, when a goroutine is about to use the net.Conn, and when a write has returned.
type model struct {
	client   bool
	instant  time.Time // by which the end is over, once it has begun
	bounded  bool      // the deadlines of the end are set
	ending   *call     // the last one of Receive, Fail and End
	drained  bool      // it has waited for the peer to close TCP
	message  bool      // the function of a Send runs
	writing  string    // the frame that is being written
	pong     byte      // due, or 0
	next     bool      // and no other frame may be written before it
	late     byte      // waits for another pong to be written
	ours     code.Code // of the close frame that we have begun to write,
	first    bool      // before the peer's was received
	whole    bool      // it was written,
	sent     bool      // and before the end
	received bool      // a close frame that counts,
	valid    bool      // and is not malformed
	failed   bool
	broken   bool  // a write failed
	cut      bool  // by Terminate or the timer
	cause    error // what went wrong first
	ended    bool
}

func (m *model) begun() bool { return !m.instant.IsZero() }

// begin begins the end, unless it has begun, and records its first cause.
func (m *model) begin(d time.Duration, cause error) {
	if !m.begun() {
		m.instant = time.Now().Add(d)
	}
	if m.cause == nil {
		m.cause = cause
	}
}

func (m *model) start(c *call) {
	switch {
	case m.ended:
	case c.pong != 0 && isPong(m.writing):
		m.late = c.pong
	case c.pong != 0:
		m.ping(c.pong)
	case c.code != 0 || c.cause != nil:
		cause := c.cause
		if c == end { // it may wait for the peer first
			cause = nil
		}
		m.begin(timeout, cause)
		if c.reads {
			m.ending = c
		}
		if c.receives && !m.received && !m.failed {
			m.received, m.valid = true, c.cause == nil
		}
		m.failed = m.failed || c == fail
		m.cut = m.cut || c == terminate
	}
}

// ping makes a pong due. A connection that closes, but has not sent its close frame, may
// leave it for later.
func (m *model) ping(pong byte) {
	if !m.received && !m.failed && !m.broken && !m.ended {
		m.pong, m.next = pong, m.message || m.writing != "" || !m.begun() || m.sent
	}
}

func (m *model) wrote(f rawFrame, err error) {
	m.writing = ""
	switch {
	case err == nil && f.op == opClose:
		m.whole, m.sent, m.next = true, !m.ended, true
	case err != nil && !m.ended:
		d := timeout
		if f.op == opPong && errors.Is(err, os.ErrDeadlineExceeded) {
			d /= 16 // the peer had its time to read the pong
		}
		m.begin(d, err)
		m.broken = true
	}
	if f.op == opPong && m.late != 0 {
		m.ping(m.late)
		m.late = 0
	}
}

func (m *model) want() event.CloseEvent {
	if m.valid {
		return event.MustNew(4000, "bye", m.sent)
	}
	return event.Abnormal()
}

func (s *stage) must(ok bool, format string, args ...any) {
	if !ok && s.err == nil {
		s.err = fmt.Errorf(format, args...)
	}
}

// messages is the start of the function of a Send.
func (s *stage) messages() {
	s.must(!s.begun(), "a message is begun after the end has begun")
	s.must(!s.message && s.writing == "", "a message is begun within another or within %q", s.writing)
	s.message = true
}

// writes is the start of a write.
func (s *stage) writes(f rawFrame, name string) {
	s.must(!s.broken && s.writing == "", "%s is written within %q or after a write that failed: %v", name, s.writing, s.broken)
	s.must(s.message == (f.op == opText), "%s is written, within a message: %v", name, s.message)
	switch f.op {
	case opPong:
		s.must(s.pong != 0 && string(f.payload) == string(s.pong), "%s is written, want pong %d", name, s.pong)
		s.pong = 0
	case opClose:
		s.must(s.pong == 0 || !s.next, "%s is written, want pong %d", name, s.pong)
		s.must(s.ours == 0, "%s is written after close frame %d", name, s.ours)
		s.ours, s.first = code.Code(f.payload[0])<<8|code.Code(f.payload[1]), !s.received
		s.must(s.mayClose(s.ours), "%s is written, which no call wants", name)
	}
	s.must(f.op == opText || f.masked == s.client, "%s is masked: %v", name, f.masked)
	s.writing = name
}

func (s *stage) mayClose(cc code.Code) bool {
	for _, c := range s.active {
		if c.code == cc {
			return true
		}
	}
	return false
}

// bounds is a new deadline.
func (s *stage) bounds(at time.Time, both bool) {
	s.must(both || !s.begun(), "a deadline is changed after the end has begun")
	if both {
		s.must(!s.bounded, "the deadlines of the end are set again")
		s.bounded = true
		s.must(at.After(time.Now()) && !at.After(s.instant), "the deadline is %v after the instant", at.Sub(s.instant))
	}
}

// drains is the start of a CloseWrite or a Read. Only the client waits for the peer to
// close TCP, if it has received a close frame.
func (s *stage) drains(half bool) {
	if !s.drained {
		s.must(s.sent && !s.broken && !s.ended, "CloseWrite or Read; close frame sent: %v, a write failed: %v, ended: %v", s.sent, s.broken, s.ended)
		s.must(half == (!s.valid || !s.client), "CloseWrite is first: %v, want %v", half, !half)
	}
	s.must(!half || s.writing == "" || s.ending == end, "CloseWrite cuts %s", s.writing)
	s.drained = true
}

// hangsUp is the start of a Close of TCP: by Terminate, by the timer or by the reader.
func (s *stage) hangsUp() {
	switch step := s.trace[len(s.trace)-1]; {
	case s.ended || strings.HasSuffix(step, terminate.name+" starts"):
	case step == "time passes":
		s.cut = true
		s.begin(0, os.ErrDeadlineExceeded)
	case s.ending == nil:
		s.must(false, "TCP is closed for no reason")
	default:
		s.must(s.ours != 0 || s.ending == end || s.broken || s.cut, "TCP is closed without a close frame")
		s.must(s.drained || !s.sent || s.broken, "TCP is closed without waiting for the peer")
		s.begin(0, s.ending.cause)
	}
}

// listens is the call of the listener.
func (s *stage) listens(e event.CloseEvent) {
	s.must(!s.ended, "a second event")
	s.must(s.closed, "TCP is open when the listener is called")
	s.must(e == s.want(), "event %v, want %v", e, s.want())
	s.must(s.cut || s.ours == 0 || s.whole || s.broken, "the event does not wait for the close frame that is being written")
	s.ended = true
}

// rests holds whenever all goroutines are parked or wait.
func (s *stage) rests() {
	s.must(!s.begun() || s.bounded || s.ended, "the end has begun without a deadline")
	s.must(s.message || s.writing != "" || s.pong == 0 || !s.next || s.broken || s.ended, "pong %d is due, and nobody writes it", s.pong)
	s.must(s.begun() || isPong(s.writing) || s.write.IsZero(), "a deadline is left")
	s.must(s.ended || s.c.Err() == nil, "Err() = %v before the end", s.c.Err())
	local, sent := s.c.Local()
	s.must(sent == s.sent && (!sent || local == s.ours), "Local() = %v, %v, want %v, %v", local, sent, s.ours, s.sent)
	first := s.c.LocalFirst()
	s.must(first == (s.sent && s.first), "LocalFirst() = %v, want %v", first, s.sent && s.first)
}

// ends holds when nothing goes on any more.
func (s *stage) ends() {
	s.must(s.ended, "no event")
	s.must(s.left == 0, "%d calls have not returned", s.left)
	s.must(!s.closedAt.After(s.instant), "TCP was closed %v too late", s.closedAt.Sub(s.instant))
	if s.err != nil {
		return
	}
	var end *event.Error
	s.must(errors.As(s.c.Err(), &end), "Err() = %v", s.c.Err())
	s.must(end != nil && end.Event == s.want() && end.Err == s.cause, "Err() = %v, want %v because of %v", end, s.want(), s.cause)
	for _, err := range s.errs {
		e, _ := event.From(err)
		s.must(e == s.want() && errors.Is(err, net.ErrClosed), "a Send or Close returned %v, want net.ErrClosed and %v", err, s.want())
	}
	time.Sleep(2 * timeout)
	synctest.Wait()
	s.must(len(s.parked) == 0, "TCP is used after the end")
}

func isPong(name string) bool { return strings.HasPrefix(name, "pong ") }

// frameOf returns the frame that b is, and its name; of a message only the opcode.
func frameOf(b []byte) (f rawFrame, name string) {
	if b[0] != 0x80|opClose && b[0] != 0x80|opPong {
		return rawFrame{op: opText}, "message"
	}
	r := bytes.NewReader(b)
	f, err := readRaw(r)
	switch {
	case err != nil || r.Len() > 0 || len(f.payload) == 0:
		return rawFrame{}, fmt.Sprintf("frame % x", b)
	case f.op == opPong:
		return f, fmt.Sprintf("pong %d", f.payload[0])
	}
	return f, fmt.Sprintf("close frame %d", int(f.payload[0])<<8|int(f.payload[1]))
}
