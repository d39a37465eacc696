package event_test

import (
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"example.com/closeframe/code"
	"example.com/closeframe/event"
	"example.com/closeframe/fuzz/reference"
)

// This file also runs with Go 1.18, and has the loop variables of Go before 1.22.

// answers has the results of all methods of a Handshake.
type answers struct {
	reply      int
	due        bool
	state      string
	data       bool // MaySendData, MaySendPong, MaySendClose
	pong       bool
	closing    bool
	local      int
	isLocal    bool
	remote     int
	isRemote   bool
	localFirst bool
	refused    int
	fault      string
	end        int
	reason     string
	clean      bool
}

// ask returns the answers of h. It calls End, so h must be a copy.
func ask(h *event.Handshake) (a answers) {
	c, due := h.Reply()
	a.reply, a.due = int(c), due
	a.state = h.State().String()
	a.data, a.pong, a.closing = h.MaySendData(), h.MaySendPong(), h.MaySendClose()
	c, a.isLocal = h.Local()
	a.local = int(c)
	c, a.isRemote = h.Remote()
	a.remote = int(c)
	a.localFirst = h.LocalFirst()
	c, err := h.Fault()
	a.refused, a.fault = int(c), errText(err)
	e := h.End()
	a.end, a.reason, a.clean = int(e.Code()), e.Reason(), e.WasClean()
	return a
}

// askModel returns the answers of the reference.
func askModel(past reference.History) (a answers) {
	a.reply, a.due = past.Reply()
	a.state = past.State()
	a.data, a.pong, a.closing = past.MaySend()
	a.local, a.isLocal = past.Local()
	a.remote, a.isRemote = past.Remote()
	a.localFirst = past.LocalFirst()
	c, e := past.Fault()
	a.refused = c
	if e != 0 {
		a.fault = e.Error()
	}
	a.end, a.reason, a.clean = past.End()
	return a
}

