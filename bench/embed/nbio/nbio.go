// Package nbio tells how connections of github.com/lesismal/nbio end. It is written
// to be copied.
//
// nbio parses a close frame and gives code and reason to its close handler, which
// answers. This adapter puts the payload together again, judges it by package
// frame, and answers with the code alone, or not at all where ours has left
// already: nbio's own handler answers answers. Its OnClose says neither code nor
// reason of a 1000; the event does. What cannot be reached:
//
//   - 1012 to 1014: nbio refuses them itself with 1002, and the event is 1006;
//   - one byte: it comes to the handler as 1002, and is taken for that;
//   - a frame of over 125 bytes: nbio answers 1009;
//   - a close frame that comes while a write blocks: nbio reads nothing meanwhile.
//
// Set Engine.CheckUtf8 to CheckLater on every engine that is used. Without it nbio
// answers 1002 to a reason that is not UTF-8.
//
// nbio has no read call, so the error that such a call would return comes from
// Conn.Wait. And it writes in the background where it is told to
// (Upgrader.BlockingModAsyncWrite, or its poller): a close frame that it has taken
// counts as sent.
package nbio

import (
	"bufio"
	"context"
	"encoding/binary"
	"errors"
	"net"
	"net/http"
	"os"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/lesismal/nbio/nbhttp"
	"github.com/lesismal/nbio/nbhttp/websocket"

	"example.com/closeframe/code"
	"example.com/closeframe/event"
	"example.com/closeframe/frame"
)

// CheckLater is for Engine.CheckUtf8. nbio asks it about texts and about reasons,
// without saying which, and answers both with 1002, so it lets all pass, and the
// Conn checks and answers 1007. Not for an engine with connections of other kinds.
func CheckLater([]byte) bool { return true }

// A Conn is one connection. Its methods may be called from any goroutine.
type Conn struct {
	// CloseTimeout bounds each step of the end: a message that is being written when
	// the close begins, our close frame, and the peer's answer to it. Change it
	// before the first use.
	CloseTimeout time.Duration

	ws     *websocket.Conn
	target event.Target
	ended  chan struct{} // closed once the listeners have been called
	cause  error         // what nbio said at the end

	mu    sync.Mutex // orders the writes and guards what follows
	h     event.Handshake
	timer *time.Timer // ends the wait for the peer's close frame
	stuck error       // of a write that timed out: the stream may end inside a frame
}

// A MessageFunc gets the messages, as the handler of Upgrader.OnMessage does.
type MessageFunc func(*Conn, websocket.MessageType, []byte)

// Upgrade takes over the connection of a request. The handlers for open, close and
// messages that u has are replaced by ours.
func Upgrade(u *websocket.Upgrader, f MessageFunc, w http.ResponseWriter, r *http.Request) (*Conn, error) {
	c, own := hook(u, f)
	if _, ok := w.(*nbhttp.Response); !ok {
		w = hijacker{w}
	}
	if _, err := own.Upgrade(w, r, nil); err != nil {
		return nil, err
	}
	return c, nil
}

// A hijacker keeps what net/http has read behind the request. nbio throws it away,
// be it a close frame.
type hijacker struct{ http.ResponseWriter }

func (h hijacker) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	conn, rw, err := http.NewResponseController(h.ResponseWriter).Hijack()
	if err == nil && rw.Reader.Buffered() > 0 {
		conn = buffered{conn, rw.Reader}
	}
	return conn, rw, err
}

type buffered struct {
	net.Conn
	r *bufio.Reader
}

func (b buffered) Read(p []byte) (int, error) { return b.r.Read(p) }

// Dial opens a connection. The handlers for open, close and messages that d.Options
// has are replaced by ours.
func Dial(ctx context.Context, d *websocket.Dialer, f MessageFunc, url string) (*Conn, error) {
	c, own := hook(d.Options, f)
	dialer := *d
	dialer.Options = own
	if _, _, err := dialer.DialContext(ctx, url, nil); err != nil {
		return nil, err
	}
	return c, nil
}

// hook returns a Conn and a copy of u whose handlers are for this Conn alone: nbio
// has no place that is free to keep it.
func hook(u *websocket.Upgrader, f MessageFunc) (*Conn, *websocket.Upgrader) {
	c := &Conn{CloseTimeout: 5 * time.Second, ended: make(chan struct{})}
	own := *u
	own.OnOpen(func(ws *websocket.Conn) { c.ws = ws }) // before anything is read
	own.OnMessage(func(_ *websocket.Conn, t websocket.MessageType, p []byte) {
		if t == websocket.TextMessage && !utf8.Valid(p) {
			c.fail(code.InvalidPayload, websocket.ErrInvalidUtf8)
			return
		}
		f(c, t, p)
	})
	own.SetCloseHandler(func(_ *websocket.Conn, cc int, reason string) { c.received(cc, reason) })
	own.OnClose(func(_ *websocket.Conn, err error) { c.end(err) })
	return c, &own
}

