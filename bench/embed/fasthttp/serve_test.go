package fasthttp_test

import (
	"context"
	"net"
	"testing"
	"time"

	"github.com/fasthttp/websocket"
	"github.com/valyala/fasthttp"

	adapter "example.com/closeframe/bench/embed/fasthttp"
	"example.com/closeframe/bench/embed/live"
	"example.com/closeframe/event"
)

// A function that returns before the connection has ended leaves neither it nor the
// listeners behind.
func TestServeReturnsEarly(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	told := make(chan event.CloseEvent, 1)
	s := &fasthttp.Server{KeepHijackedConns: true, Handler: func(ctx *fasthttp.RequestCtx) {
		err := adapter.Serve(new(websocket.FastHTTPUpgrader), ctx, func(c *adapter.Conn) {
			c.OnClose(func(e event.CloseEvent) { told <- e })
		})
		if err != nil {
			t.Error(err)
		}
	}}
	go s.Serve(l)
	t.Cleanup(func() { _ = s.Shutdown() })

	ctx, cancel := context.WithTimeout(context.Background(), live.Patience)
	defer cancel()
	p, err := live.DialPeer(ctx, l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	if frames, end := p.Drain(); len(frames) != 0 || end != live.ByStack {
		t.Errorf("came: %v; TCP ended: %v, want the stack to do so", frames, end)
	}
	select {
	case e := <-told:
		if e != event.Abnormal() {
			t.Errorf("event %v, want %v", e, event.Abnormal())
		}
	case <-time.After(live.Patience):
		t.Error("no event")
	}
}
