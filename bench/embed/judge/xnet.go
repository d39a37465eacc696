package main

import (
	"context"
	"encoding/binary"
	"errors"
	"io"
	"net/http"
	"time"

	"golang.org/x/net/websocket"

	"example.com/closeframe/event"
)

type xnetConn struct{ *websocket.Conn }

// Read returns 1005 for io.EOF, because x/net reports no more about the end.
func (c xnetConn) Read() (int, string) {
	defer c.Conn.Close()
	for b := make([]byte, 1024); ; {
		_, err := c.Conn.Read(b)
		e, ok := event.From(err) // with closeframe inside
		switch {
		case err == nil:
		case ok:
			return int(e.Code()), e.Reason()
		case errors.Is(err, io.EOF):
			return noStatus, ""
		default:
			return abnormal, ""
		}
	}
}

// closeCodec sends close frames: x/net has no call with a code.
var closeCodec = websocket.Codec{Marshal: func(v any) ([]byte, byte, error) {
	return v.([]byte), websocket.CloseFrame, nil
}}

func (c xnetConn) Close(code int, reason string) error {
	var payload []byte
	if code != noStatus {
		payload = append(binary.BigEndian.AppendUint16(nil, uint16(code)), reason...)
	}
	c.SetDeadline(time.Now().Add(patience))
	return closeCodec.Send(c.Conn, payload)
}

func serveXnet(w http.ResponseWriter, r *http.Request, use func(conn)) {
	websocket.Server{Handler: func(c *websocket.Conn) { use(xnetConn{c}) }}.ServeHTTP(w, r)
}

func dialXnet(ctx context.Context, url string) (conn, error) {
	config, err := websocket.NewConfig(url, "http://localhost/")
	if err != nil {
		return nil, err
	}
	c, err := config.DialContext(ctx)
	if err != nil {
		return nil, err
	}
	return xnetConn{c}, nil
}
