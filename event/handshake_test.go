//go:build go1.24

package event_test

import (
	"math/rand/v2"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"unsafe"

	"example.com/closeframe/code"
	"example.com/closeframe/event"
	"example.com/closeframe/frame"
	"example.com/closeframe/fuzz/reference"
)

// A letter is one step of a sequence, taken by a Handshake and told to the model.
type letter struct {
	name string
	step func(*event.Handshake, reference.History) (reference.History, error)
}

func receive(name, payload string) letter {
	p := []byte(payload)
	return letter{name, func(h *event.Handshake, past reference.History) (reference.History, error) {
		err := h.Receive(p)
		return append(past, reference.Fact{Kind: reference.Receive, Payload: p}), err
	}}
}

func accept(name string, e event.CloseEvent) letter {
	f := reference.Fact{Kind: reference.Accept, Code: uint16(e.Code()), Reason: e.Reason()}
	return letter{name, func(h *event.Handshake, past reference.History) (reference.History, error) {
		h.Accept(e)
		return append(past, f), nil
	}}
}

func sent(name string, c code.Code) letter {
	return letter{name, func(h *event.Handshake, past reference.History) (reference.History, error) {
		h.Sent(c)
		return append(past, reference.Fact{Kind: reference.Sent, Code: uint16(c)}), nil
	}}
}

// letters are the steps that the issue names. The codes differ, so that each
// answer shows where it is from.
var letters = []letter{
	receive("receive good", "\x0f\xa1bye"), // 4001
	receive("receive empty", ""),
	receive("receive malformed", "\x03"),
	accept("accept", event.MustNew(code.Timeout, "idle", true)),
	{"reply", func(h *event.Handshake, past reference.History) (reference.History, error) {
		if c, due := h.Reply(); due {
			h.Sent(c)
			past = append(past, reference.Fact{Kind: reference.Sent, Code: uint16(c)})
		}
		return past, nil
	}},
	sent("sent", code.GoingAway),
	{"fail", func(h *event.Handshake, past reference.History) (reference.History, error) {
		h.Fail()
		return append(past, reference.Fact{Kind: reference.Fail}), nil
	}},
	{"end", func(h *event.Handshake, past reference.History) (reference.History, error) {
		h.End()
		return append(past, reference.Fact{Kind: reference.End}), nil
	}},
}

// oddLetters are steps that the second, shorter walk adds.
var oddLetters = []letter{
	receive("receive not UTF-8", "\x03\xe8\xff"),
	receive("receive 1005", "\x03\xed"),
	receive("receive 126 bytes", "\x03\xe8"+strings.Repeat("x", 124)),
	accept("accept 1006", event.Abnormal()),
	accept("accept 0", event.CloseEvent{}),
	accept("accept 5000", event.MustNew(5000, "", true)),
	accept("accept 1005 with a reason", event.MustNew(code.NoStatus, "why", true)),
	accept("accept 1005", event.MustNew(code.NoStatus, "", false)),
	sent("sent empty", code.NoStatus),
}

// compare returns the name of the first answer in which h and the model of its
// history differ, or "". h is a copy: asking for the end does not end the caller's.
func compare(h event.Handshake, past reference.History) string {
	c, ok := h.Reply()
	if wc, wok := past.Reply(); uint16(c) != wc || ok != wok {
		return "Reply"
	}
	if h.State().String() != past.State() {
		return "State"
	}
	c, ok = h.Local()
	if wc, wok := past.Local(); uint16(c) != wc || ok != wok {
		return "Local"
	}
	c, ok = h.Remote()
	if wc, wok := past.Remote(); uint16(c) != wc || ok != wok {
		return "Remote"
	}
	if h.LocalFirst() != past.LocalFirst() {
		return "LocalFirst"
	}
	e := h.End()
	wc, reason, clean := past.End()
	if uint16(e.Code()) != wc || e.WasClean() != clean || string(e.AppendReason(make([]byte, 0, frame.MaxReason))) != reason {
		return "End"
	}
	if h.End() != e || h.State() != event.Closed {
		return "End, again"
	}
	return ""
}

// isTold reports whether err is what the model says that telling the facts behind
// the first n returns: one fact, or none where nothing was to be done.
func isTold(err error, past reference.History, n int) bool {
	if len(past) == n || past.Told() == 0 {
		return err == nil
	}
	return err == past.Told()
}

// walk compares Handshake and model after every sequence of up to depth letters
// and returns how many sequences those were, the empty one among them.
func walk(t *testing.T, alphabet []letter, depth int) int {
	var zero event.Handshake
	if diff := compare(zero, nil); diff != "" {
		t.Errorf("%s differs for the zero Handshake", diff)
	}
	var count atomic.Int64
	count.Add(1)
	t.Run("first", func(t *testing.T) {
		for _, first := range alphabet {
			t.Run(strings.ReplaceAll(first.name, " ", "-"), func(t *testing.T) {
				t.Parallel()
				n, wrong := 0, 0
				path := make([]string, 0, depth)
				var descend func(letter, event.Handshake, reference.History)
				descend = func(l letter, h event.Handshake, past reference.History) {
					path = append(path, l.name)
					defer func() { path = path[:len(path)-1] }()
					n++
					told := len(past)
					past, err := l.step(&h, past)
					diff := compare(h, past)
					if !isTold(err, past, told) {
						diff = "error"
					}
					if diff != "" {
						if wrong++; wrong <= 5 {
							t.Errorf("%s differs after %q", diff, path)
						}
						return
					}
					if len(path) < depth {
						for _, next := range alphabet {
							descend(next, h, past)
						}
					}
				}
				descend(first, zero, make(reference.History, 0, depth))
				count.Add(int64(n))
			})
		}
	})
	return int(count.Load())
}

