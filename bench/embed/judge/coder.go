package main

import (
	"context"
	"errors"
	"net/http"

	"github.com/coder/websocket"
)

type coderConn struct{ *websocket.Conn }

func (c coderConn) Read() (int, string) {
	defer c.CloseNow()
	for {
		_, _, err := c.Conn.Read(context.Background())
		var ce websocket.CloseError
		switch {
		case err == nil:
		case errors.As(err, &ce):
			return int(ce.Code), ce.Reason
		default:
			return abnormal, ""
		}
	}
}

func (c coderConn) Close(code int, reason string) error {
	return c.Conn.Close(websocket.StatusCode(code), reason)
}

func serveCoder(w http.ResponseWriter, r *http.Request, use func(conn)) {
	c, err := websocket.Accept(w, r, &websocket.AcceptOptions{CompressionMode: websocket.CompressionContextTakeover})
	if err == nil {
		use(coderConn{c})
	}
}

func dialCoder(ctx context.Context, url string) (conn, error) {
	c, _, err := websocket.Dial(ctx, url, &websocket.DialOptions{CompressionMode: websocket.CompressionContextTakeover})
	if err != nil {
		return nil, err
	}
	return coderConn{c}, nil
}
