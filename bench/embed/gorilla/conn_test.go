package gorilla_test

import (
	"bytes"
	"errors"
	"net/http"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"example.com/closeframe/bench/embed/gorilla"
	"example.com/closeframe/bench/embed/live"
	"example.com/closeframe/code"
	"example.com/closeframe/event"
)

var roles = []live.Role{live.Server, live.Client}

// open returns both ends of a connection: the adapter's, in the role, and the raw
// one.
func open(t *testing.T, role live.Role) (*gorilla.Conn, *live.Peer) {
	t.Helper()
	c, p := live.Pair(t, role, upgrade, gorilla.Dial)
	t.Cleanup(c.Terminate)
	return c, p
}

func upgrade(w http.ResponseWriter, r *http.Request) (*gorilla.Conn, error) {
	return gorilla.Upgrade(new(websocket.Upgrader), w, r)
}

// end reads to the end, and checks that the listener got what ReadMessage returns.
func end(t *testing.T, c *gorilla.Conn) (event.CloseEvent, error) {
	t.Helper()
	var told []event.CloseEvent
	c.OnClose(func(e event.CloseEvent) { told = append(told, e) })
	for {
		_, _, err := c.ReadMessage()
		if err == nil {
			continue
		}
		e, ok := event.From(err)
		if !ok || len(told) != 1 || told[0] != e {
			t.Fatalf("ReadMessage: %v, the listener got %v", err, told)
		}
		return e, errors.Unwrap(err)
	}
}

// Every end without a good close frame is one event with 1006, whatever gorilla
// makes of it.
func TestAbnormalEnds(t *testing.T) {
	for _, role := range roles {
		for _, tc := range []struct {
			name   string
			end    func(c *gorilla.Conn, p *live.Peer)
			answer code.Code // of the close frame that comes back; 0: none
		}{
			{"end of file", func(_ *gorilla.Conn, p *live.Peer) { p.CloseWrite() }, 0},
			{"half a frame", func(_ *gorilla.Conn, p *live.Peer) { p.Write([]byte{live.Close}); p.CloseWrite() }, 0},
			{"time-out", func(c *gorilla.Conn, _ *live.Peer) { c.WS().SetReadDeadline(time.Now()) }, 0},
			{"broken frame", func(_ *gorilla.Conn, p *live.Peer) { p.WriteFrame(0x83, nil) }, code.ProtocolError},
			{"message too big", func(c *gorilla.Conn, p *live.Peer) {
				c.WS().SetReadLimit(1)
				p.WriteFrame(live.Text, []byte("ab"))
			}, code.MessageTooBig},
		} {
			t.Run(role.String()+" "+tc.name, func(t *testing.T) {
				c, p := open(t, role)
				tc.end(c, p)
				came := make(chan []live.Frame, 1)
				go func() { frames, _ := p.Drain(); p.Close(); came <- frames }()
				if e, cause := end(t, c); e != event.Abnormal() || cause == nil {
					t.Errorf("event %v, cause %v; want %v and gorilla's error", e, cause, event.Abnormal())
				}
				frames := <-came
				if tc.answer == 0 {
					if len(frames) > 0 {
						t.Errorf("came back: %v, want nothing", frames)
					}
					return
				}
				if len(frames) != 1 || !bytes.HasPrefix(frames[0].Payload, []byte{byte(tc.answer >> 8), byte(tc.answer)}) {
					t.Errorf("came back: %v, want one close frame with %d", frames, tc.answer)
				}
				if sent, ok := c.Local(); sent != tc.answer || !ok {
					t.Errorf("what gorilla sent is taken for %d, %t; want %d", sent, ok, tc.answer)
				}
			})
		}
	}
}

// For a broken frame gorilla sends a close frame of its own, at any moment.
func TestCloseAfterGorillas(t *testing.T) {
	for _, role := range roles {
		c, p := open(t, role)
		if err := c.WS().WriteControl(websocket.CloseMessage, nil, time.Now().Add(time.Minute)); err != nil {
			t.Fatal(err)
		}
		if err := c.Close(4000, ""); err != nil {
			t.Errorf("as %s: Close: %v", role, err)
		}
		if f, err := p.ReadFrame(); err != nil || len(f.Payload) != 0 {
			t.Errorf("as %s: came: %v, %v, want gorilla's close frame", role, f, err)
		}
	}
}

// gorilla's error stays in reach for code that asks for it.
func TestCause(t *testing.T) {
	c, p := open(t, live.Server)
	if err := p.WriteFrame(live.Close, []byte("\x0f\xa0bye")); err != nil {
		t.Fatal(err)
	}
	go func() { p.Drain(); p.Close() }()
	_, _, err := c.ReadMessage()
	if e, ok := event.From(err); !ok || e != event.MustNew(4000, "bye", true) {
		t.Errorf("ReadMessage: %v", err)
	}
	if ce, ok := errors.AsType[*websocket.CloseError](err); !ok || ce.Code != 4000 || ce.Text != "bye" {
		t.Errorf("ReadMessage: %v, which wraps no *websocket.CloseError", err)
	}
}

func TestTerminate(t *testing.T) {
	for _, role := range roles {
		c, p := open(t, role)
		ended := make(chan event.CloseEvent)
		c.AddEventListener(func(e event.CloseEvent) { ended <- e })
		go c.Terminate()
		if e := <-ended; e != event.Abnormal() {
			t.Errorf("as %s: event %v", role, e)
		}
		if _, err := p.ReadFrame(); err == nil {
			t.Errorf("as %s: a frame came", role)
		}
	}
}
