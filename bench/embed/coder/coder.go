// Package coder tells how connections of github.com/coder/websocket end. It is
// written to be copied.
//
// coder parses a close frame and answers it before its read call returns a
// CloseError. Code and reason are all of the payload, so this adapter puts the
// payload together again and judges it by package frame: coder does not look
// whether the reason is UTF-8. Every other error of the read call, io.EOF and a
// refused close frame among them, is an end without a good close frame: 1006.
//
// What cannot be reached is the answer. It carries the peer's reason, UTF-8 or
// not, and where that is malformed should have been 1007.
//
// Conn.Close of coder sends nothing and drops TCP where the reason has over 123
// bytes, so the adapter looks first. It is also the only call that closes, and
// waits for the peer: see Close. It returns nil for every net.ErrClosed that it meets,
// as if the peer had answered:
//
//   - where a pong fails behind our close frame. So no ping is answered once Close
//     has begun, though RFC 6455, section 5.5.2, wants it;
//   - where our close frame could not be written within five seconds. So a nil that
//     took as long does not count, and a peer that answered so late gets 1006 too.
//
// Whether the answer that coder writes has left, coder does not say; the adapter
// assumes it.
package coder

import (
	"context"
	"encoding/binary"
	"errors"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/coder/websocket"

	"example.com/closeframe/code"
	"example.com/closeframe/event"
	"example.com/closeframe/frame"
)

// A Conn is one connection. One goroutine at a time may read; the other methods
// may be called from any.
type Conn struct {
	ws     *websocket.Conn
	target event.Target

	using   sync.RWMutex // read-locked while coder's Read or Write runs
	closing sync.RWMutex // read-locked while coder's Close runs
	begun   atomic.Bool  // coder's Close

	mu sync.Mutex // guards h; coder orders the writes
	h  event.Handshake
}

// Accept takes over the connection of a request. o may be nil.
func Accept(w http.ResponseWriter, r *http.Request, o *websocket.AcceptOptions) (*Conn, error) {
	c, own := new(Conn), websocket.AcceptOptions{}
	if o != nil {
		own = *o
	}
	own.OnPingReceived = c.pings(own.OnPingReceived)
	var err error
	if c.ws, err = websocket.Accept(w, r, &own); err != nil {
		return nil, err
	}
	return c, nil
}

// Dial opens a connection. o may be nil.
func Dial(ctx context.Context, url string, o *websocket.DialOptions) (*Conn, error) {
	c, own := new(Conn), websocket.DialOptions{}
	if o != nil {
		own = *o
	}
	own.OnPingReceived = c.pings(own.OnPingReceived)
	var err error
	if c.ws, _, err = websocket.Dial(ctx, url, &own); err != nil {
		return nil, err
	}
	return c, nil
}

// pings returns what coder asks of each ping whether to answer it; f, where not nil,
// is asked as well.
func (c *Conn) pings(f func(context.Context, []byte) bool) func(context.Context, []byte) bool {
	return func(ctx context.Context, p []byte) bool {
		return (f == nil || f(ctx, p)) && !c.begun.Load()
	}
}

// OnClose sets the listener of the close event, as event.Target.OnClose does.
func (c *Conn) OnClose(f func(event.CloseEvent)) { c.target.OnClose(f) }

// AddEventListener adds one, as event.Target.AddEventListener does.
func (c *Conn) AddEventListener(f func(event.CloseEvent)) (remove func() bool) {
	return c.target.AddEventListener(f)
}

// Close closes the connection as coder does: it writes our close frame, waits up to
// five seconds for the peer's, drops TCP, and returns coder's error where none came.
// What no close frame can carry is refused with a frame.Error before anything is
// written. Where the connection is closing already, Close writes nothing. The
// listeners have been called when it returns, on its goroutine perhaps, or are being
// called by Read.
//
// Keep a goroutine in Read meanwhile. Where none is, or it had something in hand,
// coder's Close reads the peer's close frame itself, and says no more of it than
// that its code is ours: the event has no reason then.
func (c *Conn) Close(cc code.Code, reason string) error {
	if _, err := frame.Append(nil, cc, reason); err != nil {
		return err
	}
	err := c.close(cc, reason)
	if errors.Is(err, net.ErrClosed) {
		return nil // another call was first, and ends the connection
	}
	_ = c.end(err)
	if websocket.CloseStatus(err) != -1 {
		return nil // the peer answered with another code
	}
	return err
}

