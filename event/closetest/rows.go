package closetest

import (
	"bytes"
	"fmt"
	"strings"
)

// Rows returns the rows for a stack whose role is under. A row has the same name in both
// roles. A few rows exist in one role only.
func Rows(under Role) []Row {
	l := &list{role: under, numbers: map[string]int{}}
	l.payloads()
	l.headers()
	l.splits()
	l.orders()
	l.tcp()
	l.sends()
	return l.rows
}

// A list collects rows and numbers them within their sections. Add new rows at the end of
// their section, so that no name changes.
type list struct {
	role    Role
	kind    Kind // of the next rows
	rows    []Row
	numbers map[string]int
}

// add appends a row of l.kind with the next number of section. An empty source means the
// section. The part of source after ": " is Row.Why.
func (l *list) add(section, title, source string, w Want, steps ...Step) *Row {
	l.numbers[section]++
	r := Row{Name: fmt.Sprintf("%s/%d", section, l.numbers[section]), Kind: l.kind, Title: title, Level: w.level(), Steps: steps, Want: w}
	if source == "" {
		source = "RFC 6455, " + section
	}
	r.Source, r.Why, _ = strings.Cut(source, ": ")
	r.Reports = reports[r.Name]
	for _, s := range steps {
		r.Close = r.Close || s.Do == AskClose
	}
	l.rows = append(l.rows, r)
	return &l.rows[len(l.rows)-1]
}

// level returns the strongest level of the row's own rules. TCP does not count, since it
// has to end in nearly every row.
func (w Want) level() Level {
	switch {
	case w.TCP == May:
		return May
	case len(w.Never) > 0 || w.ReportedLevel == Must || len(w.Sent) > 0:
		return Must
	}
	return Should
}

// What is right after a close frame.

// accepted is for a valid close frame. The stack has to reply (RFC 6455, 5.5.1: the code is
// "typically" the same) and to report it unchanged.
func accepted(code int, reason string) Want {
	w := Want{
		Answer: []int{code}, Never: []int{noFrame},
		Reported: []Reported{reported(code, reason, true)}, ReportedLevel: Must, TCP: Must,
	}
	if code != 1000 {
		w.Note = []int{1000}
	}
	return w
}

// rejected is for a close frame that a peer must not send, but for which the RFC does not
// say what the receiver must do. It should fail the connection (RFC 6455, 7.1.7).
func rejected(answer ...int) Want {
	return Want{
		Answer:   answer,
		Reported: []Reported{reported(abnormal, "", false)}, ReportedLevel: Should, TCP: Must,
	}
}

// failed is for a frame for which a receiver must fail the connection. A reply as to a
// valid close frame with code shows that it did not.
func failed(code int, answer ...int) Want {
	w := rejected(answer...)
	if w.Never = []int{code, noStatus}; code != 1000 {
		w.Never = append(w.Never, 1000)
	}
	return w
}

// Bytes.

// The first byte of a frame: FIN and the opcode.
const (
	opText  = 0x81
	opClose = 0x88
	opPing  = 0x89
	opPong  = 0x8a
	finBit  = 0x80
)

// payload returns the bytes of a code and a reason, legal or not.
func payload(code int, reason string) []byte {
	return append([]byte{byte(code >> 8), byte(code)}, reason...)
}

const maskKey = "\x37\xfa\x21\x3d" // of RFC 6455, 5.7

// frame returns a frame as the peer of a stack in role r sends it.
func (r Role) frame(first byte, p []byte) []byte {
	if len(p) < 126 {
		return r.sized(first, 1, p)
	}
	return r.sized(first, 2, p)
}

// sized returns a frame whose length is written in 1 byte, or in the 2 or 8 bytes
// behind 126 or 127.
func (r Role) sized(first byte, size int, p []byte) (b []byte) {
	switch n := len(p); size {
	case 1:
		b = []byte{first, byte(n)}
	case 2:
		b = []byte{first, 126, byte(n >> 8), byte(n)}
	default:
		b = []byte{first, 127, 0, 0, 0, 0, byte(n >> 24), byte(n >> 16), byte(n >> 8), byte(n)}
	}
	if r == ClientRole { // a server does not mask
		return append(b, p...)
	}
	b[1] |= 0x80
	b = append(b, maskKey...)
	for i, c := range p {
		b = append(b, c^maskKey[i%4])
	}
	return b
}

// frame returns a frame as the peer sends it.
func (l *list) frame(first byte, p string) []byte { return l.role.frame(first, []byte(p)) }

// closing returns a close frame.
func (l *list) closing(code int, reason string) []byte {
	return l.role.frame(opClose, payload(code, reason))
}

// The steps that rows are made of.

func send(frames ...[]byte) Step       { return Step{Do: SendBytes, Bytes: bytes.Join(frames, nil)} }
func ask(code int, reason string) Step { return Step{Do: AskClose, Code: code, Reason: Hex(reason)} }
