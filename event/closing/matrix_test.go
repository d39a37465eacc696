//go:build go1.25

package closing_test

import (
	"bufio"
	"errors"
	"fmt"
	"net"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"example.com/closeframe/event"
	"example.com/closeframe/event/closing"
)

// timeout is the CloseTimeout of the tests in synctest's clock.
const timeout = 4 * time.Second

// A wire is what the bytes of a connection go over.
type wire uint8

const (
	plain wire = iota
	tls12
	tls13
)

func (w wire) String() string { return [...]string{"TCP", "TLS 1.2", "TLS 1.3"}[w] }

// A cell is one connection of the matrix.
type cell struct {
	client bool // we are
	wire   wire
	peer   *peerKind
	app    *appKind
}

func (c cell) String() string {
	role := "server"
	if c.client {
		role = "client"
	}
	return fmt.Sprintf("%s %v/%s/%s", role, c.wire, c.peer.name, c.app.name)
}

func cells(wires ...wire) (all []cell) {
	for i := range peerKinds {
		for j := range appKinds {
			for _, w := range wires {
				all = append(all, cell{false, w, &peerKinds[i], &appKinds[j]}, cell{true, w, &peerKinds[i], &appKinds[j]})
			}
		}
	}
	return all
}

// Every peer with every application: within CloseTimeout after the end begins, the
// transport is closed, every call has returned, the right event was dispatched once, and
// nothing is left.
func TestMatrix(t *testing.T) {
	config(tls13) // not in a bubble: crypto/rand may wait for the system
	all := cells(plain, tls12, tls13)
	if len(all) < 1000 {
		t.Errorf("%d cells", len(all))
	}
	for _, c := range all {
		t.Run(c.String(), func(t *testing.T) { inBubble(t, c.run) })
		if t.Failed() {
			return
		}
	}
}

func (c cell) run(t *testing.T) {
	ours, theirs := link()
	us, them := c.secure(t, ours, theirs)
	over := make(chan struct{})
	var p sync.WaitGroup
	pc := &peerConn{Conn: them, link: theirs, r: bufio.NewReader(them), client: !c.client, second: time.Second, over: over}
	p.Go(func() {
		c.peer.run(pc)
		<-over
		theirs.Close()
		pc.readers.Wait()
	})

	conn := closing.Server(us)
	if c.client {
		conn = closing.Client(us)
	}
	conn.CloseTimeout = timeout
	a := &application{t: t, c: conn, conn: us, client: c.client, second: time.Second}
	conn.OnClose(func(e event.CloseEvent) { a.events = append(a.events, e) })
	c.app.run(a)
	a.calls.Wait()
	synctest.Wait()

	time.Sleep(timeout) // the timer, for applications that do not read
	synctest.Wait()
	c.check(t, a, ours)
	before := ours.calls
	time.Sleep(time.Hour)
	if ours.calls != before {
		t.Error("the connection is used after its end")
	}
	close(over)
	p.Wait()
	c.checkFrames(t, a, pc)
}

// checkFrames checks what the peer received, if it reads.
func (c cell) checkFrames(t *testing.T, a *application, p *peerConn) {
	closes := 0
	for _, f := range p.got {
		switch {
		case f.masked != c.client:
			t.Errorf("a frame with the mask bit %v", f.masked)
		case f.op == opClose:
			closes++
		case closes > 0 && f.op != opPong:
			t.Errorf("the frame %v after the close frame", f)
		}
	}
	sent, ok := a.c.Local()
	if closes > 1 || closes == 1 && !ok {
		t.Errorf("%d close frames received; Local() = %v, %v", closes, sent, ok)
	}
	if p.err != nil && a.events[0].WasClean() && closes == 0 {
		t.Error("a clean end without a close frame")
	}
	if want := c.peer.reply; want != 0 && c.app.reads && (closes == 0 || sent != want) {
		t.Errorf("%d close frames received, %v; want one with %v", closes, sent, want)
	} else if want == 0 && c.peer.lost && c.app.reads && closes > 0 {
		t.Errorf("a close frame with %v after FIN without a close frame", sent)
	}
}

func (c cell) check(t *testing.T, a *application, ours *linkEnd) {
	if !ours.closed {
		t.Fatal("the transport is open")
	}
	if ours.begins > 1 {
		t.Errorf("the end was begun %d times", ours.begins)
	}
	took := ours.closedAt.Sub(ours.began)
	if ours.begins == 1 && took > timeout {
		t.Errorf("the transport was closed after %v", took)
	}
	if c.peer.stalls && !c.app.terminates && took < timeout/2 {
		t.Errorf("the transport was closed after %v: the bound was not needed", took)
	}
	if len(a.events) != 1 {
		t.Fatalf("events %v, want one", a.events)
	}
	e := a.events[0]
	if want := c.want(); e != want && !(c.peer.may != event.CloseEvent{} && e == c.peer.may) {
		t.Errorf("event %v, want %v", e, want)
	}
	err := a.c.Err()
	if got, ok := event.From(err); !ok || got != e {
		t.Errorf("Err() = %v, want %v", err, e)
	}
	if a.err != nil && a.err != err {
		t.Errorf("the reader's error is %v, want %v", a.err, err)
	}
	for _, err := range append(a.errs, write(a.c, c.client, nil)) {
		if got, ok := event.From(err); !ok || got != e || !errors.Is(err, net.ErrClosed) {
			t.Errorf("error of a writer %v, want net.ErrClosed and %v", err, e)
		}
	}
}

// want returns the right event.
func (c cell) want() event.CloseEvent {
	e := c.peer.want
	switch {
	case !c.app.reads:
		return event.Abnormal()
	case e.Code() == 0:
		return event.Abnormal()
	case c.app.terminates && !c.peer.first:
		return event.Abnormal()
	}
	return e
}
