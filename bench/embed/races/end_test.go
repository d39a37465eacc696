package races

import (
	"context"
	"net"
	"net/http"
	"testing"
	"time"

	"example.com/closeframe/bench/embed/gobwas"
	"example.com/closeframe/bench/embed/rawpeer"
	"example.com/closeframe/event"
)

// An end is an adapter's end of a connection, and what it reported to its application.
type end struct {
	*gobwas.Conn
	t        *testing.T
	over     chan struct{} // closed once the read call has failed
	err      error         // of the read call
	messages int
	events   []event.CloseEvent
}

// newEnd listens to c. Nothing is read before read.
func newEnd(t *testing.T, c *gobwas.Conn) *end {
	e := &end{Conn: c, t: t, over: make(chan struct{})}
	c.OnClose(func(ev event.CloseEvent) { e.events = append(e.events, ev) })
	t.Cleanup(c.Terminate)
	return e
}

// read reads until the connection has ended.
func (e *end) read() {
	go func() {
		defer close(e.over)
		for {
			if _, _, e.err = e.ReadMessage(); e.err != nil {
				return
			}
			e.messages++
		}
	}()
}

// wait waits for the end and returns its event, which the listener and the read call
// must have reported once each.
func (e *end) wait() event.CloseEvent {
	e.t.Helper()
	receive(e.t, e.over, "the end of the connection")
	got, ok := event.From(e.err)
	if !ok || len(e.events) != 1 || e.events[0] != got {
		e.t.Errorf("the read call returned %v, the listener was called with %v", e.err, e.events)
	}
	return got
}

// want fails unless the connection ends with one of the events.
func (e *end) want(events ...event.CloseEvent) {
	e.t.Helper()
	got := e.wait()
	for _, want := range events {
		if got == want {
			return
		}
	}
	e.t.Errorf("got %v, want %v", got, events)
}

// receive returns a value from ch, or fails the test after a limit.
func receive[T any](t *testing.T, ch <-chan T, what string) (v T) {
	t.Helper()
	select {
	case v = <-ch:
	case <-time.After(rawpeer.Patience):
		t.Fatalf("%s does not come", what)
	}
	return v
}

// roles are the sides that the adapter's end can have.
var roles = []rawpeer.Role{rawpeer.Server, rawpeer.Client}

// connect returns the adapter's end of a new connection, and the raw one.
func connect(t *testing.T, role rawpeer.Role) (*end, *rawpeer.Peer) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), rawpeer.Patience)
	defer cancel()
	l := listen(t)
	if role == rawpeer.Server {
		conns := serve(t, l)
		p, err := rawpeer.DialPeer(ctx, l.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { p.Close() })
		return newEnd(t, receive(t, conns, "the server's end")), p
	}
	conns := make(chan *gobwas.Conn, 1)
	go func() {
		defer close(conns)
		c, err := gobwas.Dial(ctx, url(l))
		if err != nil {
			t.Errorf("Dial: %v", err)
			return
		}
		conns <- c
	}()
	p, err := rawpeer.AcceptPeer(l)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.Close() })
	c := receive(t, conns, "the client's end")
	if c == nil {
		t.FailNow()
	}
	return newEnd(t, c), p
}

// connectBoth returns the two ends of a new connection, both of the adapter.
func connectBoth(t *testing.T) (server, client *end) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), rawpeer.Patience)
	defer cancel()
	l := listen(t)
	conns := serve(t, l)
	c, err := gobwas.Dial(ctx, url(l))
	if err != nil {
		t.Fatal(err)
	}
	return newEnd(t, receive(t, conns, "the server's end")), newEnd(t, c)
}

func listen(t *testing.T) net.Listener {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	return l
}

func url(l net.Listener) string { return "ws://" + l.Addr().String() + "/" }

// serve serves l until the test ends, and returns the connections.
func serve(t *testing.T, l net.Listener) <-chan *gobwas.Conn {
	conns := make(chan *gobwas.Conn, 1)
	t.Cleanup(rawpeer.ServeHTTP(l, func(w http.ResponseWriter, r *http.Request) {
		if c, err := gobwas.Upgrade(w, r); err == nil {
			conns <- c
		}
	}))
	return conns
}

// withCode returns a payload, valid or not.
func withCode(c uint16, reason []byte) []byte {
	return append([]byte{byte(c >> 8), byte(c)}, reason...)
}
