package embed_test

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"example.com/closeframe/bench/embed/gobwas"
	"example.com/closeframe/bench/embed/rawpeer"
	"example.com/closeframe/event"
)

const noStatus = 1005 // an empty payload

// An autobahnCase is a line of the case file, which explains its columns.
type autobahnCase struct {
	name   string
	answer []string
	clean  string
	event  int
	echoes int
	frames []sendFrame
}

// A sendFrame is a frame to send, or its beginning.
type sendFrame struct {
	first   byte
	payload []byte
	cut     int // the number of bytes at the end that are never sent
}

// TestAutobahn runs the cases against the gobwas adapter. It requires more than
// Autobahn: a close frame in every case.
func TestAutobahn(t *testing.T) {
	cases := readAutobahn(t)
	for _, role := range []rawpeer.Role{rawpeer.Server, rawpeer.Client} {
		t.Run(role.String(), func(t *testing.T) {
			t.Parallel()
			for _, c := range cases {
				c.run(t, role)
			}
		})
	}
}

func (c autobahnCase) run(t *testing.T, role rawpeer.Role) {
	t.Helper()
	ws, p := rawpeer.Pair(t, role, gobwas.Upgrade, gobwas.Dial)
	events := make(chan event.CloseEvent, 2)
	ws.OnClose(func(e event.CloseEvent) { events <- e })
	go echo(ws)
	sent := make(chan struct{})
	go func() { // concurrent with reading: the echo of a long message may begin before all of it is sent
		defer close(sent)
		for _, f := range c.frames {
			b := p.AppendFrame(nil, f.first, f.payload)
			if _, err := p.Write(b[:len(b)-f.cut]); err != nil {
				return // the connection has failed already
			}
		}
	}()
	frames, end := p.Drain()
	<-sent
	p.Close()
	n := len(frames) - 1
	if n < 0 || frames[n].First != rawpeer.Close {
		t.Errorf("%s: %d frames came back, the last is no close frame", c.name, n+1)
		n++
	} else if p := frames[n].Payload; !c.takes(p) {
		t.Errorf("%s: answered % x, want one of %s", c.name, p, c.answer)
	}
	for _, f := range frames {
		if f.Masked != (role == rawpeer.Client) {
			t.Errorf("%s: masked is %t", c.name, f.Masked)
		}
	}
	c.checkEchoes(t, frames[:n])
	if end == rawpeer.Never || role == rawpeer.Server && end != rawpeer.ByStack {
		t.Errorf("%s: TCP was not ended", c.name)
	}
	select {
	case e := <-events:
		if int(e.Code()) != c.event || e.WasClean() != (c.event != 1006) {
			t.Errorf("%s: reported %v, want code %d", c.name, e, c.event)
		}
	case <-time.After(rawpeer.Patience):
		t.Fatalf("%s: nothing was reported to the application", c.name)
	}
}

func echo(c *gobwas.Conn) {
	for {
		op, p, err := c.ReadMessage()
		if err != nil {
			return
		}
		_ = c.WriteMessage(op, p)
	}
}

// takes reports whether p is the payload of a right reply.
func (c autobahnCase) takes(p []byte) bool {
	switch len(p) {
	case 0:
		return slices.Contains(c.answer, strconv.Itoa(noStatus))
	case 1:
		return false
	}
	return slices.Contains(c.answer, strconv.Itoa(int(p[0])<<8|int(p[1])))
}

func (c autobahnCase) checkEchoes(t *testing.T, got []rawpeer.Frame) {
	t.Helper()
	if len(got) != c.echoes {
		t.Errorf("%s: %d frames before the close frame, want %d", c.name, len(got), c.echoes)
		return
	}
	for i, f := range got {
		if f.First != c.frames[i].first || !bytes.Equal(f.Payload, c.frames[i].payload) {
			t.Errorf("%s: frame %d is no echo", c.name, i)
		}
	}
}

func readAutobahn(t *testing.T) (cases []autobahnCase) {
	t.Helper()
	const name = "gobwas/testdata/autobahn.txt"
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	for n, line := range strings.Split(string(b), "\n") {
		if line == "" || line[0] == '#' {
			continue
		}
		c, err := parseAutobahn(strings.Fields(line))
		if err != nil {
			t.Fatalf("%s:%d: %v", name, n+1, err)
		}
		cases = append(cases, c)
	}
	return cases
}

func parseAutobahn(f []string) (c autobahnCase, err error) {
	if len(f) < 6 {
		return c, fmt.Errorf("%d fields", len(f))
	}
	c.name, c.answer, c.clean = f[0], strings.Split(f[1], ","), f[2]
	if c.event, err = strconv.Atoi(f[3]); err != nil {
		return c, err
	}
	if c.echoes, err = strconv.Atoi(f[4]); err != nil {
		return c, err
	}
	for _, s := range f[5:] {
		if s == "/" {
			break
		}
		frame, err := parseFrame(s)
		if err != nil {
			return c, err
		}
		c.frames = append(c.frames, frame)
	}
	return c, nil
}

var opcodes = map[string]byte{
	"text": rawpeer.Text, "text-": rawpeer.Text & rawpeer.NotFin,
	"cont": rawpeer.Continuation, "cont-": rawpeer.Continuation & rawpeer.NotFin,
	"ping": rawpeer.Ping, "close": rawpeer.Close,
}

func parseFrame(s string) (f sendFrame, err error) {
	op, payload, _ := strings.Cut(s, ":")
	first, ok := opcodes[op]
	if !ok {
		return f, fmt.Errorf("no opcode in %q", s)
	}
	payload, times, repeated := strings.Cut(payload, "~")
	sent, rest, _ := strings.Cut(payload, "/")
	f.first, f.cut = first, len(rest)/2
	if f.payload, err = hex.DecodeString(sent + rest); err != nil || !repeated {
		return f, err
	}
	n, err := strconv.Atoi(times)
	f.payload = bytes.Repeat(f.payload, n/len(f.payload)+1)[:n]
	return f, err
}

// The case file must be consistent: a case ends with 1007 if and only if it is not
// UTF-8; a clean end for Autobahn is a clean end for the application; only an empty
// close frame has an empty reply.
func TestAutobahnFile(t *testing.T) {
	cases := readAutobahn(t)
	if len(cases) != 175 {
		t.Errorf("%d cases", len(cases))
	}
	for _, c := range cases {
		var text []byte
		for _, f := range c.frames {
			if f.first&0xf < rawpeer.Close&0xf {
				text = append(text, f.payload...)
			}
		}
		if strings.HasPrefix(c.name, "6.") && utf8.Valid(text) != (c.answer[0] == "1000") {
			t.Errorf("%s: % x is UTF-8: %t", c.name, text, utf8.Valid(text))
		}
		if want := map[bool]string{true: "yes", false: "no"}[c.event != 1006]; c.clean != want && c.clean != "info" {
			t.Errorf("%s: clean is %q, but the application is told %d", c.name, c.clean, c.event)
		}
		f := c.frames[0]
		if empty := f.first == rawpeer.Close && len(f.payload) == 0; c.takes(nil) != empty || c.takes([]byte{3}) {
			t.Errorf("%s: takes an empty answer: %t, want %t; one of a byte: %t", c.name, c.takes(nil), empty, c.takes([]byte{3}))
		}
	}
}
