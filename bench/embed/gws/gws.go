// Package gws is a recipe: copy it into a program that uses lxzan/gws. The stack's own
// errors and functions keep their meaning, as nothing is wrapped.
//
// What the stack hides: it answers a close frame before it calls OnClose, 1000 for most
// codes; an invalid close frame looks like a valid one; and WriteClose ends TCP without
// waiting for the peer, which may lose the close frame by that.
package gws

import (
	"errors"
	"time"

	"github.com/lxzan/gws"

	"example.com/closeframe/code"
	"example.com/closeframe/event"
	"example.com/closeframe/frame"
)

// Event returns how the connection ended, from the error that OnClose gets.
func Event(err error) event.CloseEvent {
	var ce *gws.CloseError
	if !errors.As(err, &ce) {
		return event.Abnormal()
	}
	cc := code.Code(ce.Code)
	if cc == 0 {
		cc = code.NoStatus // so the stack writes an empty close frame
	}
	e, err := event.New(cc, ce.Reason, true)
	if err != nil || frame.Check(cc, ce.Reason) != nil {
		return event.Abnormal()
	}
	return e
}

// Close starts the closing handshake; write nothing afterwards. ReadLoop gets the
// peer's close frame and ends; TCP ends after timeout in any case. A reason that is too
// long or not UTF-8 is repaired, and a code that cannot be sent becomes 1011, so that a
// close frame leaves. The stack sends a second one in answer to the peer's.
func Close(c *gws.Conn, cc code.Code, reason string, timeout time.Duration) error {
	cc, reason = frame.Sanitize(cc, reason)
	payload, err := frame.Append(nil, cc, reason)
	if err != nil {
		return err
	}
	time.AfterFunc(timeout, func() { c.NetConn().Close() })
	return c.WriteMessage(gws.OpcodeCloseConnection, payload)
}
