package gorilla

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/gorilla/websocket"

	"example.com/closeframe/code"
	"example.com/closeframe/event"
	"example.com/closeframe/frame"
)

// A Conn is one connection. One goroutine may read; the other methods may be
// called from any.
type Conn struct {
	// CloseTimeout bounds how long the end of a connection may take: the write of
	// our close frame, the peer's answer to it, and the end of TCP. New sets it;
	// change it before the first use.
	CloseTimeout time.Duration

	ws     *websocket.Conn
	server bool

	// gorilla orders the writes, and sends nothing after a close frame. This lock
	// makes asking the handshake, sending our close frame and Sent one step.
	mu        sync.Mutex
	handshake event.Handshake
	out       [frame.MaxPayload]byte
	limit     *time.Timer // drops TCP when the end takes too long; nil before it begins
	err       event.Error // once the handshake is Closed; final then

	target event.Target // has a lock of its own
}

// New takes over the closing of ws, whose close handler it sets.
func New(ws *websocket.Conn, server bool) *Conn {
	c := &Conn{CloseTimeout: 5 * time.Second, ws: ws, server: server}
	ws.SetCloseHandler(c.receiveClose)
	return c
}

// Upgrade makes the connection of a server.
func Upgrade(u *websocket.Upgrader, w http.ResponseWriter, r *http.Request) (*Conn, error) {
	ws, err := u.Upgrade(w, r, nil)
	if err != nil {
		return nil, err
	}
	return New(ws, true), nil
}

// Dial makes the connection of a client. ctx bounds the opening handshake only.
func Dial(ctx context.Context, url string) (*Conn, error) {
	ws, _, err := websocket.DefaultDialer.DialContext(ctx, url, nil)
	if err != nil {
		return nil, err
	}
	return New(ws, false), nil
}

// WS returns the connection of gorilla, to write with.
func (c *Conn) WS() *websocket.Conn { return c.ws }

// OnClose sets the listener of the close event, as the onclose property does.
func (c *Conn) OnClose(f func(event.CloseEvent)) { c.target.OnClose(f) }

// AddEventListener adds a listener of the close event.
func (c *Conn) AddEventListener(f func(event.CloseEvent)) (remove func() bool) {
	return c.target.AddEventListener(f)
}

// Close starts the closing handshake, unless it has been started, and does not
// wait for the peer: read on until the read call ends. The error is a frame.Error
// where no close frame can carry code and reason; then nothing has changed.
// code.NoStatus and no reason ask for an empty close frame.
func (c *Conn) Close(cc code.Code, reason string) error {
	var b [frame.MaxPayload]byte
	if _, err := frame.Append(b[:0], cc, reason); err != nil {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.handshake.State() != event.Open {
		return nil
	}
	return c.sendClose(cc, reason)
}

// Terminate drops TCP without a closing handshake and ends the connection: 1006,
// unless the peer's close frame has come.
func (c *Conn) Terminate() { c.finish(net.ErrClosed) }

// ReadMessage reads as gorilla does. When the connection has ended the error is an
// *event.Error with the close event and gorilla's error as its cause, and the
// listeners have been called, or are being called by Terminate.
func (c *Conn) ReadMessage() (messageType int, p []byte, err error) {
	messageType, p, err = c.ws.ReadMessage()
	if err != nil {
		return messageType, p, c.end(err)
	}
	return messageType, p, nil
}

// receiveClose is gorilla's close handler: it gets the close frames that gorilla
// takes, after checking code and UTF-8.
func (c *Conn) receiveClose(cc int, text string) error {
	received, _ := code.From(cc)
	e, _ := event.New(received, text, false) // were it an error, the zero e is a malformed close
	c.mu.Lock()
	defer c.mu.Unlock()
	c.handshake.Accept(e)
	if reply, due := c.handshake.Reply(); due {
		_ = c.sendClose(reply, "") // an answer that fails leaves the end not clean
	}
	return nil // ReadMessage returns the *websocket.CloseError
}

// sendClose sends our close frame. c.mu is held.
func (c *Conn) sendClose(cc code.Code, reason string) error {
	p, err := frame.Append(c.out[:0], cc, reason)
	if err != nil {
		return err
	}
	c.limitEnd() // even if the write fails: the peer may read nothing, and send nothing
	switch err := c.ws.WriteControl(websocket.CloseMessage, p, time.Now().Add(c.CloseTimeout)); {
	case errors.Is(err, websocket.ErrCloseSent): // gorilla's own, for an error that the reader is about to see
		return nil
	case err != nil:
		return err
	}
	c.handshake.Sent(cc)
	return nil
}

// limitEnd bounds the end of the connection. A read deadline would not: the usual
// pong handler moves it. c.mu is held.
func (c *Conn) limitEnd() {
	if c.limit == nil {
		c.limit = time.AfterFunc(c.CloseTimeout, func() { c.ws.Close() })
	}
}

// end ends the connection for an error of gorilla's reader.
func (c *Conn) end(err error) error {
	var closed *websocket.CloseError
	var transport net.Error
	switch {
	case errors.As(err, &closed) && closed.Code != websocket.CloseAbnormalClosure:
		c.shut(c.server)
	case closed != nil, errors.As(err, &transport):
		// TCP has ended, or time is up.
	default:
		c.fail(err)
		c.shut(true)
	}
	return c.finish(err)
}

// fail notes that the connection failed. As a rule gorilla has sent a close frame
// for that; where it has not, this does.
func (c *Conn) fail(err error) {
	cc := code.ProtocolError
	if errors.Is(err, websocket.ErrReadLimit) {
		cc = code.MessageTooBig
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.handshake.Fail()
	p, _ := frame.Append(c.out[:0], cc, "")
	err = c.ws.WriteControl(websocket.CloseMessage, p, time.Now().Add(c.CloseTimeout))
	if err == nil || errors.Is(err, websocket.ErrCloseSent) {
		c.handshake.Sent(cc) // it counts only if none had left before
	}
}

// shut ends TCP on our side if we are the first, and waits for the other side to
// do so: a socket closed with bytes unread is reset, and a reset can destroy the
// close frame on its way (RFC 6455, section 7.1.1).
func (c *Conn) shut(first bool) {
	conn := c.ws.NetConn()
	if first {
		half, ok := conn.(interface{ CloseWrite() error })
		if !ok || half.CloseWrite() != nil {
			return
		}
	}
	conn.SetReadDeadline(time.Now().Add(c.CloseTimeout))
	io.Copy(io.Discard, conn)
}

// finish drops what is left of TCP and calls the listeners; err is the cause. Only
// the first call counts.
func (c *Conn) finish(err error) error {
	c.ws.Close() // first, as it ends a write that holds the lock
	c.mu.Lock()
	if c.limit != nil {
		c.limit.Stop()
	}
	if c.handshake.State() != event.Closed {
		c.err = event.Error{Event: c.handshake.End(), Err: err}
	}
	c.mu.Unlock()
	c.target.Dispatch(c.err.Event) // without the lock: a listener may call Close
	return &c.err
}
