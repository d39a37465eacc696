package closing

import (
	"errors"
	"net"

	"example.com/closeframe/code"
	"example.com/closeframe/event"
	"example.com/closeframe/frame"
)

// result is what may be asked after the end, when the Handshake is gone.
type result struct {
	local      code.Code
	sent       bool
	localFirst bool
	fault      frame.Error // 0 if there is none
	refused    code.Code
}

// facts returns the result so far. c.mu is held.
func (c *Conn) facts() (r result) {
	if c.ending == nil {
		return c.result
	}
	h := &c.ending.handshake
	r.local, r.sent = h.Local()
	r.localFirst = r.sent && c.ending.first
	cc, err := h.Fault()
	r.refused = cc
	r.fault, _ = err.(frame.Error)
	return r
}

// Local returns the code of the close frame that we sent, and whether we sent one. You may
// also call Local, LocalFirst and Fault after the end.
func (c *Conn) Local() (cc code.Code, ok bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	r := c.facts()
	return r.local, r.sent
}

// LocalFirst reports whether we sent a close frame and began to write it before we
// received the peer's.
func (c *Conn) LocalFirst() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.facts().localFirst
}

// Fault returns the code and the frame.Error of a malformed close frame from the peer, or
// 0 and nil, as [event.Handshake.Fault] does.
func (c *Conn) Fault() (cc code.Code, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	r := c.facts()
	if r.fault == 0 {
		return 0, nil
	}
	return r.refused, r.fault
}

// Err returns nil until the connection has ended, and then its *event.Error. The cause in it
// is what went wrong first: the error of a write, the frame.Error of a malformed close
// frame, the err of Fail or End, net.ErrClosed after Terminate, or os.ErrDeadlineExceeded if
// a timer ended the connection. The cause is nil if nothing went wrong, even if the peer
// left TCP open until CloseTimeout (unless the net.Conn has no deadlines). If the err of
// Fail or End was returned by Send, the cause is the error of the failed write that it
// contains, or net.ErrClosed.
func (c *Conn) Err() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.ended {
		return nil
	}
	if c.err == nil {
		b := c.ending
		c.err = &event.Error{Event: b.handshake.End(), Err: b.cause}
		c.err.Refused, _ = b.handshake.Fault()
		c.put()
	}
	return c.err
}

// A closedError is the error of Send or Close after the end has begun. Once the
// connection has ended, it wraps the *event.Error.
type closedError struct {
	c   *Conn
	err error // what a write returned, or nil
}

var (
	errPanic   = errors.New("closing: a write did not return")
	errClosing = errors.New("closeframe: connection is closing") // finds a closedError
)

// settled returns err as the cause of an end. A closedError cannot be one: it unwraps to
// the *event.Error of its connection, whose cause may be err, so the chain would have no
// end. c.mu is not held, since errors.Is may lock that of another connection.
func settled(err error) error {
	if !errors.Is(err, errClosing) {
		return err
	}
	var closed *closedError
	if errors.As(err, &closed) && closed.err != nil {
		return settled(closed.err)
	}
	return net.ErrClosed
}

// Error returns the text of the *event.Error once there is one.
func (e *closedError) Error() string {
	if err := e.c.Err(); err != nil {
		return err.Error()
	}
	if e.err != nil {
		return errClosing.Error() + ": " + e.err.Error()
	}
	return errClosing.Error()
}

// Is reports whether target is net.ErrClosed or in the error of the write. Unwrap returns
// the *event.Error, so Is and As have to look into the error of the write.
func (e *closedError) Is(target error) bool {
	return target == net.ErrClosed || target == errClosing || e.err != nil && errors.Is(e.err, target)
}

func (e *closedError) As(target any) bool {
	_, end := target.(**event.Error) // e.err may have that of another connection
	return !end && e.err != nil && errors.As(e.err, target)
}

func (e *closedError) Unwrap() error { return e.c.Err() }
