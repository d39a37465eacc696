// Package xnet is an adapter for golang.org/x/net/websocket: package closing closes the
// connections, and this package reads and writes frames. It is an example to copy.
//
// The read calls of x/net do not report a close frame: they return io.EOF, and
// Conn.Close replies 1000 to every code. But a Conn also promotes the methods that
// x/net itself reads with, NewFrameReader and HandleFrame. They return the header and
// the unmasked payload of every frame, so this adapter reads frame by frame and passes
// close frames and pings to package closing.
//
// It does not change the rest of x/net: it returns fragments one by one, and does not
// check text.
package xnet

import (
	"bufio"
	"errors"
	"io"
	"net"
	"net/http"

	"golang.org/x/net/websocket"

	"example.com/closeframe/event/closing"
)

// A Conn is one connection. One goroutine at a time may read. Any goroutine may call
// the other methods.
type Conn struct {
	// Conn closes the connection: it has CloseTimeout, OnClose, AddEventListener,
	// Close, SetReadDeadline, Local, LocalFirst, Fault and Err.
	*closing.Conn

	ws *websocket.Conn
}

// Handler calls f for each connection, and closes the connection when f returns, with
// its event. handshake is that of websocket.Server; nil accepts any origin.
func Handler(handshake func(*websocket.Config, *http.Request) error, f func(*Conn)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		hj := &hijacker{ResponseWriter: w}
		websocket.Server{
			Handshake: handshake,
			Handler: func(ws *websocket.Conn) {
				c := newConn(ws, hj.tcp)
				defer c.End(net.ErrClosed)
				f(c)
			},
		}.ServeHTTP(hj, r)
	})
}

// A hijacker keeps the TCP connection. Closing it is the only way to end TCP without
// the close frame that websocket.Conn.Close writes.
type hijacker struct {
	http.ResponseWriter
	tcp net.Conn
}

func (h *hijacker) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	tcp, rw, err := http.NewResponseController(h.ResponseWriter).Hijack()
	h.tcp = tcp
	return tcp, rw, err
}

// NewClient opens a connection over tcp, also one of package tls, like
// websocket.NewClient.
func NewClient(config *websocket.Config, tcp net.Conn) (*Conn, error) {
	ws, err := websocket.NewClient(config, tcp)
	if err != nil {
		return nil, err
	}
	return newConn(ws, tcp), nil
}

func newConn(ws *websocket.Conn, tcp net.Conn) *Conn {
	if ws.IsServerConn() {
		return &Conn{closing.Server(tcp), ws}
	}
	return &Conn{closing.Client(tcp), ws}
}

// Terminate closes TCP and ends the connection. The error is nil.
func (c *Conn) Terminate() error {
	c.Conn.Terminate()
	return nil
}

var errUseClose = errors.New("xnet: a close frame is sent by Close")

// WriteFrame writes p as one data frame, websocket.TextFrame or
// websocket.BinaryFrame, or as a ping. Once the end has begun, the error is that of
// [closing.Conn.Send]: errors.Is finds net.ErrClosed.
func (c *Conn) WriteFrame(typ byte, p []byte) error {
	if typ == websocket.CloseFrame {
		return errUseClose
	}
	return c.Send(func(io.Writer) error { return raw.Send(c.ws, outgoing{typ, p}) })
}

// raw sends a frame of any type.
var raw = websocket.Codec{Marshal: func(v any) ([]byte, byte, error) {
	f := v.(outgoing)
	return f.payload, f.typ, nil
}}

type outgoing struct {
	typ     byte
	payload []byte
}