// close calls coder's Close and tells the handshake what came of it.
func (c *Conn) close(cc code.Code, reason string) error {
	c.closing.RLock()
	defer c.closing.RUnlock()
	c.begun.Store(true)
	start := time.Now()
	err := c.ws.Close(websocket.StatusCode(cc), reason)
	if err == nil && time.Since(start) >= writeTimeout {
		err = context.DeadlineExceeded // our close frame may not have left
	}
	c.using.Lock() // what they were told comes first
	defer c.using.Unlock()
	if err != nil {
		c.received(err)
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.h.Sent(cc)
	c.h.Accept(event.MustNew(cc, "", false))
	return nil
}

// writeTimeout is how long coder tries to write our close frame.
const writeTimeout = 5 * time.Second

// CloseNow drops TCP, and the event follows from the next Read. While Close runs it
// drops nothing, but waits for that.
func (c *Conn) CloseNow() error { return c.ws.CloseNow() }

// Write writes a message. As always with coder, the end of ctx is that of the
// connection.
func (c *Conn) Write(ctx context.Context, typ websocket.MessageType, p []byte) error {
	c.using.RLock()
	defer c.using.RUnlock()
	err := c.ws.Write(ctx, typ, p)
	if err != nil && ctx.Err() != nil {
		c.failed()
	}
	return err
}

// Read returns the next message. Once the connection has ended the error is an
// *event.Error, and the listeners have been called, or are being called by Close.
// With coder every error ends the connection, that of ctx too.
func (c *Conn) Read(ctx context.Context) (websocket.MessageType, []byte, error) {
	typ, p, err := c.read(ctx)
	if err != nil {
		return 0, nil, c.end(err)
	}
	return typ, p, nil
}

// read calls coder's Read and tells the handshake what came of it.
func (c *Conn) read(ctx context.Context) (websocket.MessageType, []byte, error) {
	c.using.RLock()
	defer c.using.RUnlock()
	typ, p, err := c.ws.Read(ctx)
	if err != nil {
		c.received(err)
		closed := errors.Is(err, net.ErrClosed) || websocket.CloseStatus(err) != -1
		if !closed || ctx.Err() != nil {
			c.failed()
		}
	}
	return typ, p, err
}

// failed tells the handshake that no close frame counts any more: ctx has ended, and
// TCP with it, or what came was malformed. Close would not say so. It returns nil for
// the one, and after the other it reads on and takes the close frame that follows.
func (c *Conn) failed() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.h.Fail()
}

// received tells the handshake of the close frame that err carries, if any.
func (c *Conn) received(err error) {
	var ce websocket.CloseError
	if !errors.As(err, &ce) {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	_ = c.h.Receive(payload(ce)) // what is wrong with it, the event says
	if cc, due := c.h.Reply(); due {
		c.h.Sent(cc) // by coder, where our own close frame was not before it
	}
}

// payload returns the payload that coder made ce of.
func payload(ce websocket.CloseError) []byte {
	if ce.Code == websocket.StatusNoStatusRcvd {
		return nil
	}
	return append(binary.BigEndian.AppendUint16(nil, uint16(ce.Code)), ce.Reason...)
}

// end sees to it that TCP is gone, tells the listeners and returns the error of the
// read call.
func (c *Conn) end(cause error) error {
	_ = c.ws.CloseNow() // an error says that it is closed
	e := c.endHandshake()
	c.target.Dispatch(e)
	return &event.Error{Event: e, Err: cause}
}

func (c *Conn) endHandshake() event.CloseEvent {
	c.closing.Lock() // a Close that runs may know more
	defer c.closing.Unlock()
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.h.End()
}