func errText(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

// A letter is one step of a sequence. It reports fact to the Handshake, or sends the
// reply that is due if fact is nil.
type letter struct {
	name string
	fact *reference.Fact
}

// step performs l with h. It returns the longer history, and a message if h returned the
// wrong error.
func (l letter) step(h *event.Handshake, past reference.History) (reference.History, string) {
	if l.fact == nil {
		c, due := h.Reply()
		if !due {
			return past, ""
		}
		h.Sent(c)
		return append(past, reference.Fact{Kind: reference.Sent, Code: int(c)}), ""
	}
	var err error
	switch f := l.fact; f.Kind {
	case reference.Receive:
		err = h.Receive(f.Payload)
	case reference.ReceiveParsed:
		err = h.ReceiveParsed(f.Code, f.Reason)
	case reference.Sent:
		h.Sent(code.Code(f.Code))
	case reference.WriteFailed:
		h.WriteFailed()
	case reference.Fail:
		h.Fail()
	case reference.End:
		h.End()
	}
	past = append(past, *l.fact)
	want := ""
	if e := past.Returned(); e != 0 {
		want = e.Error()
	}
	if got := errText(err); got != want {
		return past, fmt.Sprintf("error %q, want %q", got, want)
	}
	return past, ""
}

func receive(name, payload string) letter {
	return letter{name, &reference.Fact{Kind: reference.Receive, Payload: []byte(payload)}}
}

func parsed(name string, c int, reason string) letter {
	return letter{name, &reference.Fact{Kind: reference.ReceiveParsed, Code: c, Reason: reason}}
}

func sent(name string, c int) letter {
	return letter{name, &reference.Fact{Kind: reference.Sent, Code: c}}
}

// letters has all kinds of steps. Their codes differ, so that each answer shows the step
// that it results from.
var letters = []letter{
	receive("receive valid", "\x0f\xa1bye"), // 4001
	receive("receive empty", ""),
	receive("receive malformed", "\x07\xd0why"), // 2000
	parsed("receive parsed", 3008, "idle"),
	{"reply", nil},
	sent("sent", 1001),
	{"write failed", &reference.Fact{Kind: reference.WriteFailed}},
	{"fail", &reference.Fact{Kind: reference.Fail}},
	{"end", &reference.Fact{Kind: reference.End}},
}

// oddLetters has more steps, for shorter sequences.
var oddLetters = []letter{
	receive("receive one byte", "\x03"),
	receive("receive not UTF-8", "\x03\xe8\xff"),
	receive("receive 1005", "\x03\xed"),
	receive("receive 126 bytes", "\x03\xe8"+strings.Repeat("x", 124)),
	parsed("parsed 1006", 1006, ""),
	parsed("parsed 66536", 66536, ""), // uint16(66536) is 1000
	parsed("parsed -1", -1, ""),
	parsed("parsed 1005 with a reason", 1005, "why"),
	parsed("parsed 1005", 1005, ""),
	parsed("parsed not UTF-8", 1000, "\xff"),
	parsed("parsed 124 bytes", 1000, strings.Repeat("x", 124)),
	sent("sent empty", 1005),
	sent("sent 1006", 1006), // not allowed, but recorded
}

// A walk compares Handshake and reference after every sequence of up to depth letters. It
// tries the short ones first, so that it reports the shortest difference.
type walk struct {
	count    int64 // sequences; first, since 32-bit atomics need 8-byte alignment
	alphabet []letter
	firsts   sync.Map
	mu       sync.Mutex
	wrong    []string
}

func (w *walk) run(t *testing.T, depth int) {
	t.Helper()
	var zero event.Handshake
	if got, want := ask(&zero), askModel(nil); got != want {
		t.Fatalf("answers of a new Handshake:\n%+v, want\n%+v", got, want)
	}
	w.count = 1
	for d := 1; d <= depth && len(w.wrong) == 0; d++ {
		var wg sync.WaitGroup
		for i := range w.alphabet {
			wg.Add(1)
			go func(first letter) {
				defer wg.Done()
				var open event.Handshake
				w.descend(first, &open, make(reference.History, 0, d), make([]string, 0, d), d)
			}(w.alphabet[i])
		}
		wg.Wait()
	}
	for i, diff := range w.wrong {
		if i == 3 {
			t.Errorf("and %d more", len(w.wrong)-i)
			break
		}
		t.Error(diff)
	}
	firsts := 0
	w.firsts.Range(func(_, _ interface{}) bool { firsts++; return true })
	if firsts != len(w.alphabet) {
		t.Errorf("%d different first steps, want %d", firsts, len(w.alphabet))
	}
	want, power := int64(0), int64(1)
	for d := 0; d <= depth; d++ {
		want += power
		power *= int64(len(w.alphabet))
	}
	if t.Logf("%d sequences of up to %d steps", w.count, depth); w.count != want && len(w.wrong) == 0 {
		t.Errorf("%d sequences, want %d", w.count, want)
	}
}

// descend performs l, and then every letter until the sequence has depth letters. It
// compares only sequences of that length, since the shorter ones were compared before.
func (w *walk) descend(l letter, before *event.Handshake, past reference.History, path []string, depth int) {
	var h event.Handshake
	event.Copy(&h, before)
	path = append(path, l.name)
	past, diff := l.step(&h, past)
	if len(path) < depth {
		for _, next := range w.alphabet {
			w.descend(next, &h, past, path, depth)
		}
		return
	}
	atomic.AddInt64(&w.count, 1)
	if depth == 1 {
		w.firsts.Store(l.name, true)
	}
	if diff == "" {
		if got, want := ask(&h), askModel(past); got != want {
			diff = fmt.Sprintf("answers\n%+v, want\n%+v", got, want)
		}
	}
	if diff != "" {
		w.mu.Lock()
		w.wrong = append(w.wrong, fmt.Sprintf("after %q: %s", path, diff))
		w.mu.Unlock()
	}
}

func TestHandshakeSequences(t *testing.T) {
	depth := 7
	if testing.Short() {
		depth = 5
	}
	(&walk{alphabet: letters}).run(t, depth)
}

func TestHandshakeOddSequences(t *testing.T) {
	depth := 4
	if testing.Short() {
		depth = 3
	}
	(&walk{alphabet: append(letters[:len(letters):len(letters)], oddLetters...)}).run(t, depth)
}

// After a failed write nothing may be sent, neither our close frame again nor a reply,
// and the end is not clean.
func TestHandshakeNothingAfterWriteFailed(t *testing.T) {
	for _, test := range []struct {
		name string
		then func(*event.Handshake)
		want event.CloseEvent
	}{
		{"the application closes again", func(*event.Handshake) {}, event.Abnormal()},
		{"the peer closes", func(h *event.Handshake) { _ = h.Receive([]byte("\x03\xe8")) }, event.MustNew(1000, "", false)},
	} {
		var h event.Handshake
		h.WriteFailed()
		test.then(&h)
		if c, due := h.Reply(); due || h.MaySendClose() || h.MaySendData() || h.MaySendPong() {
			t.Errorf("%s: reply %v %v, data %v, pong %v, close %v; want none", test.name, uint16(c), due, h.MaySendData(), h.MaySendPong(), h.MaySendClose())
		}
		h.Sent(code.NormalClosure) // changes nothing
		if got := h.End(); got != test.want {
			t.Errorf("%s: %v, want %v", test.name, got, test.want)
		}
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
