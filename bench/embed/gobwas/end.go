package gobwas

import (
	"errors"
	"io"

	"github.com/gobwas/ws"
	"github.com/gobwas/ws/wsutil"

	"example.com/closeframe/code"
	"example.com/closeframe/event"
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
	if came, good := c.received(); came {
		c.shut(!good || c.state.ServerSide())
	} else if cc := failure(err); cc != 0 {
		c.fail(cc)
		c.shut(true)
	}
	if errors.Is(err, errClosed) {
		err = nil
	}
	return c.finish(err)
}

// received reports whether a close frame of the peer came, and was a good one.
func (c *Conn) received() (came, good bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	s := c.handshake.State()
	_, good = c.handshake.Remote()
	return s == event.RemoteClosing || s == event.Complete, good
}

// failure returns the code with which the connection is to be failed (RFC 6455,
// section 7.4.1), or 0 where the transport is what failed.
func failure(err error) code.Code {
	switch {
	case isProtocol(err), errors.Is(err, ws.ErrHeaderLengthMSB):
		return code.ProtocolError
	case errors.Is(err, wsutil.ErrInvalidUTF8):
		return code.InvalidPayload
	case errors.Is(err, wsutil.ErrMessageTooLarge), errors.Is(err, wsutil.ErrFrameTooLarge):
		return code.MessageTooBig
	}
	return 0
}

// isProtocol reports whether err is or wraps a ws.ProtocolError.
func isProtocol(err error) bool {
	if _, ok := err.(ws.ProtocolError); ok { // as a rule; what follows allocates
		return true
	}
	var e ws.ProtocolError
	return errors.As(err, &e)
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
