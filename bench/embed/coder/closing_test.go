package coder_test

import (
	"bufio"
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"
	"testing/synctest"
	"time"

	"github.com/coder/websocket"

	"example.com/closeframe/bench/embed/coder"
	"example.com/closeframe/bench/embed/live"
	"example.com/closeframe/event"
)

// What is malformed fails the connection for good, though coder's Close reads on and
// takes the good close frame behind it.
func TestMalformedWhileClosing(t *testing.T) {
	for name, frame := range map[string]struct {
		first   byte
		payload string
	}{
		"close with 1005":  {live.Close, "\x03\xed"},
		"reserved opcode":  {0x83, ""},
		"fragmented close": {live.Close & live.NotFin, ""},
	} {
		for _, role := range []live.Role{live.Server, live.Client} {
			c, p := pair(t, role)
			ended := reading(context.Background(), c, p)
			closed := make(chan error, 1)
			go func() { closed <- c.Close(4001, "bye") }()
			p.ReadFrame()
			b := p.AppendFrame(nil, frame.first, []byte(frame.payload))
			p.Write(p.AppendFrame(b, live.Close, []byte("\x0f\xa1")))
			p.Drain()
			p.Close()
			if e, ok := event.From(<-ended); !ok || e != event.Abnormal() {
				t.Errorf("%s, %s: event %v, want 1006", role, name, e)
			}
			<-closed // an error or not: what counts is the event
		}
	}
}

// A ping behind our close frame is not the peer's answer, though coder's Close fails
// to answer it, and returns nil for that.
func TestPingWhileClosing(t *testing.T) {
	for _, role := range []live.Role{live.Server, live.Client} {
		c, p := pair(t, role)
		go func() {
			p.ReadFrame()
			p.WriteFrame(live.Ping, nil)
			p.Close()
		}()
		if err := c.Close(4001, "bye"); err == nil {
			t.Errorf("%s: Close: nil, want an error", role)
		}
		_, _, err := c.Read(context.Background())
		if e, ok := event.From(err); !ok || e != event.Abnormal() {
			t.Errorf("%s: event %v, want 1006", role, e)
		}
	}
}

// The application's own OnPingReceived is still asked.
func TestOnPingReceived(t *testing.T) {
	var pings []string
	refuse := func(_ context.Context, p []byte) bool {
		pings = append(pings, string(p))
		return false
	}
	c, p := live.Pair(t, live.Server,
		func(w http.ResponseWriter, r *http.Request) (*coder.Conn, error) {
			return coder.Accept(w, r, &websocket.AcceptOptions{OnPingReceived: refuse})
		}, nil)
	p.WriteFrame(live.Ping, []byte("refused"))
	p.WriteFrame(live.Close, []byte("\x0f\xa1"))
	c.Read(context.Background())
	if len(pings) != 1 || pings[0] != "refused" {
		t.Errorf("asked about %q, want the one ping", pings)
	}
	if frames, _ := p.Drain(); len(frames) != 1 || frames[0].First != live.Close {
		t.Errorf("sent %v, want the close frame alone", frames)
	}
}

// A listener may call whatever it likes, on both goroutines that may call it.
func TestListenerCalls(t *testing.T) {
	for _, weClose := range []bool{false, true} {
		c, p := pair(t, live.Server)
		read := make(chan error, 1)
		c.OnClose(func(event.CloseEvent) {
			c.Close(1000, "")
			c.CloseNow()
			_, _, err := c.Read(context.Background())
			read <- err
		})
		p.WriteFrame(live.Close, []byte("\x0f\xa1"))
		if weClose {
			go c.Close(4001, "")
		} else {
			go c.Read(context.Background())
		}
		select {
		case err := <-read:
			if e, ok := event.From(err); !ok || e != event.MustNew(4001, "", true) {
				t.Errorf("event %v, want a clean 4001", e)
			}
		case <-time.After(live.Patience):
			t.Fatal("the listener hangs")
		}
	}
}

// A hijacked connection is one that no server has accepted.
type hijacked struct {
	http.ResponseWriter
	conn net.Conn
}

func (h hijacked) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	return h.conn, bufio.NewReadWriter(bufio.NewReader(h.conn), bufio.NewWriter(h.conn)), nil
}

// Where our close frame cannot be written nothing is clean, though coder's Close
// returns nil.
func TestStuckClose(t *testing.T) {
	synctest.Test(t, func(t *testing.T) { // five seconds in no time
		ours, theirs := net.Pipe() // nobody reads
		defer theirs.Close()
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		for k, v := range map[string]string{
			"Connection": "Upgrade", "Upgrade": "websocket",
			"Sec-WebSocket-Version": "13", "Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA==",
		} {
			r.Header.Set(k, v)
		}
		c, err := coder.Accept(hijacked{httptest.NewRecorder(), ours}, r, nil)
		if err != nil {
			t.Fatal(err)
		}
		if err := c.Close(4001, "bye"); err == nil {
			t.Error("Close: nil, want an error")
		}
		_, _, err = c.Read(context.Background())
		if e, ok := event.From(err); !ok || e != event.Abnormal() {
			t.Errorf("event %v, want 1006", e)
		}
		if b, _ := io.ReadAll(theirs); len(b) != 0 {
			t.Errorf("% x has left", b)
		}
	})
}
