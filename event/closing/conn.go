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

// A Conn ends one connection. Pong, Receive, Fail and End are for the goroutine that
// reads; all methods are safe for concurrent use, also from a listener. A Conn must not
// be copied.
type Conn struct {
	// CloseTimeout bounds the end of the connection and the write of a pong; 0 or less
	// is DefaultCloseTimeout. Set it before the first use.
	CloseTimeout time.Duration

	conn   net.Conn
	target event.Target // has a lock of its own

	mu     sync.Mutex // guards what follows, and is never held over I/O
	change sync.Cond  // the slot is free, a pong has left, the end begins or is over
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

// Server returns the Conn of a server's connection whose opening handshake is done.
func Server(conn net.Conn) *Conn { return newConn(conn, false) }

// Client returns the Conn of a client's connection whose opening handshake is done.
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

// SetReadDeadline sets the read deadline of the net.Conn. Once the end has begun it does
// nothing, so that a deadline for idle peers cannot prolong the end.
func (c *Conn) SetReadDeadline(t time.Time) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.begun {
		return nil
	}
	return c.conn.SetReadDeadline(t)
}

// Send calls write with the net.Conn, to write one message: whole frames, and neither
// pongs nor close frames. Only one write runs at a time. Once the end has begun, Send
// does not call write. Pongs and the close frame wait for write. A program that must not
// delay them calls Send once for each fragment, and holds a lock of its own for the whole
// message so that two messages do not mix.
//
// If write returns an error or panics, a part of a frame may be on the wire, and the end
// begins: check the message before Send. Every error of Send means that the connection
// is closing or closed. errors.Is finds net.ErrClosed and the error of write. Once
// the connection has ended, event.From finds the event, even in an error returned before.
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

// Pong answers a ping (RFC 6455, section 5.5.3) unless the peer's close frame has
// arrived. It copies payload. While Send is writing it leaves the pong to that Send and
// returns; of several pings the latest is answered. A payload of over 125 bytes is
// ignored: that ping is malformed, so call Fail.
func (c *Conn) Pong(payload []byte) {
	if len(payload) > frame.MaxPayload {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	for c.ponging && !c.ended {
		c.change.Wait() // else a flood of pings would keep that Send for ever
	}
	if c.ended {
		return
	}
	b := c.take()
	if !b.handshake.MaySendPong() {
		return
	}
	b.pongSize, b.pongDue = copy(b.pong[:], payload), true
	// A Close that waits for the slot is first, and sends the pong afterwards: else a
	// flood of pings would keep it waiting.
	if !c.writing && !(c.begun && b.handshake.MaySendClose()) {
		c.writing = true
		c.release()
	}
}

// Close starts the closing handshake. It returns once the message that is being written
// and the close frame have left, or CloseTimeout is over. It does not wait for the peer's
// reply: go on reading. code.NoStatus with an empty reason sends an empty close frame.
//
// Once the end has begun, Close sends nothing and returns at once: nil, or an error if
// a write has failed and the end is not over. If no close frame can carry cc and
// reason, the error is a frame.Error, and Close has done nothing. Any other error is
// like that of Send: the close frame was not sent.
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
