package gorilla_test

import (
	"context"
	"net"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"example.com/closeframe/bench/embed/gorilla"
	"example.com/closeframe/bench/embed/live"
	"example.com/closeframe/event"
)

// ends fails the test unless c, which has a short CloseTimeout, ends with 1006
// before the peer gives up.
func ends(t *testing.T, c *gorilla.Conn) {
	t.Helper()
	ended := make(chan error, 1)
	go func() { _, _, err := c.ReadMessage(); ended <- err }()
	select {
	case err := <-ended:
		if e, ok := event.From(err); !ok || e != event.Abnormal() {
			t.Errorf("ReadMessage: %v, want %v", err, event.Abnormal())
		}
	case <-time.After(live.Patience / 2):
		t.Fatal("ReadMessage does not return")
	}
}

// The usual pong handler moves the read deadline, but not the end.
func TestPongsDoNotProlong(t *testing.T) {
	for _, role := range roles {
		c, p := open(t, role)
		c.CloseTimeout = 100 * time.Millisecond
		c.WS().SetPongHandler(func(string) error { return c.WS().SetReadDeadline(time.Now().Add(time.Hour)) })
		if err := p.WriteFrame(live.Pong, nil); err != nil {
			t.Fatal(err)
		}
		if err := c.Close(4001, ""); err != nil {
			t.Fatal(err)
		}
		ends(t, c)
	}
}

// A blocked connection ends no write before it is closed, once it is told to.
type blocked struct {
	net.Conn
	from    atomic.Bool
	writing chan struct{} // a write has begun
	closed  context.Context
	end     func()
}

func (b *blocked) Write(p []byte) (int, error) {
	if !b.from.Load() {
		return b.Conn.Write(p)
	}
	b.writing <- struct{}{}
	<-b.closed.Done()
	return 0, net.ErrClosed
}

func (b *blocked) Close() error {
	b.end()
	return b.Conn.Close()
}

var blocking = websocket.Dialer{NetDialContext: func(ctx context.Context, network, addr string) (net.Conn, error) {
	conn, err := new(net.Dialer).DialContext(ctx, network, addr)
	closed, end := context.WithCancel(context.Background())
	return &blocked{Conn: conn, writing: make(chan struct{}, 2), closed: closed, end: end}, err
}}

// A message that is stuck, as the peer does not read, keeps our close frame from
// leaving, but not the end.
func TestPeerDoesNotRead(t *testing.T) {
	c, _ := live.Pair(t, live.Client, upgrade, func(ctx context.Context, url string) (*gorilla.Conn, error) {
		ws, _, err := blocking.DialContext(ctx, url, nil)
		if err != nil {
			return nil, err
		}
		return gorilla.New(ws, false), nil
	})
	t.Cleanup(c.Terminate)
	c.CloseTimeout = 50 * time.Millisecond
	conn := c.WS().NetConn().(*blocked)
	conn.from.Store(true)
	written := make(chan error, 1)
	go func() { written <- c.WS().WriteMessage(websocket.TextMessage, []byte("stuck")) }()
	<-conn.writing
	if err := c.Close(4001, ""); err == nil {
		t.Error("Close: no error, but nothing can have left")
	}
	ends(t, c)
	if err := <-written; err == nil {
		t.Error("WriteMessage: no error")
	}
}
