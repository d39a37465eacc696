package closing

import (
	"io"
	"net"
	"os"
	"sync"
	"time"

	"example.com/closeframe/code"
	"example.com/closeframe/event"
	"example.com/closeframe/frame"
)

// ending is what a connection needs only while it ends, or while a pong is due. It comes
// from a pool, so that an idle connection is small and an end allocates nothing.
type ending struct {
	handshake event.Handshake
	until     time.Time   // when the end is over; set once, when it begins
	timer     *time.Timer // nil as long as only calls on the net.Conn wait
	cause     error       // what went wrong first
	closing   bool        // the slot's holder is writing our close frame
	first     bool        // our close frame was begun before the peer's was received
	pongDue   bool
	pongSize  int
	pong      [frame.MaxPayload]byte
	key       [4]byte
	out       [frame.MaxFrame]byte // of the slot's holder
}

var endings = sync.Pool{New: func() any { return new(ending) }}

// take returns c.ending. c.mu is held, and c has not ended.
func (c *Conn) take() *ending {
	if c.ending == nil {
		c.ending = endings.Get().(*ending)
	}
	return c.ending
}

// put returns c.ending to the pool once it is no longer needed: not while the slot's
// holder may be writing from its buffer, nor before Err has read it. c.mu is held.
func (c *Conn) put() {
	b := c.ending
	if b == nil || c.writing || c.begun && c.err == nil {
		return
	}
	c.result = c.facts()
	*b = ending{}
	endings.Put(b)
	c.ending = nil
}

func (c *Conn) timeout() time.Duration {
	if c.CloseTimeout <= 0 {
		return DefaultCloseTimeout
	}
	return c.CloseTimeout
}

// grace is how long the deadlines are before ending.until. As a rule the reader then ends
// the connection and calls the listeners, not the timer.
func grace(timeout time.Duration) time.Duration { return timeout / 16 }

// begin begins the end, unless it has begun. It sets ending.until and both deadlines,
// which are final: if each call set them anew, the end could be prolonged for ever. It
// wakes the Sends that wait. It returns nil if the connection has ended. c.mu is held.
func (c *Conn) begin(timeout time.Duration) *ending {
	switch {
	case c.ended:
		return nil
	case c.begun:
		return c.ending
	}
	b := c.take()
	c.begun = true
	b.until = time.Now().Add(timeout)
	if c.conn.SetDeadline(b.until.Add(-grace(timeout))) != nil {
		c.arm()
	}
	c.change.Broadcast()
	return b
}

// arm starts the timer, once the end has begun. Deadlines bound the calls on the net.Conn.
// The timer bounds everything else: waiting for the slot, and a program that never reads.
// c.mu is held.
func (c *Conn) arm() {
	if b := c.ending; !c.ended && b.timer == nil {
		b.timer = time.AfterFunc(time.Until(b.until), func() { c.finish(os.ErrDeadlineExceeded, false) })
	}
}

// Receive ends the connection after the peer sent a close frame; payload must be
// unmasked. It replies, closes TCP, calls the listeners and returns the error of
// [Conn.Err]. It does not reply if a close frame was sent or a write failed before.
//
// If our close frame was sent and no write failed, Receive waits until the peer closes TCP
// too, and discards all data: unread data would reset TCP. If the net.Conn has no
// CloseWrite, a server closes TCP without waiting, and so does a client after a malformed
// close frame.
func (c *Conn) Receive(payload []byte) (err error) {
	c.mu.Lock()
	if b := c.begin(c.timeout()); b != nil {
		err = b.handshake.Receive(payload)
		c.blame(err)
		if cc, due := b.handshake.Reply(); due {
			c.sendClose(cc, "")
		}
		for c.ponging && !c.ended {
			c.arm()
			c.change.Wait() // otherwise closing TCP could cut that pong
		}
	}
	c.mu.Unlock()
	return c.shut(err)
}

