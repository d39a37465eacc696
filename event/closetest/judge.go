package closetest

import (
	"bytes"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"
)

// A Finding is a rule that the stack broke or, with the level May, something unusual.
type Finding struct {
	Level Level  `json:"level"` // see the package comment
	Part  Part   `json:"part"`
	Text  string `json:"text"` // "1007 expected for ... (RFC 6455, 8.1): answered 1002"
}

// A Part says what a Finding is about.
type Part string

const (
	PartConnect  Part = "connect"  // the opening handshake failed
	PartAnswer   Part = "answer"   // the code of the stack's close frame
	PartSent     Part = "sent"     // what the Close hook sent and returned
	PartFrames   Part = "frames"   // the form of the stack's frames, and frames after its close frame
	PartReported Part = "reported" // what the stack reported to the application
	PartTCP      Part = "tcp"      // how TCP ended
)

// An outcome has all that is known of a row that ran.
type outcome struct {
	row         Row
	under       Role
	timeout     time.Duration
	seen        seen
	asked       bool // the Close hook returned err
	err         error
	reported    *Reported // nil: nothing in time
	judgeReport bool

	findings []Finding
}

func (o *outcome) find(l Level, p Part, format string, args ...any) {
	o.findings = append(o.findings, Finding{l, p, fmt.Sprintf(format, args...)})
}

// judge returns the findings. Each part is checked by itself, so that one fault is one
// finding. After a finding about the application's call, the rest would only repeat it.
func (o *outcome) judge() []Finding {
	o.judgeFrames()
	w := o.row.Want
	switch {
	case o.row.Kind == Send:
		o.judgeSent()
	case w.Answer != nil:
		o.judgeAnswer(PartAnswer, o.row.Title)
	}
	if n := len(o.findings); n > 0 && o.findings[n-1].Part == PartSent {
		return o.findings
	}
	o.judgeTCP()
	if o.judgeReport {
		o.judgeEvent()
	}
	return o.findings
}

// judgeFrames checks what holds for the stack's frames in every row, and the pong.
func (o *outcome) judgeFrames() {
	if f := o.seen.close; f != nil {
		o.judgeClose(*f)
	}
	if o.seen.end == cut {
		text := "TCP ended inside a frame"
		if o.seen.failed != nil {
			text = o.seen.failed.Error()
		}
		o.find(Must, PartFrames, "%s (RFC 6455, 5.2)", text)
	}
	for _, f := range o.seen.after {
		switch {
		case f.isData():
			o.find(Must, PartFrames, "data behind the close frame (RFC 6455, 5.5.1)")
			return
		case f.isClose():
			o.find(Should, PartFrames, "a second close frame (RFC 6455, 5.5.1)")
			return
		}
	}
	if p := o.row.Want.Pong; p != nil && o.seen.close != nil {
		for _, got := range o.seen.pongs {
			if bytes.Equal(got, p) {
				return
			}
		}
		o.find(Should, PartFrames, "no pong for %s (%s)", o.row.Title, o.row.Source)
	}
}

// judgeClose checks the form of a close frame. All of it is a MUST for the sender, also
// in reply to a malformed frame.
func (o *outcome) judgeClose(f frame) {
	bad := func(section, format string, args ...any) {
		o.find(Must, PartFrames, format+" (RFC 6455, %s)", append(args, section)...)
	}
	c := f.code()
	switch masked := o.under == ClientRole; {
	case f.masked && !masked:
		bad("5.1", "a masked close frame from the server")
	case !f.masked && masked:
		bad("5.1", "an unmasked close frame from the client")
	}
	switch {
	case f.first != opClose:
		bad("5.2 and 5.5", "a close frame that begins with %02x", f.first)
	case f.padded:
		bad("5.2", "a close frame's length of %d in more bytes than it needs", f.length)
	case f.length > 125:
		bad("5.5", "a close frame of %d bytes", f.length)
	case f.length == 1:
		bad("5.5.1", "a close frame of one byte")
	case f.length >= 2 && (c == 1005 || c == 1006 || c == 1015):
		bad("7.4.1", "%d in a close frame", c)
	case f.length >= 2 && !utf8.Valid(f.payload[2:]):
		bad("5.5.1", "a reason that is not UTF-8 in a close frame, %s", reasonText(string(f.payload[2:])))
	}
}

