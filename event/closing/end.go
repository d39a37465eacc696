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

// ending is what a connection needs only while it ends, or while a pong is due.
type ending struct {
	handshake event.Handshake
	until     time.Time   // the instant: set once, by what begins the end
	timer     *time.Timer // or nil, as long as only calls on the connection wait
	cause     error       // what went wrong first
	closing   bool        // the slot's holder is writing our close frame
	first     bool        // and began before the peer's arrived
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

// put returns c.ending to the pool once it is no longer needed. c.mu is held.
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

// grace is how long the deadlines are before the instant, so that as a rule the reader
// ends the connection and calls the listeners, not the timer.
func grace(timeout time.Duration) time.Duration { return timeout / 16 }

// begin begins the end, unless it has begun. It sets the instant and both deadlines,
// which are final, and wakes the Sends that wait. It returns nil if the connection has
// ended. c.mu is held.
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

// arm starts the timer; the end has begun. Deadlines end calls on the net.Conn. The timer
// ends all other waiting: for the slot, and for a program that never reads. c.mu is held.
func (c *Conn) arm() {
	if b := c.ending; !c.ended && b.timer == nil {
		b.timer = time.AfterFunc(time.Until(b.until), func() { c.finish(os.ErrDeadlineExceeded, false) })
	}
}

// Receive ends the connection after the peer's close frame; payload is already
// unmasked. It replies, ends TCP, for which it may wait for the peer, calls the
// listeners and returns the *event.Error. The cause is what went wrong first: a failed
// write, a malformed close frame (a frame.Error), Terminate (net.ErrClosed), or the
// timer that ended the connection (os.ErrDeadlineExceeded). If nothing did, it is nil,
// also if the peer leaves TCP open until CloseTimeout.
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
			c.change.Wait() // else the end of TCP could cut that pong
		}
	}
	c.mu.Unlock()
	return c.shut(err)
}

// Fail fails the connection (RFC 6455, section 7.1.7) for what the peer sent. It sends
// a close frame with cc and reason, unless one was sent or a write has failed. It then
// ends TCP, waiting for the peer if necessary, calls the listeners and returns the
// *event.Error. Its cause is err, unless something went wrong earlier, such as a write.
// If no close frame can carry cc and reason, Fail sends what [frame.Sanitize] returns.
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

// End ends the connection after err, which a read returned. It ends TCP, calls the
// listeners and returns the *event.Error. Its cause is err, which may be nil; but what
// went wrong earlier, such as a write, stays the cause. If err is the error of a Send,
// the cause is what its write returned, or net.ErrClosed.
//
// End sends no close frame, since there may be no peer any more. To close a connection
// that works, call Close and go on reading. After Close, End waits until the peer closes
// TCP, and does not look for its close frame: the event is 1006. After the end,
// Receive, Fail and End return the *event.Error of Err.
func (c *Conn) End(err error) error {
	err = settled(err)
	c.mu.Lock()
	c.begin(c.timeout())
	c.mu.Unlock()
	return c.shut(err)
}

// Terminate closes the transport at once and calls the listeners. This ends the calls of
// all other goroutines. The event is 1006 unless Receive has been given a valid close
// frame.
func (c *Conn) Terminate() { c.finish(net.ErrClosed, false) }

// blame records the cause of the end, if there was none before. c.mu is held.
func (c *Conn) blame(err error) {
	if b := c.ending; !c.ended && b.cause == nil {
		b.cause = err
	}
}

// shut ends the connection. If our close frame has left, it first ends TCP in the order
// of RFC 6455, section 7.1.1.
func (c *Conn) shut(err error) error {
	c.mu.Lock()
	wait, first := false, false
	if !c.ended && !c.broken {
		_, wait = c.ending.handshake.Local()
		_, valid := c.ending.handshake.Remote()
		first = !valid || !c.client
	}
	if isLayered(c.conn) && wait {
		c.arm() // its CloseWrite moves the deadline
	}
	c.mu.Unlock()
	if wait {
		c.drain(first)
	}
	return c.finish(err, true)
}

// drain closes our direction of TCP and discards what arrives until the peer closes the
// other; if first is false, it waits first. Closing TCP with bytes unread would reset it,
// and a reset can destroy our close frame on its way.
func (c *Conn) drain(first bool) {
	if first && !closeWrite(c.conn) {
		return
	}
	io.Discard.(io.ReaderFrom).ReadFrom(c.conn) // io.Copy would allocate
	if !first {
		closeWrite(c.conn)
	}
}

// closeWrite closes our direction and reports whether it did. Over TLS, close_notify is
// all that CloseWrite sends, so that the peer would be the first to close TCP.
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
// held. Only the first call has an effect. If wait is set and a close frame is being
// written, finish waits until that write returns, soon after the transport was closed:
// the peer may have that frame.
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
	e := c.event()
	c.mu.Unlock()
	c.target.Dispatch(e)
	return c.Err() // made after the listeners: it is the one allocation
}

// event returns the event of the end. c.mu is held, and c has ended.
func (c *Conn) event() event.CloseEvent {
	if c.err != nil {
		return c.err.Event
	}
	return c.ending.handshake.End()
}

// layered is a connection on top of another, such as a *tls.Conn.
type layered interface{ NetConn() net.Conn }

func isLayered(conn net.Conn) bool { _, ok := conn.(layered); return ok }

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
