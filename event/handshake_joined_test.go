//go:build go1.22

package event_test

import (
	"bytes"
	"fmt"
	"testing"

	"example.com/closeframe/code"
	"example.com/closeframe/event"
	"example.com/closeframe/frame"
)

// TestHandshakesJoined joins two handshakes by the bytes that they send, and visits every
// state that they can reach. Either side closes first, or both do; a write fails after
// any number of bytes; a frame is received or lost; TCP is closed for either side at any
// moment.
func TestHandshakesJoined(t *testing.T) {
	for _, test := range []struct {
		name    string
		payload string // of the first side's own close frame
		code    code.Code
		valid   bool
	}{
		{"valid", "\x0f\xa0left", 4000, true},
		{"empty", "", code.NoStatus, true},
		{"malformed", "\x0f", 4000, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			j := joined{t: t, seen: map[string]bool{}}
			j.own[0] = closing{test.payload, test.code, test.valid}
			j.own[1] = closing{"\x0f\xa1r", 4001, true}
			j.visit(&pair{}, nil)
			t.Logf("%d states, %d ends, %d clean on both sides, %d of them crossing, %d with a failed write", len(j.seen), j.ends, j.bothClean, j.crossed, j.broken)
			if j.ends == 0 || j.broken == 0 || test.valid && (j.bothClean == 0 || j.crossed == 0) {
				t.Error("one of these did not occur")
			}
		})
	}
}

// closing is a close frame.
type closing struct {
	payload string
	code    code.Code
	valid   bool
}

// An end is one side of a connection: the handshake, and what really happened.
type end struct {
	h          event.Handshake
	in         []byte // sent by the other side and not read yet
	sent       closing
	isSent     bool // sent was written whole
	isBroken   bool // a write failed
	received   closing
	isReceived bool
	ended      bool
	event      event.CloseEvent
}

type pair struct{ ends [2]end }

func (p *pair) clone() *pair {
	q := new(pair)
	for i := range p.ends {
		from, to := &p.ends[i], &q.ends[i]
		event.Copy(&to.h, &from.h)
		to.in = bytes.Clone(from.in)
		to.sent, to.isSent, to.isBroken = from.sent, from.isSent, from.isBroken
		to.received, to.isReceived = from.received, from.isReceived
		to.ended, to.event = from.ended, from.event
	}
	return q
}

type joined struct {
	t    *testing.T
	own  [2]closing
	seen map[string]bool

	ends, bothClean, crossed, broken int
}

// visit tries every move from p that leads to a new state. path has the names of the
// moves so far.
func (j *joined) visit(p *pair, path []string) {
	key := fmt.Sprintf("%+v", p)
	if j.seen[key] || j.t.Failed() {
		return
	}
	j.seen[key] = true
	moved := false
	for i := range p.ends {
		e := &p.ends[i]
		try := func(name string, move func(me, peer *end)) {
			moved = moved || name != "end"
			q := p.clone()
			move(&q.ends[i], &q.ends[1-i])
			j.visit(q, append(path[:len(path):len(path)], fmt.Sprintf("%d %s", i, name)))
		}
		if e.ended {
			continue
		}
		if e.h.State() == event.Open && e.h.MaySendClose() {
			j.tryWrite(try, e, "close", j.own[i])
		}
		if c, due := e.h.Reply(); due {
			payload, err := frame.Append(nil, c, "")
			if err != nil {
				j.t.Fatalf("after %q: a reply with %v must not be sent: %v", path, c, err)
			}
			j.tryWrite(try, e, "reply", closing{string(payload), c, true})
		}
		if len(e.in) > 0 {
			try("read", func(me, peer *end) { me.read(peer) })
		}
		try("end", func(me, _ *end) { me.ended, me.event, me.in = true, me.h.End(), nil })
	}
	left, right := &p.ends[0], &p.ends[1]
	switch {
	case left.ended && right.ended:
		j.check(p, path)
	case left.ended || right.ended || left.isBroken || right.isBroken || moved:
	case left.h.State() != event.Complete || right.h.State() != event.Complete:
		j.t.Errorf("after %q: stuck in %v and %v", path, left.h.State(), right.h.State())
	}
}

// tryWrite writes a close frame whole, and in other branches fails after each number of
// bytes.
func (j *joined) tryWrite(try func(string, func(me, peer *end)), from *end, name string, c closing) {
	if from.isSent || from.isBroken {
		j.t.Errorf("%s: a close frame after another one or a failed write", name)
		return
	}
	f := append([]byte{0x88, byte(len(c.payload))}, c.payload...)
	for n := range f {
		try(fmt.Sprintf("%s, failed after %d bytes", name, n), func(me, peer *end) {
			me.isBroken = true
			me.h.WriteFailed()
			peer.deliver(f[:n])
		})
	}
	try(name, func(me, peer *end) {
		me.sent, me.isSent = c, true
		me.h.Sent(c.code)
		peer.deliver(f)
	})
}

func (e *end) deliver(b []byte) {
	if !e.ended {
		e.in = append(e.in, b...)
	}
}

// read reads a frame, unless in has only a part of it.
func (e *end) read(peer *end) {
	payload, n, err := frame.ParseFrame(e.in)
	if err != nil {
		return
	}
	_ = e.h.Receive(payload)
	e.in = append([]byte(nil), e.in[n:]...)
	e.received, e.isReceived = peer.sent, true
}

// check compares both events with what really happened.
func (j *joined) check(p *pair, path []string) {
	j.ends++
	if p.ends[0].isBroken || p.ends[1].isBroken {
		j.broken++
	}
	for i := range p.ends {
		e := &p.ends[i]
		want := event.Abnormal()
		if e.isReceived && e.received.valid {
			reason := ""
			if len(e.received.payload) > 2 {
				reason = e.received.payload[2:]
			}
			want = event.MustNew(e.received.code, reason, e.isSent)
		}
		if e.event != want {
			j.t.Errorf("after %q: side %d ends with %v, want %v", path, i, e.event, want)
		}
	}
	if p.ends[0].event.WasClean() && p.ends[1].event.WasClean() {
		j.bothClean++
		if p.ends[0].h.LocalFirst() && p.ends[1].h.LocalFirst() {
			j.crossed++
		}
	}
}