// OnClose sets the listener of the close event, as event.Target.OnClose does.
func (c *Conn) OnClose(f func(event.CloseEvent)) { c.target.OnClose(f) }

// AddEventListener adds one, as event.Target.AddEventListener does.
func (c *Conn) AddEventListener(f func(event.CloseEvent)) (remove func() bool) {
	return c.target.AddEventListener(f)
}

// Close starts the closing handshake. It writes our close frame and does not wait
// for the peer's. What no close frame can carry is refused with a frame.Error
// before anything is written. Where our close frame has left already, Close does
// nothing.
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
	c.timer = time.AfterFunc(c.CloseTimeout, func() { c.ws.CloseWithError(os.ErrDeadlineExceeded) })
	return c.sendClose(cc, p)
}

// Terminate drops TCP. The event follows.
func (c *Conn) Terminate() error { return c.ws.Conn.Close() }

var errUseClose = errors.New("nbio: a close frame is sent by Close")

// WriteMessage writes a message, or a ping. Once a close frame has passed it returns
// net.ErrClosed.
func (c *Conn) WriteMessage(t websocket.MessageType, p []byte) error {
	if t == websocket.CloseMessage {
		return errUseClose
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.h.State() != event.Open {
		return net.ErrClosed
	}
	return c.write(t, p)
}

// Wait waits until the connection has ended. The error is an *event.Error, and the
// listeners have been called.
func (c *Conn) Wait() error {
	<-c.ended
	c.mu.Lock()
	defer c.mu.Unlock()
	return &event.Error{Event: c.h.End(), Err: c.cause}
}

// received is nbio's close handler; nbio closes TCP behind it.
func (c *Conn) received(cc int, reason string) {
	c.lock()
	defer c.mu.Unlock()
	_ = c.h.Receive(payload(cc, reason)) // what is wrong with it, the event says
	if cc, due := c.h.Reply(); due {
		p, _ := frame.Append(nil, cc, "") // cannot fail: the handshake owes it
		_ = c.sendClose(cc, p)            // nobody is there to be told
	}
}

// fail fails the connection (RFC 6455, section 7.1.7).
func (c *Conn) fail(cc code.Code, err error) {
	c.lock()
	open := c.h.State() == event.Open
	c.h.Fail()
	if open {
		p, _ := frame.Append(nil, cc, "") // cannot fail: cc is ours
		_ = c.sendClose(cc, p)            // the connection has failed either way
	}
	c.mu.Unlock()
	c.ws.CloseWithError(err)
}

// payload returns the payload that nbio took code and reason from. It refuses 1005
// on the wire and gives it for an empty one.
func payload(cc int, reason string) []byte {
	if cc == int(code.NoStatus) {
		return nil
	}
	return append(binary.BigEndian.AppendUint16(nil, uint16(cc)), reason...)
}

// sendClose writes our close frame; c.mu is held.
func (c *Conn) sendClose(cc code.Code, payload []byte) error {
	err := c.write(websocket.CloseMessage, payload)
	if err == nil {
		c.h.Sent(cc)
	}
	return err
}

// write writes a frame unless a write has timed out: the peer would take it for the
// rest of the one before. c.mu is held.
func (c *Conn) write(t websocket.MessageType, p []byte) error {
	if c.stuck != nil {
		return c.stuck
	}
	err := c.ws.WriteMessage(t, p)
	if errors.Is(err, os.ErrDeadlineExceeded) {
		c.stuck = err
	}
	return err
}

// lock takes the lock for the last frame that leaves, and bounds the time that a
// write may take: this frame's, and one that holds the lock, or nbio's own, as the
// peer reads nothing.
func (c *Conn) lock() {
	_ = c.ws.Conn.SetWriteDeadline(time.Now().Add(c.CloseTimeout))
	c.mu.Lock()
}

// end is what nbio calls last, once TCP is closed.
func (c *Conn) end(cause error) {
	c.mu.Lock()
	c.cause = cause
	e := c.h.End()
	if c.timer != nil {
		c.timer.Stop()
	}
	c.mu.Unlock()
	defer close(c.ended)
	c.target.Dispatch(e)
}
