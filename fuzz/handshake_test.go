//go:build go1.24

package fuzz

import (
	"strings"
	"testing"

	"example.com/closeframe/code"
	"example.com/closeframe/event"
	"example.com/closeframe/frame"
	"example.com/closeframe/fuzz/reference"
)

// side is one end of a connection: the handshake and its reference.
type side struct {
	h      event.Handshake
	model  reference.History
	in     [][]byte // payloads that the other side sent and this one has not read
	sent   int
	broken bool // WriteFailed was called
}

// payloads has payloads that the other side did not send.
var payloads = [][]byte{nil, {0x03}, {0x03, 0xe8}, {0x03, 0xed}, []byte("\x0f\xa1bye"), []byte("\x03\xe8\xff"), make([]byte, 126)}

// parsed has arguments of ReceiveParsed; most are illegal.
var parsed = []struct {
	code   int
	reason string
}{{1001, "go"}, {1005, ""}, {1005, "x"}, {1006, ""}, {-1, ""}, {66536, ""}, {4000, "\xff"}, {5000, strings.Repeat("x", 124)}}

// A byte of a program: the low four bits are the step, the fifth is the side, and the
// others are the step's argument.
const (
	stepDeliver = iota // Receive of a payload that the other side sent
	stepReceive        // Receive of any payload
	stepParsed         // ReceiveParsed of any code and reason
	stepReply          // send the reply that is due, if any
	stepClose          // send a close frame, if MaySendClose
	stepSent           // Sent with any code
	stepWriteFailed
	stepFail
	stepEnd
	steps

	other = 0x10
	arg   = 0x20
)

func FuzzHandshake(f *testing.F) {
	f.Add([]byte{stepClose, stepDeliver | other, stepReply | other, stepDeliver, stepEnd, stepEnd | other})
	f.Add([]byte{stepClose, stepClose | other, stepDeliver, stepDeliver | other, stepEnd | other, stepEnd})
	f.Add([]byte{stepWriteFailed, stepClose, stepReceive + 2*arg, stepReply, stepEnd})
	f.Add([]byte{stepFail, stepReceive + 2*arg, stepClose, stepEnd})
	f.Add([]byte{stepReceive + 5*arg, stepReply, stepParsed + 2*arg, stepEnd})
	f.Add([]byte{stepEnd, stepReceive, stepReply, stepSent + 3*arg})
	f.Fuzz(func(t *testing.T, program []byte) {
		if len(program) > 64 {
			return // the reference reads its whole history for each answer
		}
		var ends [2]side
		for _, step := range program {
			self, peer := &ends[step>>4&1], &ends[step>>4&1^1]
			self.do(t, peer, step&15%steps, int(step>>5))
			self.check(t)
		}
		for i := range ends {
			ends[i].end(t)
			ends[i].check(t)
		}
	})
}

func (s *side) do(t *testing.T, peer *side, step byte, arg int) {
	switch step {
	case stepDeliver:
		if len(s.in) > 0 {
			p := s.in[0]
			s.in = s.in[1:]
			s.receive(t, p)
		}
	case stepReceive:
		s.receive(t, payloads[arg%len(payloads)])
	case stepParsed:
		p := parsed[arg%len(parsed)]
		s.model = append(s.model, reference.Fact{Kind: reference.ReceiveParsed, Code: p.code, Reason: p.reason})
		if got, want := asError(t, s.h.ReceiveParsed(p.code, p.reason)), s.model.Returned(); got != want {
			t.Fatalf("ReceiveParsed(%d, %q): got %v, want %v", p.code, p.reason, got, want)
		}
	case stepReply:
		if c, due := s.h.Reply(); due {
			s.send(t, peer, c, "")
		}
	case stepClose:
		if s.h.MaySendClose() {
			s.send(t, peer, code.GoingAway, "own")
		}
	case stepSent:
		s.recordSent(code.Code(1000 + arg))
	case stepWriteFailed:
		s.model = append(s.model, reference.Fact{Kind: reference.WriteFailed})
		s.h.WriteFailed()
		s.broken = true
	case stepFail:
		s.model = append(s.model, reference.Fact{Kind: reference.Fail})
		s.h.Fail()
	case stepEnd:
		s.end(t)
	}
}

func (s *side) receive(t *testing.T, p []byte) {
	s.model = append(s.model, reference.Fact{Kind: reference.Receive, Payload: p})
	if got, want := asError(t, s.h.Receive(p)), s.model.Returned(); got != want {
		t.Fatalf("Receive(%x): got %v, want %v", p, got, want)
	}
}

// send sends a close frame to the peer. Its code must be legal, and it must be the only
// one and not after a failed write.
func (s *side) send(t *testing.T, peer *side, c code.Code, reason string) {
	p, err := frame.Append(nil, c, reason)
	if err != nil {
		t.Fatalf("%v must not be sent: %v", c, err)
	}
	if s.sent++; s.sent > 1 {
		t.Fatal("a second close frame is sent")
	}
	if s.broken {
		t.Fatal("a close frame is sent after a failed write")
	}
	peer.in = append(peer.in, p)
	s.recordSent(c)
}

func (s *side) recordSent(c code.Code) {
	s.model = append(s.model, reference.Fact{Kind: reference.Sent, Code: int(c)})
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
		t.Fatal("clean without both close frames")
	}
}

func (s *side) check(t *testing.T) {
	t.Helper()
	c, due := s.h.Reply()
	if wantCode, want := s.model.Reply(); int(c) != wantCode || due != want {
		t.Fatalf("Reply: got %d, %v, want %d, %v", c, due, wantCode, want)
	}
	if _, sent := s.h.Local(); sent && due {
		t.Fatal("a reply is due after Sent")
	}
	if got, want := s.h.State().String(), s.model.State(); got != want {
		t.Fatalf("State: got %s, want %s", got, want)
	}
	c, ok := s.h.Local()
	if wantCode, want := s.model.Local(); int(c) != wantCode || ok != want {
		t.Fatalf("Local: got %d, %v, want %d, %v", c, ok, wantCode, want)
	}
	c, ok = s.h.Remote()
	if wantCode, want := s.model.Remote(); int(c) != wantCode || ok != want {
		t.Fatalf("Remote: got %d, %v, want %d, %v", c, ok, wantCode, want)
	}
	if got, want := s.h.LocalFirst(), s.model.LocalFirst(); got != want {
		t.Fatalf("LocalFirst: got %v, want %v", got, want)
	}
	c, err := s.h.Fault()
	if wantCode, want := s.model.Fault(); int(c) != wantCode || asError(t, err) != want {
		t.Fatalf("Fault: got %d, %v, want %d, %v", c, err, wantCode, want)
	}
	data, pong, closing := s.model.MaySend()
	if got := [3]bool{s.h.MaySendData(), s.h.MaySendPong(), s.h.MaySendClose()}; got != [3]bool{data, pong, closing} {
		t.Fatalf("MaySend data, pong, close: got %v, want %v, %v, %v", got, data, pong, closing)
	}
}
