package main

import (
	"context"
	"errors"
	"net/http"
	"time"

	fork "github.com/fasthttp/websocket"
	"github.com/gorilla/websocket"
)

// patience is how long an application waits for the peer's reply to its close.
const patience = time.Second

// A gorillaConn is that of gorilla or of its fork.
type gorillaConn struct {
	websocketConn
	format     func(code int, reason string) []byte
	closeError func(error) (code int, reason string, ok bool)
}

type websocketConn interface {
	ReadMessage() (int, []byte, error)
	WriteControl(messageType int, data []byte, deadline time.Time) error
	SetReadDeadline(time.Time) error
	Close() error
}

func (c gorillaConn) Read() (int, string) {
	defer c.websocketConn.Close()
	for {
		if _, _, err := c.ReadMessage(); err != nil {
			if code, reason, ok := c.closeError(err); ok {
				return code, reason
			}
			return abnormal, ""
		}
	}
}

func (c gorillaConn) Close(code int, reason string) error {
	err := c.WriteControl(websocket.CloseMessage, c.format(code, reason), time.Now().Add(patience))
	if err == nil {
		c.SetReadDeadline(time.Now().Add(patience))
	}
	return err
}

func newGorilla(c *websocket.Conn) conn {
	return gorillaConn{c, websocket.FormatCloseMessage, func(err error) (int, string, bool) {
		var ce *websocket.CloseError
		if !errors.As(err, &ce) || ce.Code == abnormal { // with abnormal, the text is the cause
			return 0, "", false
		}
		return ce.Code, ce.Text, true
	}}
}

func serveGorilla(w http.ResponseWriter, r *http.Request, use func(conn)) {
	u := websocket.Upgrader{EnableCompression: true}
	if c, err := u.Upgrade(w, r, nil); err == nil {
		use(newGorilla(c))
	}
}

func dialGorilla(ctx context.Context, url string) (conn, error) {
	d := websocket.Dialer{EnableCompression: true}
	c, _, err := d.DialContext(ctx, url, nil)
	if err != nil {
		return nil, err
	}
	return newGorilla(c), nil
}

func newFasthttp(c *fork.Conn) conn {
	return gorillaConn{c, fork.FormatCloseMessage, func(err error) (int, string, bool) {
		var ce *fork.CloseError
		if !errors.As(err, &ce) || ce.Code == abnormal {
			return 0, "", false
		}
		return ce.Code, ce.Text, true
	}}
}

func serveFasthttp(w http.ResponseWriter, r *http.Request, use func(conn)) {
	u := fork.Upgrader{EnableCompression: true}
	if c, err := u.Upgrade(w, r, nil); err == nil {
		use(newFasthttp(c))
	}
}

func dialFasthttp(ctx context.Context, url string) (conn, error) {
	d := fork.Dialer{EnableCompression: true}
	c, _, err := d.DialContext(ctx, url, nil)
	if err != nil {
		return nil, err
	}
	return newFasthttp(c), nil
}