// Fail fails the connection (RFC 6455, section 7.1.7) because of what the peer sent; err
// says why. It sends a close frame with cc and reason, as [frame.Sanitize] returns them,
// unless one was sent or a write failed. It then ends the connection like Receive. A
// reply of the peer does not count.
func (c *Conn) Fail(cc code.Code, reason string, err error) error {
	err = settled(err)
	c.mu.Lock()
	if b := c.begin(c.timeout()); b != nil {
		b.handshake.Fail()
		c.blame(err)
		c.sendClose(frame.Sanitize(cc, reason))
	}
	c.mu.Unlock()
	return c.shut(err)
}

// End ends the connection like Receive, after a read returned err. It sends no close
// frame, since the peer may be gone: to close a connection that works, call Close and go
// on reading. The event is 1006 unless Receive accepted a close frame.
func (c *Conn) End(err error) error {
	err = settled(err)
	c.mu.Lock()
	c.begin(c.timeout())
	c.mu.Unlock()
	return c.shut(err)
}

// Terminate closes the transport at once and calls the listeners. The event is 1006
// unless Receive accepted a close frame.
func (c *Conn) Terminate() { c.finish(net.ErrClosed, false) }

// blame records the cause of the end, if there was none before. c.mu is held.
func (c *Conn) blame(err error) {
	if b := c.ending; !c.ended && b.cause == nil {
		b.cause = err
	}
}

// shut ends the connection. If our close frame was sent, it first closes TCP in the order
// of RFC 6455, section 7.1.1: a client waits for the server to close it.
func (c *Conn) shut(err error) error {
	c.mu.Lock()
	wait, first := false, false
	if !c.ended && !c.broken {
		_, wait = c.ending.handshake.Local()
		_, valid := c.ending.handshake.Remote()
		first = !valid || !c.client
	}
	if _, ok := c.conn.(layered); ok && wait {
		c.arm() // the CloseWrite of a *tls.Conn moves the deadline
	}
	c.mu.Unlock()
	if wait {
		c.drain(first)
	}
	return c.finish(err, true)
}

// drain closes our direction of TCP and discards data until the peer closes the other.
// If first is false, the peer is to close TCP first. Closing TCP with data unread would
// reset it, and a reset can destroy our close frame on its way.
func (c *Conn) drain(first bool) {
	if first && !closeWrite(c.conn) {
		return
	}
	io.Discard.(io.ReaderFrom).ReadFrom(c.conn) // io.Copy would allocate
	if !first {
		closeWrite(c.conn)
	}
}

// closeWrite closes our direction and reports whether it did. The CloseWrite of a
// *tls.Conn sends only close_notify, so the TCP connection below needs its own.
func closeWrite(conn net.Conn) bool {
	half, ok := conn.(interface{ CloseWrite() error })
	if !ok || half.CloseWrite() != nil {
		return false
	}
	if outer, ok := conn.(layered); ok {
		closeWrite(outer.NetConn())
	}
	return true
}

// finish closes the transport, ends the handshake, and calls the listeners with no lock
// held. Only the first call has an effect. If wait is set, finish waits for the write of
// a close frame, which returns once the transport is closed: the peer may have received
// that frame, and Local should then report it.
func (c *Conn) finish(cause error, wait bool) error {
	c.mu.Lock()
	c.begin(c.timeout())
	c.blame(cause) // before the closed transport becomes the cause
	c.mu.Unlock()
	hangUp(c.conn) // this ends all writes
	c.mu.Lock()
	for wait && !c.ended && c.ending.closing {
		c.arm()
		c.change.Wait()
	}
	if !c.ended {
		if t := c.ending.timer; t != nil {
			t.Stop()
		}
		c.ended = true
		c.change.Broadcast()
	}
	if c.err != nil {
		c.mu.Unlock()
		return c.err
	}
	e := c.ending.handshake.End()
	c.mu.Unlock()
	c.target.Dispatch(e)
	return c.Err() // made after the listeners: it is the one allocation
}

// layered is a connection on top of another, such as a *tls.Conn.
type layered interface{ NetConn() net.Conn }

// hangUp closes the innermost connection first: the Close of a *tls.Conn waits up to
// five seconds for a peer that does not read.
func hangUp(conn net.Conn) {
	if outer, ok := conn.(layered); ok {
		if inner := outer.NetConn(); inner != nil {
			hangUp(inner)
		}
	}
	conn.Close()
}
