//go:build go1.25

package closing_test

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"testing"
	"testing/synctest"
	"time"

	"example.com/closeframe/code"
	"example.com/closeframe/event"
	"example.com/closeframe/event/closing"
)

// A run is one sequence of steps on a connection. Each step starts on its own
// goroutine, so that a step may find calls of earlier ones that still wait.
type run struct {
	c        *closing.Conn
	ours     *linkEnd
	peer     *linkEnd
	client   bool
	events   []event.CloseEvent
	calls    []chan error
	reader   chan error // of the reader's last call, or nil
	pings    int
	received bool   // the peer's close frame was received before the end
	cut      bool   // what was sent last may be lost
	wire     []byte // what the peer read
}

func (r *run) call(f func() error) chan error {
	c := start(f)
	r.calls = append(r.calls, c)
	return c
}

// read makes a call of the reader, which has to be back from the one before.
func (r *run) read(f func() error) {
	if r.reader == nil || len(r.reader) > 0 {
		r.reader = r.call(f)
	}
}

// peerReads has the peer read all data that it has received.
func (r *run) peerReads() {
	b := make([]byte, window)
	for {
		r.peer.SetReadDeadline(time.Now().Add(time.Nanosecond))
		n, err := r.peer.Read(b)
		r.wire = append(r.wire, b[:n]...)
		if err != nil {
			return
		}
		synctest.Wait()
	}
}

// steps are what may happen to a connection.
var steps = []struct {
	name string
	do   func(r *run)
}{
	{"send", func(r *run) { r.call(func() error { return write(r.c, r.client, nil) }) }},
	{"send much", func(r *run) { r.call(func() error { return write(r.c, r.client, make([]byte, 2*window)) }) }},
	{"ping", func(r *run) {
		if r.c.Err() == nil {
			r.read(func() error {
				r.pings++
				r.c.Pong([]byte{byte(r.pings)})
				return nil
			})
		}
	}},
	{"close", func(r *run) { r.call(func() error { return r.c.Close(4001, "us") }) }},
	{"the peer reads", (*run).peerReads},
	{"the peer closes", func(r *run) {
		if r.c.Err() == nil {
			r.read(func() error { r.received = true; return r.c.Receive([]byte(bye)) })
		}
	}},
	{"the peer is gone", func(r *run) {
		r.cut = true
		r.peer.CloseWrite()
		r.read(func() error { return r.c.End(io.EOF) })
	}},
	{"half a timeout", func(*run) { time.Sleep(timeout / 2) }},
	{"terminate", func(r *run) {
		r.cut = true
		r.call(func() error { r.c.Terminate(); return nil })
	}},
}

// After every sequence of steps the connection ends in time, with the right event.
func TestSequences(t *testing.T) {
	const length = 4
	sequences := 0
	var extend func(seq []int)
	extend = func(seq []int) {
		if len(seq) == length {
			sequences++
			for _, client := range []bool{false, true} {
				inBubble(t, func(t *testing.T) { runSequence(t, seq, client) })
			}
			return
		}
		for i := range steps {
			if !t.Failed() {
				extend(append(seq[:len(seq):len(seq)], i))
			}
		}
	}
	extend(nil)
	want := 1
	for range length {
		want *= len(steps)
	}
	if !t.Failed() && sequences != want {
		t.Errorf("%d sequences, want %d", sequences, want)
	}
}

func runSequence(t *testing.T, seq []int, client bool) {
	ours, theirs := link()
	r := &run{ours: ours, peer: theirs, client: client, c: closing.Server(ours)}
	if client {
		r.c = closing.Client(ours)
	}
	defer theirs.Close()
	r.c.CloseTimeout = timeout
	r.c.OnClose(func(e event.CloseEvent) { r.events = append(r.events, e) })
	for _, i := range seq {
		steps[i].do(r)
		synctest.Wait()
	}
	r.peerReads()
	r.call(func() error { return r.c.Close(code.GoingAway, "") })
	time.Sleep(timeout)
	synctest.Wait()
	r.peerReads()
	if err := r.judge(); err != nil {
		var names []string
		for _, i := range seq {
			names = append(names, steps[i].name)
		}
		t.Fatalf("client %v, %q: %v", client, names, err)
	}
}

func (r *run) judge() error {
	for _, c := range r.calls {
		if len(c) == 0 {
			return errors.New("a call has not returned")
		}
	}
	if !r.ours.closed || r.ours.begins > 1 || r.ours.begins == 1 && r.ours.closedAt.Sub(r.ours.began) > timeout {
		return fmt.Errorf("TCP closed: %v, %v after the first of %d begins", r.ours.closed, r.ours.closedAt.Sub(r.ours.began), r.ours.begins)
	}
	sent, ok := r.c.Local()
	want := event.Abnormal()
	if r.received {
		want = event.MustNew(4000, "bye", ok)
	}
	if len(r.events) != 1 || r.events[0] != want {
		return fmt.Errorf("events %v, want %v", r.events, want)
	}
	return r.judgeWire(sent, ok)
}

// judgeWire checks what the peer has read, unless it was reset.
func (r *run) judgeWire(sent code.Code, ok bool) error {
	if r.peer.err != nil {
		return nil
	}
	b := bufio.NewReader(bytes.NewReader(r.wire))
	closes, lastPong := 0, 0
	for {
		f, err := readRaw(b)
		switch {
		case err == io.EOF || err == io.ErrUnexpectedEOF && closes == 0:
			if (closes == 1) != ok {
				return fmt.Errorf("the peer read %d close frames, Local() = %v, %v", closes, sent, ok)
			}
			if ok && !r.received && !r.cut && lastPong != r.pings {
				return fmt.Errorf("the last pong is %d, want %d", lastPong, r.pings)
			}
			return nil
		case err != nil:
			return err
		case f.masked != r.client:
			return errors.New("wrong mask bit")
		case f.op == opClose:
			closes++
			if len(f.payload) < 2 || code.Code(f.payload[0])<<8|code.Code(f.payload[1]) != sent {
				return fmt.Errorf("the peer read the close frame %v, Local() = %v", f, sent)
			}
		case f.op == opPong:
			if int(f.payload[0]) <= lastPong {
				return fmt.Errorf("pong %d after pong %d", f.payload[0], lastPong)
			}
			lastPong = int(f.payload[0])
		case closes > 0:
			return fmt.Errorf("the peer read %v after a close frame", f)
		}
	}
}
