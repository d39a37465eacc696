package interop

import (
	"encoding/binary"
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"example.com/closeframe/bench/embed/gobwas"
	"example.com/closeframe/bench/embed/rawpeer"
	"example.com/closeframe/code"
	"example.com/closeframe/event"
	"example.com/closeframe/frame"
)

// patience bounds every wait. Nothing that works needs that long.
const patience = 30 * time.Second

// A job is the closing that one end sends first on a connection, or nil if the other end
// closes first.
type job = *closing

// A client opens a connection to addr for each job, one after the other, and returns
// their close events.
type client func(t *testing.T, addr string, jobs []job) []event.CloseEvent

// A server serves a connection for each job. events waits until all of them have
// ended.
type server func(t *testing.T, jobs []job) (addr string, events func() []event.CloseEvent)

// An end is the other end of a peer, on either side. Its events are what the peer sent.
type end struct {
	serve func(t *testing.T) (addr string, events func() []event.CloseEvent)
	dial  func(t *testing.T, addr string) []event.CloseEvent
}

func ourEnd(jobs []job) end {
	return end{
		func(t *testing.T) (string, func() []event.CloseEvent) { return ourServer(t, jobs) },
		func(t *testing.T, addr string) []event.CloseEvent { return ourClient(t, addr, jobs) },
	}
}

func rawEnd(rows []malformed) end {
	return end{
		func(t *testing.T) (string, func() []event.CloseEvent) { return rawServer(t, rows) },
		func(t *testing.T, addr string) []event.CloseEvent { return rawClient(t, addr, rows) },
	}
}

// ourClient is a client of closeframe in its adapter for gobwas.
func ourClient(t *testing.T, addr string, jobs []job) (events []event.CloseEvent) {
	for _, j := range jobs {
		conn, err := gobwas.Dial(t.Context(), "ws://"+addr)
		if err != nil {
			t.Fatal(err)
		}
		events = append(events, ourSession(t, conn, j))
	}
	return events
}

// ourServer is a server of closeframe in its adapter for gobwas.
func ourServer(t *testing.T, jobs []job) (addr string, events func() []event.CloseEvent) {
	reported := newResults(len(jobs))
	var n atomic.Int32
	var sessions sync.WaitGroup
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		sessions.Add(1)
		defer sessions.Done()
		i := int(n.Add(1)) - 1
		conn, err := gobwas.Upgrade(w, r)
		if err != nil || i >= len(jobs) {
			t.Errorf("connection %d of %d: %v", i+1, len(jobs), err)
			return
		}
		reported.put(i, ourSession(t, conn, jobs[i]))
	}))
	t.Cleanup(func() {
		server.Close()
		sessions.Wait()
	})
	return server.Listener.Addr().String(), func() []event.CloseEvent { return reported.wait(t) }
}

// ourSession runs a connection to its end and returns the event of its listener.
func ourSession(t *testing.T, conn *gobwas.Conn, j job) (reported event.CloseEvent) {
	defer time.AfterFunc(patience, conn.Terminate).Stop()
	conn.OnClose(func(e event.CloseEvent) { reported = e })
	if j != nil {
		if err := conn.Close(j.code, j.reason); err != nil {
			t.Errorf("close(%v, %q): %v", j.code, j.reason, err)
		}
	}
	for {
		_, _, err := conn.ReadMessage()
		if err == nil {
			continue
		}
		if e, ok := event.From(err); !ok || e != reported {
			t.Errorf("the listener received %v, the reader %v", reported, err)
		}
		return reported
	}
}

// results are the events of connections that end in any order.
type results struct {
	events []event.CloseEvent
	one    chan struct{} // one value for each put
}

func newResults(n int) *results {
	return &results{make([]event.CloseEvent, n), make(chan struct{}, n)}
}

func (r *results) put(i int, e event.CloseEvent) {
	r.events[i] = e
	r.one <- struct{}{}
}

func (r *results) wait(t *testing.T) []event.CloseEvent {
	timeout := time.After(patience)
	for i := range r.events {
		select {
		case <-r.one:
		case <-timeout:
			t.Fatalf("%d of %d connections have ended", i, len(r.events))
		}
	}
	return r.events
}

// rawServer sends malformed close frames. Its events are the replies.
func rawServer(t *testing.T, rows []malformed) (addr string, events func() []event.CloseEvent) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	replies := newResults(len(rows))
	done := make(chan struct{})
	t.Cleanup(func() {
		l.Close()
		<-done
	})
	go func() {
		defer close(done)
		for i, row := range rows {
			peer, err := rawpeer.AcceptPeer(l)
			if err != nil {
				return // events reports how many there were
			}
			replies.put(i, row.exchange(t, peer))
		}
	}()
	return l.Addr().String(), func() []event.CloseEvent { return replies.wait(t) }
}

// rawClient is rawServer for the other side.
func rawClient(t *testing.T, addr string, rows []malformed) (events []event.CloseEvent) {
	for _, row := range rows {
		peer, err := rawpeer.DialPeer(t.Context(), addr)
		if err != nil {
			t.Fatal(err)
		}
		events = append(events, row.exchange(t, peer))
	}
	return events
}

// exchange sends m, and returns the first close frame that it receives, as an event that
// is not clean, or Abnormal if it receives none.
func (m malformed) exchange(t *testing.T, peer *rawpeer.Peer) event.CloseEvent {
	defer peer.Close()
	reply := event.Abnormal()
	if _, err := peer.Write(m.frame(peer)); err != nil {
		t.Errorf("% x: %v", m.payload, err)
	}
	for replied := false; ; {
		f, err := peer.ReadFrame()
		if timeout, ok := err.(net.Error); ok && timeout.Timeout() {
			t.Errorf("% x: TCP stays open", m.payload)
		}
		if err != nil {
			return reply
		}
		if f.First != rawpeer.Close || replied {
			continue
		}
		replied = true
		reply = parseReply(t, f.Payload)
		peer.CloseWrite() // for a peer that waits until we close
	}
}

// frame returns the bytes of m, masked for a client.
func (m malformed) frame(peer *rawpeer.Peer) []byte {
	b := peer.AppendFrame(nil, m.first, m.payload)
	if !m.wrongMask {
		return b
	}
	c, reason, _ := frame.Parse(m.payload)
	if masked := b[1]&0x80 != 0; masked {
		b, _ = frame.AppendFrame(nil, c, reason)
	} else {
		b, _ = frame.AppendMasked(nil, c, reason, [4]byte{1, 2, 3, 4})
	}
	return b
}

// parseReply parses a payload that may have any code.
func parseReply(t *testing.T, payload []byte) event.CloseEvent {
	if len(payload) == 0 {
		return event.MustNew(code.NoStatus, "", false)
	}
	if len(payload) == 1 {
		t.Errorf("the reply has one byte, %x", payload)
		return event.Abnormal()
	}
	e, err := event.New(code.Code(binary.BigEndian.Uint16(payload)), payload[2:], false)
	if err != nil {
		t.Errorf("the reply is % x: %v", payload, err)
	}
	return e
}
