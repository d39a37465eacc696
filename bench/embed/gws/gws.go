// Package gws is a recipe: copy it into a program that uses lxzan/gws. It wraps
// nothing, so the stack's own errors and functions still work.
//
// What the stack hides: it replies to a close frame before it calls OnClose, with 1000
// for most codes; a malformed close frame looks like a valid one; and WriteClose closes
// TCP without waiting for the peer, which may lose the close frame.
package gws

import (
	"errors"
	"time"

	"github.com/lxzan/gws"

	"example.com/closeframe/code"
	"example.com/closeframe/event"
	"example.com/closeframe/frame"
)

// Event returns the close event for the error of OnClose.
func Event(err error) event.CloseEvent {
	var ce *gws.CloseError
	if !errors.As(err, &ce) {
		return event.Abnormal()
	}
	cc := code.Code(ce.Code)
	if cc == 0 {
		cc = code.NoStatus // then the stack writes an empty close frame
	}
	e, err := event.New(cc, ce.Reason, true)
	if err != nil || frame.Check(cc, ce.Reason) != nil {
		return event.Abnormal()
	}
	return e
}

// Close starts the closing handshake; write nothing afterwards. ReadLoop receives the
// peer's close frame and ends. TCP is closed after timeout at the latest. Close repairs
// a reason that is too long or not UTF-8, and replaces an illegal code with 1011, so
// that it always sends a close frame. The stack sends a second one as the reply to the
// peer's.
func Close(c *gws.Conn, cc code.Code, reason string, timeout time.Duration) error {
	cc, reason = frame.Sanitize(cc, reason)
	payload, err := frame.Append(nil, cc, reason)
	if err != nil {
		return err
	}
	time.AfterFunc(timeout, func() { c.NetConn().Close() })
	return c.WriteMessage(gws.OpcodeCloseConnection, payload)
}
