// Package gws tells how connections of github.com/lxzan/gws end. It is written to
// be copied.
//
// gws parses a close frame, answers it and closes TCP, and only then tells its
// handler what came, valid or not. It answers 1000 to most codes, 1002 to 1014, and
// 1000 to a reason that is not UTF-8. Its WriteClose drops TCP before the peer can
// answer, and a close frame that leaves by another call makes it answer the answer.
//
// But gws takes any net.Conn and writes each frame to it in one call. So this
// adapter stands below it as well as above: the wire holds back the close frames of
// gws and its closing of TCP until the handler hears what came, and the adapter
// answers in its place, judging by package frame. gws gives code and reason, which
// are all of the payload, so nothing of a close is out of reach but the length of a
// payload of one byte: it is taken for one of two with a wrong code, and refused as
// well.
package gws

import (
	"errors"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/lxzan/gws"

	"example.com/closeframe/code"
	"example.com/closeframe/event"
	"example.com/closeframe/frame"
)

// A Conn is one connection. Its methods may be called from any goroutine.
type Conn struct {
	// CloseTimeout bounds each step of the end: the write of our close frame, the
	// peer's answer to it, and the end of TCP. Change it before the first use.
	CloseTimeout time.Duration

	ws     *gws.Conn
	tcp    net.Conn
	client bool
	target event.Target
	cause  error // what gws said at the end

	mu       sync.Mutex // orders the writes and guards what follows
	h        event.Handshake
	held     []byte // the close frame that gws has written, if any
	writeErr error  // after it the stream may end inside a frame
}

const closeTimeout = 5 * time.Second

// A MessageFunc gets the messages, as gws.Event.OnMessage does.
type MessageFunc func(*Conn, *gws.Message)

// An Upgrader makes Conns of HTTP requests.
type Upgrader struct{ gws *gws.Upgrader }

// NewUpgrader returns an Upgrader; o may be nil.
func NewUpgrader(f MessageFunc, o *gws.ServerOption) *Upgrader {
	return &Upgrader{gws.NewUpgrader(handler{message: f}, o)}
}

// Upgrade takes over a connection. Call ReadLoop next.
func (u *Upgrader) Upgrade(w http.ResponseWriter, r *http.Request) (*Conn, error) {
	tcp, rw, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return nil, err
	}
	c := &Conn{CloseTimeout: closeTimeout, tcp: tcp}
	if c.ws, err = u.gws.UpgradeFromConn(wire{tcp, c}, rw.Reader, r); err != nil {
		tcp.Close()
		return nil, err
	}
	return c, nil
}

// NewClient opens a connection over tcp, which may be one of package tls, to
// o.Addr. Call ReadLoop next.
func NewClient(f MessageFunc, o *gws.ClientOption, tcp net.Conn) (*Conn, error) {
	c := &Conn{CloseTimeout: closeTimeout, tcp: tcp, client: true}
	ws, _, err := gws.NewClientFromConn(handler{message: f}, o, wire{tcp, c})
	if err != nil {
		tcp.Close()
		return nil, err
	}
	c.ws = ws
	return c, nil
}

// OnClose sets the listener of the close event, as event.Target.OnClose does.
func (c *Conn) OnClose(f func(event.CloseEvent)) { c.target.OnClose(f) }

// AddEventListener adds one, as event.Target.AddEventListener does.
func (c *Conn) AddEventListener(f func(event.CloseEvent)) (remove func() bool) {
	return c.target.AddEventListener(f)
}

// Close starts the closing handshake. It writes our close frame and does not wait
// for the peer's. What no close frame can carry is refused with a frame.Error
// before anything is written. Where a close frame has passed already, Close does
// nothing.
func (c *Conn) Close(cc code.Code, reason string) error {
	if _, err := frame.Append(nil, cc, reason); err != nil {
		return err
	}
	c.lock()
	defer c.mu.Unlock()
	if c.h.State() != event.Open {
		return nil
	}
	if c.writeErr != nil {
		return c.writeErr // the reading has an end already
	}
	c.tcp.SetReadDeadline(time.Now().Add(c.CloseTimeout))
	return c.sendClose(cc, reason)
}

// Terminate drops TCP. The event follows.
func (c *Conn) Terminate() error { return c.tcp.Close() }

var errUseClose = errors.New("gws: a close frame is sent by Close")

// WriteMessage writes a message, or a ping. Once our close frame has left it returns
// net.ErrClosed.
func (c *Conn) WriteMessage(op gws.Opcode, p []byte) error {
	if op == gws.OpcodeCloseConnection {
		return errUseClose
	}
	c.mu.Lock()
	open := c.h.State() == event.Open
	c.mu.Unlock()
	if !open {
		return net.ErrClosed
	}
	return c.ws.WriteMessage(op, p)
}

// ReadLoop reads until the connection has ended. The error is an *event.Error, and
// the listeners have been called.
func (c *Conn) ReadLoop() error {
	c.ws.ReadLoop()
	c.mu.Lock()
	defer c.mu.Unlock()
	return &event.Error{Event: c.h.End(), Err: c.cause}
}

// A handler is what gws calls.
type handler struct {
	gws.BuiltinEventHandler
	message MessageFunc
}

func (h handler) OnMessage(ws *gws.Conn, m *gws.Message) { h.message(of(ws), m) }

// OnPing answers with the ping's payload (RFC 6455, section 5.5.3). gws leaves it out.
func (h handler) OnPing(ws *gws.Conn, p []byte) { _ = ws.WritePong(p) }

// OnClose is the last that gws calls, when it is done with the connection.
func (h handler) OnClose(ws *gws.Conn, err error) { of(ws).end(err) }

// of returns the Conn that gws knows as its net.Conn.
func of(ws *gws.Conn) *Conn { return ws.NetConn().(wire).c }
