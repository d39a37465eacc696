package coder_test

import (
	"context"
	"net/http"
	"testing"

	"example.com/closeframe/bench/embed/coder"
	"example.com/closeframe/bench/embed/live"
	"example.com/closeframe/event"
)

func pair(t *testing.T, role live.Role) (*coder.Conn, *live.Peer) {
	t.Helper()
	return live.Pair(t, role,
		func(w http.ResponseWriter, r *http.Request) (*coder.Conn, error) { return coder.Accept(w, r, nil) },
		func(ctx context.Context, url string) (*coder.Conn, error) { return coder.Dial(ctx, url, nil) })
}

// Where nobody reads, Close alone ends the connection, and what it learns is told.
func TestCloseAlone(t *testing.T) {
	for _, tc := range []struct {
		answer string
		want   event.CloseEvent
	}{
		{"\x0f\xa1", event.MustNew(4001, "", true)},
		{"\x0f\xa1ok", event.MustNew(4001, "", true)}, // coder throws the reason away
		{"\x0f\xa0ok", event.MustNew(4000, "ok", true)},
		{"", event.MustNew(1005, "", true)},
		{"\x0f\xa0\xff", event.Abnormal()},
		{"\x03\xed", event.Abnormal()},
	} {
		for _, role := range []live.Role{live.Server, live.Client} {
			c, p := pair(t, role)
			told := make(chan event.CloseEvent, 2)
			c.OnClose(func(e event.CloseEvent) { told <- e })
			go func() {
				p.ReadFrame()
				p.WriteFrame(live.Close, []byte(tc.answer))
				p.Drain()
				p.Close()
			}()
			c.Close(4001, "bye") // an error where the answer is malformed
			if e := <-told; e != tc.want {
				t.Errorf("%s, %q: %v, want %v", role, tc.answer, e, tc.want)
			}
			_, _, err := c.Read(context.Background())
			if e, ok := event.From(err); !ok || e != tc.want {
				t.Errorf("%s, %q: Read after it: %v, want %v", role, tc.answer, err, tc.want)
			}
			if len(told) != 0 {
				t.Errorf("%s, %q: told again: %v", role, tc.answer, <-told)
			}
		}
	}
}

// reading starts a Read and returns once it runs: it has answered a ping.
func reading(ctx context.Context, c *coder.Conn, p *live.Peer) chan error {
	ended := make(chan error, 1)
	go func() {
		_, _, err := c.Read(ctx)
		ended <- err
	}()
	p.WriteFrame(live.Ping, nil)
	p.ReadFrame()
	return ended
}

// Where somebody reads the reason is not lost, not even behind a ping that coder
// would fail to answer.
func TestCloseWhileReading(t *testing.T) {
	want := event.MustNew(4001, "ok", true)
	for _, role := range []live.Role{live.Server, live.Client} {
		c, p := pair(t, role)
		told := make(chan event.CloseEvent, 2)
		c.OnClose(func(e event.CloseEvent) { told <- e })
		ended := reading(context.Background(), c, p)
		closed := make(chan error, 1)
		go func() { closed <- c.Close(4001, "bye") }()
		p.ReadFrame()
		p.WriteFrame(live.Ping, nil)
		p.WriteFrame(live.Close, []byte("\x0f\xa1ok"))
		p.CloseWrite()
		if e := <-told; e != want {
			t.Errorf("%s: listener: %v, want %v", role, e, want)
		}
		if e, ok := event.From(<-ended); !ok || e != want {
			t.Errorf("%s: Read: %v, want %v", role, e, want)
		}
		if err := <-closed; err != nil {
			t.Errorf("%s: Close: %v", role, err)
		}
		if len(told) != 0 {
			t.Errorf("%s: told again: %v", role, <-told)
		}
	}
}

// The end of a read's context is the end of the connection. coder's Close returns nil
// then, as if the peer had answered.
func TestReadContext(t *testing.T) {
	for _, role := range []live.Role{live.Server, live.Client} {
		c, p := pair(t, role)
		ctx, cancel := context.WithCancel(context.Background())
		ended := reading(ctx, c, p)
		closed := make(chan error)
		go func() { closed <- c.Close(4001, "bye") }()
		p.ReadFrame()
		cancel()
		if e, ok := event.From(<-ended); !ok || e != event.Abnormal() {
			t.Errorf("%s: event %v, want 1006", role, e)
		}
		if err := <-closed; err != nil {
			t.Errorf("%s: Close: %v", role, err)
		}
	}
}
