//go:build go1.22

package event_test

import (
	"math/rand/v2"
	"strings"
	"testing"

	"example.com/closeframe/code"
	"example.com/closeframe/event"
	"example.com/closeframe/frame"
	"example.com/closeframe/fuzz/reference"
)

// TestHandshakeRandom makes random calls, with longer sequences and more payloads than
// TestHandshakeSequences, and checks rules that must hold after any calls.
func TestHandshakeRandom(t *testing.T) {
	r := rand.New(rand.NewPCG(6455, 7))
	programs := 100_000
	if testing.Short() {
		programs = 5_000
	}
	var clean, abnormal int
	for range programs {
		var h event.Handshake
		past := make(reference.History, 0, 16)
		sentBefore, validReceived, broken := false, false, false
		for range r.IntN(16) {
			ended := h.State() == event.Closed
			switch r.IntN(13) {
			case 0, 1, 2:
				p := randomPayload(r)
				_ = h.Receive(p)
				past = append(past, reference.Fact{Kind: reference.Receive, Payload: p})
				_, _, err := frame.Parse(p)
				validReceived = validReceived || !ended && err == nil
			case 3, 4:
				c, reason := int(randomCode(r)), string(randomReason(r))
				_ = h.ReceiveParsed(c, reason)
				past = append(past, reference.Fact{Kind: reference.ReceiveParsed, Code: c, Reason: reason})
				validReceived = validReceived || !ended && frame.Check(c, reason) == nil
			case 5, 6, 7:
				if c, due := h.Reply(); due {
					h.Sent(c)
					past = append(past, reference.Fact{Kind: reference.Sent, Code: int(c)})
					sentBefore = true
				}
			case 8, 9:
				c := randomCode(r)
				h.Sent(c)
				past = append(past, reference.Fact{Kind: reference.Sent, Code: int(c)})
				sentBefore = sentBefore || !ended && !broken
			case 10:
				if r.IntN(4) == 0 {
					h.Fail()
					past = append(past, reference.Fact{Kind: reference.Fail})
				}
			case 12:
				if r.IntN(4) == 0 {
					h.WriteFailed()
					past = append(past, reference.Fact{Kind: reference.WriteFailed})
					broken = true
				}
			case 11:
				if r.IntN(4) == 0 {
					h.End()
					past = append(past, reference.Fact{Kind: reference.End})
				}
			}
			var copied event.Handshake
			event.Copy(&copied, &h)
			if got, want := ask(&copied), askModel(past); got != want {
				t.Fatalf("after %+v\n%+v, want\n%+v", past, got, want)
			}
			c, due := h.Reply()
			if due && sentBefore {
				t.Fatalf("a reply is due after Sent: %+v", past)
			}
			if due {
				if _, err := frame.Append(nil, c, ""); err != nil {
					t.Fatalf("reply with %d: %v: %+v", c, err, past)
				}
			} else if c != 0 {
				t.Fatalf("Reply() = %d, false: %+v", c, past)
			}
			if s := h.State(); (s == event.LocalClosing || s == event.Complete) != sentBefore && s != event.Closed {
				t.Fatalf("state %v, sent %v: %+v", s, sentBefore, past)
			}
		}
		e := h.End()
		if e.WasClean() {
			clean++
			if !sentBefore || !validReceived {
				t.Fatalf("clean without both close frames: %+v", past)
			}
		}
		if e.Code() == code.AbnormalClosure {
			abnormal++
			if e != event.Abnormal() {
				t.Fatalf("event with 1006 is %v: %+v", e, past)
			}
		}
		if h.End() != e {
			t.Fatalf("a second End differs: %+v", past)
		}
		if got := event.Tail(e); strings.Trim(string(got), "\x00") != "" {
			t.Fatalf("bytes past the reason % x: %+v", got, past)
		}
	}
	if clean < programs/20 || abnormal < programs/20 {
		t.Errorf("of %d ends %d were clean and %d abnormal, want 1 in 20 or more of each", programs, clean, abnormal)
	}
}

func randomCode(r *rand.Rand) code.Code {
	switch r.IntN(3) {
	case 0:
		return code.Code(1000 + r.IntN(17))
	case 1:
		return code.Code(2990 + r.IntN(2020))
	}
	return code.Code(r.IntN(1 << 16))
}

func randomPayload(r *rand.Rand) []byte {
	switch r.IntN(8) {
	case 0:
		return nil
	case 1:
		p := make([]byte, r.IntN(140))
		for i := range p {
			p[i] = byte(r.IntN(256))
		}
		return p
	case 2:
		return []byte("\x03\xe8\xed\xa0\x80") // a surrogate
	}
	c := randomCode(r)
	return append([]byte{byte(c >> 8), byte(c)}, randomReason(r)...)
}

// TestHandshakeRetainsNoPayload changes the payload after Receive.
func TestHandshakeRetainsNoPayload(t *testing.T) {
	var h event.Handshake
	p := []byte("\x03\xe8bye")
	if err := h.Receive(p); err != nil {
		t.Fatal(err)
	}
	clear(p)
	h.Sent(code.NormalClosure)
	if got, want := h.End(), event.MustNew(code.NormalClosure, "bye", true); got != want {
		t.Errorf("got %v, want %v", got, want)
	}
}
