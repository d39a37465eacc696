package live

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

// A SendRow is a call of the application that closes the connection.
type SendRow struct {
	Name   string
	Code   int
	Reason string

	// Refuse says that no close frame can carry it (RFC 6455, sections 5.5.1,
	// 7.4.1 and 7.4.2): the caller is told, nothing is sent and the connection
	// goes on. Else Payload is what has to be on the wire.
	Refuse  bool
	Payload []byte
}

// SendRows are the calls of the sending side.
var SendRows = makeSendRows()

func makeSendRows() []SendRow {
	var rows []SendRow
	refuse := func(name string, c int, reason string) {
		rows = append(rows, SendRow{Name: name, Code: c, Reason: reason, Refuse: true})
	}
	send := func(name string, c int, reason string, p []byte) {
		rows = append(rows, SendRow{Name: name, Code: c, Reason: reason, Payload: p})
	}
	send(`1000 "bye"`, 1000, "bye", payload(1000, "bye"))
	send("1014", 1014, "", payload(1014, ""))
	send("4999, 123 ASCII", 4999, strings.Repeat("*", 123), payload(4999, strings.Repeat("*", 123)))
	send("1005", NoStatus, "", nil)
	for _, c := range []int{66536, -1, 0, 999, 1004, 1006, 1015, 2999, 5000, 65535} {
		refuse(fmt.Sprint(c), c, "")
	}
	refuse("1000, 124 ASCII", 1000, strings.Repeat("*", 124))
	refuse(`1000, 122 ASCII + "é"`, 1000, strings.Repeat("*", 122)+"é")
	refuse(`1000 "ok" ff`, 1000, "ok\xff")
	return rows
}

// A Sending is what became of a SendRow.
type Sending struct {
	Err   error  // what the call returned
	First *Frame // what came first, the application's close or, after an error, its message; nil if TCP ended
}

// stillHere is what the application sends after an error.
const stillHere = "still here"

// Send has the stack's application close with each of SendRows and returns what
// became of it.
func Send(t testing.TB, s Stack, role Role) []Sending {
	t.Helper()
	rows, errs := make(chan SendRow, 1), make(chan error, 1)
	running := Start(t, s, role, func(c Conn) {
		r := <-rows
		err := c.Close(r.Code, r.Reason)
		if err != nil {
			_ = c.Send(stillHere) // what comes of it is seen on the wire
		}
		errs <- err
		c.Read()
	})
	var sendings []Sending
	for _, r := range SendRows {
		rows <- r
		p := running.Connect()
		sending := Sending{First: p.answer()}
		p.Close()
		select {
		case sending.Err = <-errs:
		case <-time.After(Patience):
			t.Fatalf("%s as %s, %s: the call does not return", s.Name, role, r.Name)
		}
		sendings = append(sendings, sending)
	}
	return sendings
}

// answer reads one frame, and then closes or answers the close.
func (p *Peer) answer() *Frame {
	f, err := p.ReadFrame()
	if err != nil {
		return nil
	}
	_ = p.WriteFrame(Close, payload(1000, "")) // the stack may be gone already
	p.Drain()
	return &f
}

// Judge returns a sending in a few words, and whether it is right.
func (r SendRow) Judge(s Sending, role Role) (text string, ok bool) {
	switch {
	case errors.Is(s.Err, ErrNoCall):
		return "no such call", false
	case s.First == nil && s.Err != nil:
		return "error, nothing sent, TCP dropped", false
	case s.First == nil:
		return "no error, nothing sent", false
	case s.First.Masked != (role == Client):
		return "wrong mask", false
	case s.First.First == Text && string(s.First.Payload) == stillHere:
		return "refused", r.Refuse
	}
	text = r.payloadText(s.First.Payload)
	if s.Err != nil {
		text += ", error"
	}
	return text, !r.Refuse && s.Err == nil && s.First.First == Close && bytes.Equal(s.First.Payload, r.Payload)
}

// Right returns what Judge says of a row where everything is right.
func (r SendRow) Right() string {
	if r.Refuse {
		return "refused"
	}
	return r.payloadText(r.Payload)
}

func (r SendRow) payloadText(p []byte) string {
	switch {
	case len(p) == 0:
		return "empty"
	case len(p) == 1:
		return "1 byte"
	}
	var words []string
	c, reason := codeOf(p), string(p[2:])
	if c != r.Code {
		words = append(words, fmt.Sprint("sent as ", c))
	} else {
		words = append(words, "sent")
	}
	if len(reason) < len(r.Reason) {
		words = append(words, fmt.Sprintf("reason cut to %d", len(reason)))
	}
	if !utf8.ValidString(reason) {
		words = append(words, "not UTF-8")
	}
	return strings.Join(words, ", ")
}
