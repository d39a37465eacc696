package main

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"time"

	"github.com/gobwas/ws"
	"github.com/gobwas/ws/wsutil"
)

type gobwasConn struct {
	net.Conn
	rw    io.ReadWriter // begins with bytes that the opening handshake read ahead
	state ws.State
}

type readWriter struct {
	io.Reader
	io.Writer
}

func (c gobwasConn) Read() (int, string) {
	defer c.Conn.Close()
	for {
		_, _, err := wsutil.ReadData(c.rw, c.state)
		var ce wsutil.ClosedError
		switch {
		case err == nil:
		case errors.As(err, &ce):
			return int(ce.Code), ce.Reason
		default:
			return abnormal, ""
		}
	}
}

func (c gobwasConn) Close(code int, reason string) error {
	f := ws.NewCloseFrame(ws.NewCloseFrameBody(ws.StatusCode(code), reason))
	if c.state.ClientSide() {
		f = ws.MaskFrameInPlace(f)
	}
	c.SetDeadline(time.Now().Add(patience))
	return ws.WriteFrame(c.Conn, f)
}

func serveGobwas(w http.ResponseWriter, r *http.Request, use func(conn)) {
	c, rw, _, err := ws.UpgradeHTTP(r, w)
	switch {
	case err == nil:
		use(gobwasConn{c, readWriter{rw, c}, ws.StateServerSide})
	case c != nil:
		c.Close()
	}
}

func dialGobwas(ctx context.Context, url string) (conn, error) {
	c, r, _, err := ws.Dial(ctx, url)
	switch {
	case err != nil:
		return nil, err
	case r == nil:
		return gobwasConn{c, c, ws.StateClientSide}, nil
	}
	return gobwasConn{c, readWriter{r, c}, ws.StateClientSide}, nil
}