// judgeAnswer checks the code of the close frame. A reset can destroy a close frame on its
// way, so after a reset its absence proves nothing.
func (o *outcome) judgeAnswer(p Part, what string) {
	got, text := noFrame, "no close frame came"
	if f := o.seen.close; f != nil {
		got, text = f.code(), "answered "+codeText(f.code())
	}
	w := o.row.Want
	level := Should
	switch {
	case has(w.Answer, got):
		return
	case has(w.Note, got):
		level = May
	case got == noFrame && o.seen.end == byRST:
		text = "TCP was reset without a close frame" // never a MUST: it may have been sent
	case has(w.Never, got):
		level = Must
	}
	o.find(level, p, "%s expected for %s (%s): %s", oneOf(w.Answer, codeText), what, o.row.Source, text)
}

// judgeSent checks the application's call: it has to send a close frame with the code and
// the reason, or return an error and leave the connection open. In the second case the
// peer sends a close frame, and the reply shows that the connection was open.
func (o *outcome) judgeSent() {
	w, f := o.row.Want, o.seen.close
	level := Should
	if len(w.Sent) > 0 { // it may be sent (RFC 6455, 7.1.2)
		level = Must
	}
	what := strings.TrimPrefix(o.row.Title, "the application closes with ")
	switch {
	case !o.asked && f == nil:
		o.find(level, PartSent, "close with %s: nothing sent, and the call did not return", what)
	case !o.asked:
		o.find(Should, PartSent, "close with %s: the call did not return", what)
	case f == nil && o.err != nil:
		o.find(Should, PartSent, "close with %s: an error, and then no close frame: the connection is lost", what)
	case f == nil:
		o.find(level, PartSent, "close with %s: no error and no close frame", what)
	case o.err != nil && len(w.Sent) > 0:
		o.find(Should, PartSent, "close with %s: error %q", what, o.err)
	case o.err != nil:
		o.judgeAnswer(PartSent, "the peer's close frame after a refused call")
	case w.Refused:
		o.find(Should, PartSent, "an error expected for close with %s (%s): sent %s", what, o.row.Source, frameText(*f))
	case !bytes.Equal(f.payload, w.Sent):
		o.find(level, PartSent, "close with %s: sent %s", what, frameText(*f))
	}
}

// judgeTCP checks that TCP ended, and without a reset: an endpoint reads and discards data
// before it closes TCP (RFC 6455, 7.1.1), since a reset can destroy its close frame.
func (o *outcome) judgeTCP() {
	w := o.row.Want
	if w.TCP == 0 {
		return
	}
	switch {
	case o.seen.end == open && w.TCP == May:
		o.find(May, PartTCP, "TCP is still open %v after %s (%s)", o.timeout, o.row.Title, o.row.Source)
	case o.seen.end == open:
		o.find(w.TCP, PartTCP, "TCP is still open %v after %s (RFC 6455, 5.5.1 and 7.1.1)", o.timeout, o.row.Title)
	case o.seen.end == byRST && !w.Reset:
		o.find(Should, PartTCP, "TCP was reset after %s, not closed (RFC 6455, 7.1.1)", o.row.Title)
	}
}

// judgeEvent checks what the stack reported to the application.
func (o *outcome) judgeEvent() {
	w := o.row.Want
	if o.reported == nil {
		o.find(Should, PartReported, "nothing reported within %v, %s expected for %s (%s)", o.timeout, oneOf(w.Reported, Reported.String), o.row.Title, o.row.Source)
		return
	}
	if o.reported.Times > 1 {
		o.find(Should, PartReported, "reported %d times, once expected for %s", o.reported.Times, o.row.Title)
	}
	for _, t := range w.Reported {
		if t.same(*o.reported) {
			return
		}
	}
	level := w.ReportedLevel
	if o.row.Close && o.reported.Code == abnormal {
		level = Should // correct for a stack that does not wait for the peer's close frame
	}
	if has(w.Never, o.reported.Code) {
		level = Must
	}
	o.find(level, PartReported, "%v expected for %s (%s): reported %v", oneOf(w.Reported, Reported.String), o.row.Title, o.row.Source, o.reported)
}

// same reports whether got is equal to t. WasClean is compared if both have it. The reason
// with 1006 is the stack's own text.
func (t Reported) same(got Reported) bool {
	return t.Code == got.Code && (t.Reason == got.Reason || t.Code == abnormal) &&
		(t.WasClean == nil || got.WasClean == nil || *t.WasClean == *got.WasClean)
}

func has(codes []int, c int) bool {
	for _, v := range codes {
		if v == c {
			return true
		}
	}
	return false
}
