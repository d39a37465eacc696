package live

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"example.com/closeframe/code"
	"example.com/closeframe/event"
)

// A Record is what became of a row.
type Record struct {
	Told   Told
	Frames []Frame // what the stack sent after the row's close frame
	End    End
}

// Receive sends each of Rows to the stack and returns what became of it.
func Receive(t testing.TB, s Stack, role Role) []Record {
	t.Helper()
	told := make(chan Told, 1)
	running := Start(t, s, role, func(c Conn) { told <- c.Read() })
	var records []Record
	for _, r := range Rows {
		p := running.Connect()
		if err := p.WriteFrame(Close, r.Payload); err != nil {
			t.Fatalf("%s as %s, %s: %v", s.Name, role, r.Name, err)
		}
		var rec Record
		rec.Frames, rec.End = p.Drain()
		p.Close()
		select {
		case rec.Told = <-told:
		case <-time.After(Patience):
			t.Fatalf("%s as %s, %s: the application was told nothing", s.Name, role, r.Name)
		}
		records = append(records, rec)
	}
	return records
}

// Facets are the parts of a row's outcome that are right or wrong apart.
type Facets uint8

const (
	Tells   Facets = 1 << iota // what the application is told
	Answers                    // the close frame that is answered
	Ends                       // the end of TCP
	Sends                      // what a close call puts on the wire, and returns
)

func (f Facets) String() string {
	var s []string
	for i, name := range []string{"what it tells", "what it answers", "how TCP ends", "what it sends"} {
		if f>>i&1 == 1 {
			s = append(s, name)
		}
	}
	return strings.Join(s, ", ")
}

// If returns f where cond holds, for the limits of a stack.
func If(cond bool, f Facets) Facets {
	if cond {
		return f
	}
	return 0
}

// Judge returns a record in a few words and which facets of it are wrong. A (A1005)
// is a close frame that was taken, with another code than it had; R is one that
// was refused; after the comma follows the answer.
func (r Row) Judge(rec Record, role Role) (text string, wrong Facets) {
	var words []string
	add := func(facet Facets, s []string, ok bool) {
		words = append(words, s...)
		if !ok {
			wrong |= facet
		}
	}
	told, ok := r.judgeTold(rec.Told)
	add(Tells, told, ok)
	answer, ok := r.judgeAnswer(rec.Frames, role)
	add(Answers, answer, ok)
	end, ok := judgeEnd(rec.End, role)
	add(Ends, end, ok)
	return strings.Join(words, ", "), wrong
}

// Right returns what Judge says of a row where everything is right.
func (r Row) Right() string {
	told := "R"
	if r.Take {
		told = "A"
	}
	return told + ", " + r.answerText(r.answer())
}

// codeOf returns the code that stands in a payload, NoStatus where none does.
func codeOf(p []byte) int {
	if len(p) < 2 {
		return NoStatus
	}
	return int(p[0])<<8 | int(p[1])
}

// answer is the payload of the right answer, which may have a reason too.
func (r Row) answer() []byte {
	if r.Answer == NoStatus {
		return nil
	}
	return payload(r.Answer, "")
}

// answerText returns an answer's payload in a word.
func (r Row) answerText(p []byte) string {
	switch {
	case len(p) == 0:
		return "empty"
	case len(r.Payload) >= 2 && codeOf(p) == codeOf(r.Payload):
		return "same"
	}
	return fmt.Sprint(codeOf(p))
}

func (r Row) judgeTold(t Told) (words []string, ok bool) {
	switch t.Verdict {
	case Silent:
		return []string{"not told"}, false
	case Refused:
		words, ok = []string{"R"}, !r.Take
	case Taken:
		ok = r.Take && t.Code == r.Code && t.Reason == r.Reason
		words = []string{"A"}
		if t.Code != codeOf(r.Payload) || len(r.Payload) == 1 {
			words[0] = fmt.Sprintf("A%d", t.Code)
		}
		if r.Take && t.Reason != r.Reason {
			words = append(words, "another reason")
		}
	}
	if t.Adapted && ok { // else it is wrong whatever the event is
		more := r.judgeEvents(t)
		words, ok = append(words, more...), len(more) == 0
	}
	return words, ok
}

// judgeEvents says what is wrong with an adapter's listener and read error.
func (r Row) judgeEvents(t Told) (words []string) {
	want := event.Abnormal()
	if r.Take {
		want = event.MustNew(code.Code(r.Code), r.Reason, true)
	}
	if n := len(t.Events); n != 1 {
		words = append(words, fmt.Sprintf("told %d times", n))
	}
	if e := t.Events[0]; e.WasClean() != want.WasClean() {
		words = append(words, map[bool]string{true: "clean", false: "not clean"}[e.WasClean()])
	}
	if e, ok := event.From(t.Err); !ok || e != t.Events[0] {
		words = append(words, "another error")
	}
	return words
}

func (r Row) judgeAnswer(frames []Frame, role Role) (words []string, ok bool) {
	if len(frames) == 0 {
		return []string{"no answer"}, false
	}
	ok = true
	wrong := func(word string) { words, ok = append(words, word), false }
	f := frames[0]
	switch {
	case f.First != Close:
		return []string{fmt.Sprintf("a frame of %02x", f.First)}, false
	case f.Masked && role == Server:
		wrong("masked")
	case !f.Masked && role == Client:
		return []string{"unmasked"}, false // and its payload tells nothing
	case len(f.Payload) == 1:
		return []string{"1 byte"}, false
	}
	c, reason := f.Payload[:min(2, len(f.Payload))], f.Payload[min(2, len(f.Payload)):]
	words = append(words, r.answerText(c))
	ok = ok && bytes.Equal(c, r.answer())
	if len(reason) > 0 && len(r.Payload) > 2 && bytes.Equal(reason, r.Payload[2:]) {
		words[len(words)-1] += "+r" // the reason too, which is as good
	}
	if !utf8.Valid(reason) {
		wrong("not UTF-8")
	}
	if len(frames) > 1 {
		wrong("more after it") // how many is a matter of timing
	}
	return words, ok
}

func judgeEnd(e End, role Role) (words []string, ok bool) {
	switch {
	case e == Never:
		return []string{"TCP stays open"}, false
	case e == ByPeer && role == Server:
		return []string{"TCP left to the client"}, false
	}
	return nil, true
}