// sequences returns how many sequences of 0 to depth letters there are.
func sequences(letters, depth int) int {
	n, power := 0, 1
	for range depth + 1 {
		n += power
		power *= letters
	}
	return n
}

func TestHandshakeSequences(t *testing.T) {
	depth, want := 7, 2_396_745
	if testing.Short() {
		depth, want = 5, 37_449
	}
	n := walk(t, letters, depth)
	t.Logf("%d sequences of up to %d steps", n, depth)
	if n != want || n != sequences(len(letters), depth) {
		t.Errorf("%d sequences, want %d", n, want)
	}
}

func TestHandshakeOddSequences(t *testing.T) {
	depth := 4
	if testing.Short() {
		depth = 3
	}
	alphabet := append(letters[:len(letters):len(letters)], oddLetters...)
	n := walk(t, alphabet, depth)
	t.Logf("%d sequences of up to %d steps", n, depth)
	if want := sequences(len(alphabet), depth); n != want {
		t.Errorf("%d sequences, want %d", n, want)
	}
}

// TestHandshakeRandom takes random programs of calls, longer than the sequences
// and with other bytes, and looks at what must hold whatever happened.
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
		sentBefore, frameCame := false, false
		for range r.IntN(16) {
			var err error
			told := len(past)
			ended := h.State() == event.Closed
			switch r.IntN(12) {
			case 0, 1, 2:
				p := randomPayload(r)
				err = h.Receive(p)
				past = append(past, reference.Fact{Kind: reference.Receive, Payload: p})
				_, _, bad := frame.Parse(p)
				frameCame = frameCame || !ended && bad == nil
			case 3, 4:
				e := event.MustNew(randomCode(r), randomReason(r), r.IntN(2) == 0)
				h.Accept(e)
				past = append(past, reference.Fact{Kind: reference.Accept, Code: uint16(e.Code()), Reason: e.Reason()})
				_, bad := e.AppendPayload(nil)
				frameCame = frameCame || !ended && bad == nil
			case 5, 6, 7:
				if c, due := h.Reply(); due {
					h.Sent(c)
					past = append(past, reference.Fact{Kind: reference.Sent, Code: uint16(c)})
					sentBefore = true
				}
			case 8, 9:
				c := randomCode(r)
				h.Sent(c)
				past = append(past, reference.Fact{Kind: reference.Sent, Code: uint16(c)})
				sentBefore = sentBefore || !ended
			case 10:
				if r.IntN(4) == 0 {
					h.Fail()
					past = append(past, reference.Fact{Kind: reference.Fail})
				}
			case 11:
				if r.IntN(4) == 0 {
					h.End()
					past = append(past, reference.Fact{Kind: reference.End})
				}
			}
			if diff := compare(h, past); diff != "" {
				t.Fatalf("%s differs after %+v", diff, past)
			}
			if !isTold(err, past, told) {
				t.Fatalf("error %v after %+v", err, past)
			}
			c, due := h.Reply()
			if due && sentBefore {
				t.Fatalf("a reply is due after Sent: %+v", past)
			}
			if due {
				if _, err := frame.Append(nil, c, ""); err != nil {
					t.Fatalf("reply of %d: %v: %+v", c, err, past)
				}
			} else if c != 0 {
				t.Fatalf("reply of %d that is not due: %+v", c, past)
			}
			if s := h.State(); (s == event.LocalClosing || s == event.Complete) != sentBefore && s != event.Closed {
				t.Fatalf("state %v, sent %v: %+v", s, sentBefore, past)
			}
		}
		e := h.End()
		if e.WasClean() {
			clean++
			if !sentBefore || !frameCame {
				t.Fatalf("clean without both frames: %+v", past)
			}
		}
		if e.Code() == code.AbnormalClosure {
			abnormal++
			if e != event.Abnormal() {
				t.Fatalf("1006 is %v: %+v", e, past)
			}
		}
		if h.End() != e {
			t.Fatalf("End again differs: %+v", past)
		}
		if got := event.Tail(e); strings.Trim(string(got), "\x00") != "" {
			t.Fatalf("tail % x: %+v", got, past)
		}
	}
	if clean < programs/20 || abnormal < programs/20 {
		t.Errorf("of %d ends %d were clean and %d abnormal: too few to mean anything", programs, clean, abnormal)
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

// TestHandshakeKeepsNothing changes the payload after Receive.
func TestHandshakeKeepsNothing(t *testing.T) {
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

func TestStateString(t *testing.T) {
	for s, want := range map[event.State]string{
		event.Open: "Open", event.LocalClosing: "LocalClosing", event.RemoteClosing: "RemoteClosing",
		event.Complete: "Complete", event.Closed: "Closed", 5: "unknown state", 255: "unknown state",
	} {
		if got := s.String(); got != want {
			t.Errorf("State(%d).String() = %q, want %q", s, got, want)
		}
	}
}

// TestSizes pins what the doc comments promise for 64-bit systems.
func TestSizes(t *testing.T) {
	if strconv.IntSize != 64 {
		t.Skip("the docs state sizes for 64-bit systems")
	}
	for name, sizes := range map[string][2]uintptr{
		"Handshake": {unsafe.Sizeof(event.Handshake{}), 132},
		"Target":    {unsafe.Sizeof(event.Target{}), 184},
	} {
		if sizes[0] != sizes[1] {
			t.Errorf("a %s has %d bytes, want %d", name, sizes[0], sizes[1])
		}
	}
}
