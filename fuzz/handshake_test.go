//go:build go1.24

package fuzz

import (
	"testing"

	"example.com/closeframe/code"
	"example.com/closeframe/event"
	"example.com/closeframe/frame"
	"example.com/closeframe/fuzz/reference"
)

// side is one end of a connection: the handshake, the slow model of it, and what
// the other end has written but this one not read yet.
type side struct {
	h     event.Handshake
	model reference.History
	in    [][]byte
	sent  int
}

// payloads are what a program can receive besides what the other side sent.
var payloads = [][]byte{nil, {0x03}, {0x03, 0xe8}, {0x03, 0xed}, []byte("\x0f\xa1bye"), []byte("\x03\xe8\xff"), make([]byte, 126)}

// accepted are what a program can accept; the second half no frame can carry.
var accepted = []event.CloseEvent{
	event.MustNew(code.GoingAway, "go", true), event.MustNew(code.NoStatus, "", false),
	event.Abnormal(), {}, event.MustNew(code.NoStatus, "x", true), event.MustNew(5000, "", false),
}

// The steps of a program: the low three bits of a byte. The fourth says on which
// side, and the others are the step's argument.
const (
	stepDeliver = iota // what the other side has sent
	stepReceive        // any payload
	stepAccept         // any event
	stepReply          // the answer that is owed, if any
	stepClose          // a close of one's own, if the state lets it
	stepSent           // any code, allowed or not
	stepFail
	stepEnd
)

func FuzzHandshake(f *testing.F) {
	f.Add([]byte{stepClose, stepDeliver | 8, stepReply | 8, stepDeliver, stepEnd, stepEnd | 8})
	f.Add([]byte{stepClose, stepClose | 8, stepDeliver, stepDeliver | 8, stepEnd | 8, stepEnd})
	f.Add([]byte{stepFail, stepReceive | 0x40, stepClose, stepEnd})
	f.Add([]byte{stepReceive | 0x50, stepReply, stepAccept | 0x20, stepEnd})
	f.Add([]byte{stepEnd, stepReceive, stepReply, stepSent | 0x30})
	f.Fuzz(func(t *testing.T, program []byte) {
		if len(program) > 64 {
			return // the model looks through its whole history for each answer
		}
		var ends [2]side
		for _, step := range program {
			self, other := &ends[step>>3&1], &ends[step>>3&1^1]
			self.do(t, other, step&7, int(step>>4))
			self.check(t)
		}
		for i := range ends {
			ends[i].end(t)
			ends[i].check(t)
		}
	})
}

func (s *side) do(t *testing.T, other *side, step byte, arg int) {
	switch step {
	case stepDeliver:
		if len(s.in) > 0 {
			p := s.in[0]
			s.in = s.in[1:]
			s.receive(t, p)
		}
	case stepReceive:
		s.receive(t, payloads[arg%len(payloads)])
	case stepAccept:
		e := accepted[arg%len(accepted)]
		s.model = append(s.model, reference.Fact{Kind: reference.Accept, Code: uint16(e.Code()), Reason: e.Reason()})
		s.h.Accept(e)
	case stepReply:
		if c, due := s.h.Reply(); due {
			s.send(t, other, c, "")
		}
	case stepClose:
		if state := s.h.State(); state == event.Open || state == event.RemoteClosing {
			s.send(t, other, code.GoingAway, "own")
		}
	case stepSent:
		s.tellSent(code.Code(1000 + arg))
	case stepFail:
		s.model = append(s.model, reference.Fact{Kind: reference.Fail})
		s.h.Fail()
	case stepEnd:
		s.end(t)
	}
}

func (s *side) receive(t *testing.T, p []byte) {
	s.model = append(s.model, reference.Fact{Kind: reference.Receive, Payload: p})
	if got, want := asError(t, s.h.Receive(p)), s.model.Told(); got != want {
		t.Fatalf("Receive(%x): got %v, want %v", p, got, want)
	}
}

// send writes a close frame to the other side, which must be possible: a reply
// always can be appended.
func (s *side) send(t *testing.T, other *side, c code.Code, reason string) {
	p, err := frame.Append(nil, c, reason)
	if err != nil {
		t.Fatalf("%v cannot be sent: %v", c, err)
	}
	if s.sent++; s.sent > 1 {
		t.Fatal("a second close frame leaves")
	}
	other.in = append(other.in, p)
	s.tellSent(c)
}

func (s *side) tellSent(c code.Code) {
	s.model = append(s.model, reference.Fact{Kind: reference.Sent, Code: uint16(c)})
	s.h.Sent(c)
}

func (s *side) end(t *testing.T) {
	s.model = append(s.model, reference.Fact{Kind: reference.End})
	c, reason, clean := s.model.End()
	e := s.h.End()
	if e != event.MustNew(code.Code(c), reason, clean) {
		t.Fatalf("End: got %v, want %d, %q, %v", e, c, reason, clean)
	}
	if again := s.h.End(); again != e {
		t.Fatalf("End again: got %v, want %v", again, e)
	}
	if e.Code() == code.AbnormalClosure && e.WasClean() {
		t.Fatal("1006 is clean")
	}
	_, local := s.h.Local()
	_, remote := s.h.Remote()
	if e.WasClean() && !(local && remote) {
		t.Fatal("clean without both frames")
	}
}

func (s *side) check(t *testing.T) {
	t.Helper()
	c, due := s.h.Reply()
	if wantCode, want := s.model.Reply(); uint16(c) != wantCode || due != want {
		t.Fatalf("Reply: got %d, %v, want %d, %v", c, due, wantCode, want)
	}
	if _, sent := s.h.Local(); sent && due {
		t.Fatal("a reply is due after Sent")
	}
	if got, want := s.h.State().String(), s.model.State(); got != want {
		t.Fatalf("State: got %s, want %s", got, want)
	}
	c, ok := s.h.Local()
	if wantCode, want := s.model.Local(); uint16(c) != wantCode || ok != want {
		t.Fatalf("Local: got %d, %v, want %d, %v", c, ok, wantCode, want)
	}
	c, ok = s.h.Remote()
	if wantCode, want := s.model.Remote(); uint16(c) != wantCode || ok != want {
		t.Fatalf("Remote: got %d, %v, want %d, %v", c, ok, wantCode, want)
	}
	if got, want := s.h.LocalFirst(), s.model.LocalFirst(); got != want {
		t.Fatalf("LocalFirst: got %v, want %v", got, want)
	}
}
