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
	fault      frame.Error
}

// facts returns the result so far. c.mu is held.
func (c *Conn) facts() (r result) {
	if c.ending == nil {
		return c.result
	}
	h := &c.ending.handshake
	r.local, r.sent = h.Local()
	r.localFirst = r.sent && c.ending.first
	_, err := h.Fault()
	r.fault, _ = err.(frame.Error)
	return r
}

// Local returns the code of the close frame that we sent, and whether we did; also
// after the end, like LocalFirst and Fault.
func (c *Conn) Local() (cc code.Code, ok bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	r := c.facts()
	return r.local, r.sent
}

// LocalFirst reports whether we sent a close frame and had begun to write it before the
// peer's arrived. The peer's reply can arrive before our write returns.
func (c *Conn) LocalFirst() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.facts().localFirst
}

// Fault returns the code as received and the frame.Error of a malformed close frame, or 0
// and nil, as [event.Handshake.Fault] does.
func (c *Conn) Fault() (cc code.Code, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.ending != nil {
		return c.ending.handshake.Fault()
	}
	if c.result.fault == 0 {
		return 0, nil
	}
	return c.err.Refused, c.result.fault
}

// Err returns nil until the connection has ended, and then the *event.Error that End
// returns.
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

// settled returns err as the cause of an end. The error of a Send cannot be one: it
// leads to the end of its connection, which may have err as its cause. c.mu is not held,
// since errors.Is may lock that of another connection.
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

// Is reports whether target is net.ErrClosed or what the write returned. Unwrap leads to
// the end of the connection, so As and Is look at the write here.
func (e *closedError) Is(target error) bool {
	return target == net.ErrClosed || target == errClosing || e.err != nil && errors.Is(e.err, target)
}

func (e *closedError) As(target any) bool {
	_, end := target.(**event.Error) // that of another connection may be in e.err
	return !end && e.err != nil && errors.As(e.err, target)
}

func (e *closedError) Unwrap() error { return e.c.Err() }
