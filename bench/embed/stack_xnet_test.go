package embed_test

import (
	"context"
	"net"

	"golang.org/x/net/websocket"

	"example.com/closeframe/bench/embed/live"
	"example.com/closeframe/bench/embed/xnet"
)

var xnetBefore = live.Stack{
	Name: "x/net",
	Serve: func(l net.Listener, app func(live.Conn)) func() {
		h := websocket.Server{Handler: func(ws *websocket.Conn) { app(xnetConn{ws}) }}
		return live.ServeHTTP(l, h.ServeHTTP)
	},
	Dial: func(ctx context.Context, url string) (live.Conn, error) {
		config, err := websocket.NewConfig(url, xnetOrigin)
		if err != nil {
			return nil, err
		}
		ws, err := config.DialContext(ctx)
		return xnetConn{ws}, err
	},
}

const xnetOrigin = "http://localhost/"

// xnetConn is an application of x/net as its documentation has it. It is told
// io.EOF, whatever came, and there is a call that closes, but with 1000.
type xnetConn struct{ *websocket.Conn }

func (c xnetConn) Read() live.Told {
	defer c.Conn.Close()
	for {
		var p []byte
		if err := websocket.Message.Receive(c.Conn, &p); err != nil {
			return live.Told{Verdict: live.Silent, Err: err}
		}
	}
}

func (c xnetConn) Close(int, string) error { return live.ErrNoCall }

func (c xnetConn) Send(text string) error { return websocket.Message.Send(c.Conn, text) }

var xnetAfter = live.Stack{
	Name: "x/net",
	Serve: func(l net.Listener, app func(live.Conn)) func() {
		h := xnet.Handler(nil, func(c *xnet.Conn) { app(adaptXnet(c)) })
		return live.ServeHTTP(l, h.ServeHTTP)
	},
	Dial: func(ctx context.Context, url string) (live.Conn, error) {
		config, err := websocket.NewConfig(url, xnetOrigin)
		if err != nil {
			return nil, err
		}
		tcp, err := new(net.Dialer).DialContext(ctx, "tcp", config.Location.Host)
		if err != nil {
			return nil, err
		}
		c, err := xnet.NewClient(config, tcp)
		if err != nil {
			return nil, err
		}
		return adaptXnet(c), nil
	},
}

func adaptXnet(c *xnet.Conn) live.Conn {
	read := func() error {
		_, _, err := c.ReadFrame()
		return err
	}
	send := func(text string) error { return c.WriteFrame(websocket.TextFrame, []byte(text)) }
	return live.Adapt(c, read, send)
}
