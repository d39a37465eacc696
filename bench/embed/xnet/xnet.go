// Package xnet tells how connections of golang.org/x/net/websocket end. It is
// written to be copied.
//
// The read calls of that package give a close frame to nobody: they return io.EOF,
// and Conn.Close answers 1000 whatever came. But a Conn also has the methods by
// which it reads itself, NewFrameReader and HandleFrame, promoted from what it
// embeds. They give the header and the unmasked payload of every frame, so this
// adapter reads frame by frame, judges close frames by package frame and writes
// them through a Codec. Nothing of a close is out of its reach.
//
// What it does not repair is the rest of x/net: fragments are handed out one by
// one, text is not checked, unknown opcodes are taken for data.
package xnet

import (
	"bufio"
	"errors"
	"net"
	"net/http"
	"sync"
	"time"

	"golang.org/x/net/websocket"

	"example.com/closeframe/code"
	"example.com/closeframe/event"
	"example.com/closeframe/frame"
)

const closeTimeout = 5 * time.Second

// A Conn is one connection. One goroutine at a time may read; the other methods
// may be called from any.
type Conn struct {
	// CloseTimeout bounds each step of the end: the write of our close frame, the
	// peer's answer to it, and the end of TCP. Change it before the first use.
	CloseTimeout time.Duration

	ws     *websocket.Conn
	tcp    net.Conn
	target event.Target

	mu sync.Mutex // orders the writes and guards h
	h  event.Handshake
}

// Handler serves each connection by f and drops it where f returns; a connection that
// f has not read to its end ends then, with its event. handshake is that of
// websocket.Server; nil takes any origin.
func Handler(handshake func(*websocket.Config, *http.Request) error, f func(*Conn)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		hj := &hijacker{ResponseWriter: w}
		websocket.Server{
			Handshake: handshake,
			Handler: func(ws *websocket.Conn) {
				c := newConn(ws, hj.tcp)
				defer c.end(net.ErrClosed)
				f(c)
			},
		}.ServeHTTP(hj, r)
	})
}

// A hijacker keeps the connection that x/net takes over. To close it is the only
// way to end TCP without the close frame that websocket.Conn.Close writes.
type hijacker struct {
	http.ResponseWriter
	tcp net.Conn
}

func (h *hijacker) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	tcp, rw, err := http.NewResponseController(h.ResponseWriter).Hijack()
	h.tcp = tcp
	return tcp, rw, err
}

// NewClient opens a connection over tcp, which may be one of package tls, as
// websocket.NewClient does.
func NewClient(config *websocket.Config, tcp net.Conn) (*Conn, error) {
	ws, err := websocket.NewClient(config, tcp)
	if err != nil {
		return nil, err
	}
	return newConn(ws, tcp), nil
}

func newConn(ws *websocket.Conn, tcp net.Conn) *Conn {
	return &Conn{CloseTimeout: closeTimeout, ws: ws, tcp: tcp}
}

// OnClose sets the listener of the close event, as event.Target.OnClose does.
func (c *Conn) OnClose(f func(event.CloseEvent)) { c.target.OnClose(f) }

// AddEventListener adds one, as event.Target.AddEventListener does.
func (c *Conn) AddEventListener(f func(event.CloseEvent)) (remove func() bool) {
	return c.target.AddEventListener(f)
}

// Close starts the closing handshake. It writes our close frame and does not wait
// for the peer's: go on reading until the error comes. What no close frame can
// carry is refused with a frame.Error before anything is written. Where our close
// frame has left already, Close does nothing.
func (c *Conn) Close(cc code.Code, reason string) error {
	p, err := frame.Append(nil, cc, reason)
	if err != nil {
		return err
	}
	c.lock()
	defer c.mu.Unlock()
	if c.h.State() != event.Open {
		return nil
	}
	c.tcp.SetReadDeadline(time.Now().Add(c.CloseTimeout))
	return c.sendClose(cc, p)
}

// Terminate drops TCP. The event follows from the next read.
func (c *Conn) Terminate() error { return c.tcp.Close() }

var errUseClose = errors.New("xnet: a close frame is sent by Close")

// WriteFrame writes p as one data frame, websocket.TextFrame or
// websocket.BinaryFrame, or as a ping. Once a close frame has passed it returns
// net.ErrClosed.
func (c *Conn) WriteFrame(typ byte, p []byte) error {
	if typ == websocket.CloseFrame {
		return errUseClose
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.h.State() != event.Open {
		return net.ErrClosed
	}
	return raw.Send(c.ws, outgoing{typ, p})
}

// sendClose writes our close frame; c.mu is held.
func (c *Conn) sendClose(cc code.Code, payload []byte) error {
	err := raw.Send(c.ws, outgoing{websocket.CloseFrame, payload})
	if err == nil {
		c.h.Sent(cc)
	}
	return err
}

// lock takes the lock for the last frame that leaves, and bounds the time that a
// write may take: this frame's, and one that holds the lock as the peer reads
// nothing.
func (c *Conn) lock() {
	c.tcp.SetWriteDeadline(time.Now().Add(c.CloseTimeout))
	c.mu.Lock()
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
