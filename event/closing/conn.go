package closing

import (
	"io"
	"net"
	"sync"
	"time"

	"example.com/closeframe/code"
	"example.com/closeframe/event"
	"example.com/closeframe/frame"
)

// DefaultCloseTimeout is used by a Conn whose CloseTimeout is 0 or less.
const DefaultCloseTimeout = 5 * time.Second

// A Conn ends one connection. Pong, Receive, Fail and End belong to the goroutine that
// reads. All other methods are safe for concurrent use. A listener may call any method. A
// Conn must not be copied.
type Conn struct {
	// CloseTimeout bounds the end of the connection and the write of a pong. Set it
	// before the first call.
	CloseTimeout time.Duration

	conn   net.Conn
	target event.Target // has a lock of its own

	mu     sync.Mutex // guards what follows, and is never held over I/O
	change sync.Cond  // the slot is free, a pong was sent, the end begins or is over
	ending *ending    // nil while the connection is idle; from a pool
	err    *event.Error
	result result

	client  bool
	writing bool // the slot: its holder alone writes to conn
	ponging bool // the holder writes a pong, which has a deadline
	begun   bool // the end has begun: deadlines are set, no data frame may start
	broken  bool // a write failed
	ended   bool // the transport is closed, and the event is known
}

// Server returns the Conn of a server's connection after the opening handshake.
func Server(conn net.Conn) *Conn { return newConn(conn, false) }

// Client returns the Conn of a client's connection after the opening handshake.
func Client(conn net.Conn) *Conn { return newConn(conn, true) }

func newConn(conn net.Conn, client bool) *Conn {
	c := &Conn{conn: conn, client: client}
	c.change.L = &c.mu
	return c
}

// OnClose sets the listener of the close event, as [event.Target.OnClose] does.
func (c *Conn) OnClose(f func(event.CloseEvent)) { c.target.OnClose(f) }

// AddEventListener adds a listener, as [event.Target.AddEventListener] does.
func (c *Conn) AddEventListener(f func(event.CloseEvent)) (remove func() bool) {
	return c.target.AddEventListener(f)
}

// SetReadDeadline sets the read deadline of the net.Conn. Once the end has begun, it does
// nothing and returns nil.
func (c *Conn) SetReadDeadline(t time.Time) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.begun {
		return nil
	}
	return c.conn.SetReadDeadline(t)
}

// Send calls write with the net.Conn, to write one message: whole frames, but no pongs
// and no close frames. write must return every error of the net.Conn. It must not call
// Send or Close, which would wait for it. Only one write runs at a time, and pongs and
// the close frame wait for it. For a fragmented message you may call Send for each
// fragment. Pongs and the close frame can then be sent between two fragments. No other
// message may be sent there: hold a lock of your own over the whole message, and over
// every other call of Send.
//
// Once the end has begun, Send does not call write, even if it was waiting. Close,
// Receive and Fail let a running write finish, and then send the close frame. If
// CloseTimeout is over first, the message is cut and no close frame follows. End and
// Terminate cut it at once.
//
// If write returns an error or panics, part of a frame may have been sent. So the end
// begins, and nothing more is sent: validate the message before Send. Go on reading: the
// peer's close frame still counts.
//
// After an error of Send, the connection is closing or closed. errors.Is finds
// net.ErrClosed and the error of write in it. Once the connection has ended, [event.From]
// finds the event in it, even if Send returned it earlier.
func (c *Conn) Send(write func(w io.Writer) error) (err error) {
	c.mu.Lock()
	for c.writing && !c.begun {
		c.change.Wait()
	}
	if c.begun {
		c.mu.Unlock()
		return &closedError{c, nil}
	}
	c.writing = true
	c.mu.Unlock()

	failed := errPanic
	defer func() {
		cause := settled(failed)
		c.mu.Lock()
		defer c.mu.Unlock()
		if failed != nil {
			c.fail(cause)
			err = &closedError{c, failed}
		}
		c.release()
	}()
	failed = write(c.conn)
	return nil
}

// Pong replies to a ping (RFC 6455, section 5.5.3), unless the peer's close frame was
// received. It copies payload. Pong ignores a payload of over 125 bytes: that ping is
// malformed, so call Fail.
//
// While Send is writing a message, Pong returns at once, and that Send then sends the
// latest pong. While a pong is being written, the next Pong waits, so a flood of pings
// slows down only its sender.
func (c *Conn) Pong(payload []byte) {
	if len(payload) > frame.MaxPayload {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	for c.ponging && !c.ended {
		c.change.Wait() // otherwise a flood of pings would keep that Send for ever
	}
	if c.ended {
		return
	}
	b := c.take()
	if !b.handshake.MaySendPong() {
		return
	}
	b.pongSize, b.pongDue = copy(b.pong[:], payload), true
	// A Close that waits for the slot goes first and then sends the pong. Otherwise a
	// flood of pings would keep it waiting.
	if !c.writing && !(c.begun && b.handshake.MaySendClose()) {
		c.writing = true
		c.release()
	}
}

// Close starts the closing handshake. It returns when the close frame was sent, a write
// failed or the connection has ended. It does not wait for the reply. Go on reading:
// without Receive the event is 1006, even if the peer replied. code.NoStatus with an empty
// reason sends an empty close frame.
//
// If no close frame may carry cc and reason, Close returns a frame.Error and does nothing.
// Any other error has the properties of an error of Send, and means that this close frame
// was not sent completely.
//
// If the end has begun already, Close sends nothing. It then returns an error if a write
// has failed and the connection has not ended yet, and nil otherwise.
func (c *Conn) Close(cc code.Code, reason string) error {
	if err := frame.Check(cc, reason); err != nil {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case c.ended:
		return nil
	case c.broken:
		return &closedError{c, c.ending.cause}
	case c.begun:
		return nil
	}
	c.begin(c.timeout())
	c.arm()
	return c.sendClose(cc, reason)
}
