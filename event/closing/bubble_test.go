//go:build go1.25

package closing_test

import (
	"bufio"
	"io"
	"testing"
	"testing/synctest"

	"example.com/closeframe/event"
	"example.com/closeframe/event/closing"
)

// A pair is a server's connection over a link, and the other end of the link.
type pair struct {
	*closing.Conn
	ours   *linkEnd
	peer   *linkEnd
	r      *bufio.Reader // of peer
	events []event.CloseEvent
}

func newPair() *pair {
	ours, theirs := link()
	p := &pair{Conn: closing.Server(ours), ours: ours, peer: theirs, r: bufio.NewReader(theirs)}
	p.CloseTimeout = timeout
	p.OnClose(func(e event.CloseEvent) { p.events = append(p.events, e) })
	return p
}

// inBubble runs f in a bubble, and not for ever.
func inBubble(t *testing.T, f func(t *testing.T)) {
	defer bound(t.Name())()
	synctest.Test(t, f)
}

// bubble runs f in a bubble, and closes the peer's end when f returns.
func bubble(t *testing.T, f func(t *testing.T, p *pair)) {
	inBubble(t, func(t *testing.T) {
		p := newPair()
		defer p.peer.Close()
		defer p.Terminate()
		f(t, p)
	})
}

// skip has the peer read n bytes.
func (p *pair) skip(t *testing.T, n int) {
	t.Helper()
	if _, err := io.CopyN(io.Discard, p.r, int64(n)); err != nil {
		t.Fatal(err)
	}
	synctest.Wait()
}

// next returns the next frame that the peer reads.
func (p *pair) next(t *testing.T) rawFrame {
	t.Helper()
	f, err := readRaw(p.r)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func (p *pair) wantFrame(t *testing.T, op byte, payload string) {
	t.Helper()
	if f := p.next(t); f.op != op || string(f.payload) != payload {
		t.Errorf("the peer read the frame %v, want %v", f, rawFrame{op: op, payload: []byte(payload)})
	}
}

// start calls f and returns a channel with its error.
func start(f func() error) chan error {
	c := make(chan error, 1)
	go func() { c <- f() }()
	synctest.Wait()
	return c
}

func (p *pair) startSend(payload []byte) chan error {
	return start(func() error { return write(p.Conn, false, payload) })
}

func wantDone(t *testing.T, what string, c chan error) error {
	t.Helper()
	select {
	case err := <-c:
		return err
	default:
		t.Fatalf("%s has not returned", what)
		return nil
	}
}

func wantWaiting(t *testing.T, what string, c chan error) {
	t.Helper()
	select {
	case err := <-c:
		t.Fatalf("%s returned %v, want it to wait", what, err)
	default:
	}
}

// The size of the header of a message, and of one of at most 65535 bytes.
const header, shortHeader = 10, 4
