package embed_test

import (
	"context"
	"errors"
	"net"
	"time"

	"github.com/fasthttp/websocket"
	"github.com/valyala/fasthttp"

	adapter "example.com/closeframe/bench/embed/fasthttp"
	"example.com/closeframe/bench/embed/live"
)

var fasthttpBefore = live.Stack{
	Name: "fasthttp",
	Serve: func(l net.Listener, app func(live.Conn)) func() {
		var u websocket.FastHTTPUpgrader
		return serveFasthttp(l, func(ctx *fasthttp.RequestCtx) {
			_ = u.Upgrade(ctx, func(ws *websocket.Conn) { app(fasthttpConn{ws}) }) // the peer is told
		})
	},
	Dial: func(ctx context.Context, url string) (live.Conn, error) {
		ws, _, err := websocket.DefaultDialer.DialContext(ctx, url, nil)
		if err != nil {
			return nil, err
		}
		return fasthttpConn{ws}, nil
	},
}

var fasthttpAfter = live.Stack{
	Name: "fasthttp",
	Serve: func(l net.Listener, app func(live.Conn)) func() {
		var u websocket.FastHTTPUpgrader
		return serveFasthttp(l, func(ctx *fasthttp.RequestCtx) {
			_ = adapter.Serve(&u, ctx, func(c *adapter.Conn) { app(adaptFasthttp(c)) }) // the peer is told
		})
	},
	Dial: func(ctx context.Context, url string) (live.Conn, error) {
		c, err := adapter.Dial(ctx, url)
		if err != nil {
			return nil, err
		}
		return adaptFasthttp(c), nil
	},
	Limits: gorillaLimits,
}

func serveFasthttp(l net.Listener, h fasthttp.RequestHandler) (stop func()) {
	s := &fasthttp.Server{Handler: h, KeepHijackedConns: true}
	go s.Serve(l)
	return func() { _ = s.Shutdown() } // l may be closed already
}

func adaptFasthttp(c *adapter.Conn) live.Conn {
	read := func() error {
		_, _, err := c.ReadMessage()
		return err
	}
	send := func(text string) error { return c.WS().WriteMessage(websocket.TextMessage, []byte(text)) }
	return live.Adapt(c, read, send)
}

// A fasthttpConn uses what the fork offers by itself.
type fasthttpConn struct{ *websocket.Conn }

func (c fasthttpConn) Read() live.Told {
	defer c.Conn.Close()
	for {
		_, _, err := c.ReadMessage()
		var ce *websocket.CloseError
		switch {
		case err == nil:
		case errors.As(err, &ce):
			return live.Told{Verdict: live.Taken, Code: ce.Code, Reason: ce.Text, Err: err}
		default:
			return live.Told{Verdict: live.Refused, Err: err}
		}
	}
}

func (c fasthttpConn) Close(code int, reason string) error {
	return c.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(code, reason), time.Now().Add(time.Second))
}

func (c fasthttpConn) Send(text string) error {
	return c.WriteMessage(websocket.TextMessage, []byte(text))
}
