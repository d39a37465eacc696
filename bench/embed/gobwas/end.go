package gobwas

import (
	"errors"
	"io"

	"github.com/gobwas/ws"
	"github.com/gobwas/ws/wsutil"

	"example.com/closeframe/code"
	"example.com/closeframe/event"
	"example.com/closeframe/frame"
)

// errClosed ends the reading after the peer's good close frame.
var errClosed = errors.New("close frame received")

// receiveClose answers the peer's close frame and returns the error that ends the
// reading.
func (c *Conn) receiveClose(payload []byte) error {
	c.lockForClose()
	defer c.mu.Unlock()
	err := c.handshake.Receive(payload)
	if cc, due := c.handshake.Reply(); due {
		_ = c.sendClose(cc, "") // an answer that fails leaves the end not clean
	}
	if err != nil {
		return err
	}
	return errClosed
}

// End ends the connection for an error of reading: it sends the close frame that
// the error asks for, ends TCP, calls the listeners and returns the *event.Error.
// ReadMessage has done so already.
func (c *Conn) End(err error) error {
	_, malformed := errors.AsType[frame.Error](err)
	cc := failure(err)
	switch {
	case err == errClosed:
		c.shut(c.state.ServerSide())
		err = nil
	case malformed:
		c.shut(true)
	case cc != 0:
		c.fail(cc)
		c.shut(true)
	}
	return c.finish(err)
}

// failure returns the code with which the connection is to be failed (RFC 6455,
// section 7.4.1), or 0 where the transport is what failed.
func failure(err error) code.Code {
	_, protocol := errors.AsType[ws.ProtocolError](err)
	switch {
	case protocol, errors.Is(err, ws.ErrHeaderLengthMSB):
		return code.ProtocolError
	case errors.Is(err, wsutil.ErrInvalidUTF8):
		return code.InvalidPayload
	case errors.Is(err, wsutil.ErrMessageTooLarge), errors.Is(err, wsutil.ErrFrameTooLarge):
		return code.MessageTooBig
	}
	return 0
}

// fail sends a close frame of our own, unless one has left.
func (c *Conn) fail(cc code.Code) {
	c.lockForClose()
	defer c.mu.Unlock()
	c.handshake.Fail()
	if s := c.handshake.State(); s == event.Open || s == event.RemoteClosing {
		_ = c.sendClose(cc, "")
	}
}

// shut ends TCP on our side if we are the first, and waits for the other side to
// do so.
func (c *Conn) shut(first bool) {
	if first {
		half, ok := c.conn.(interface{ CloseWrite() error })
		if !ok || half.CloseWrite() != nil {
			return
		}
	}
	c.limitRead()
	io.Copy(io.Discard, c.conn)
}

// finish drops what is left of TCP and calls the listeners; err is the cause. Only
// the first call counts.
func (c *Conn) finish(err error) error {
	c.conn.Close() // first, as it ends a write that holds the lock
	c.mu.Lock()
	if c.handshake.State() != event.Closed {
		c.err = event.Error{Event: c.handshake.End(), Err: err}
	}
	c.mu.Unlock()
	c.target.Dispatch(c.err.Event) // without the lock: a listener may call Close
	return &c.err
}
