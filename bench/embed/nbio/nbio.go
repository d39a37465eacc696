// Package nbio is a recipe: copy it into a program that uses the websocket package of
// lesismal/nbio. It wraps nothing, so the stack's own errors and functions still work.
//
// What the stack hides: after a close with 1000, and after the program's own
// Conn.Close, OnClose receives nil or net.ErrClosed; 1012 to 1014 and a payload of one
// byte are reported as something else; and it replies to the reply to its own close
// frame.
package nbio

import (
	"context"
	"errors"
	"net"
	"time"

	"github.com/lesismal/nbio/nbhttp/websocket"

	"example.com/closeframe/code"
	"example.com/closeframe/event"
	"example.com/closeframe/frame"
)

// Event returns the close event for the error of OnClose. It has no reason for a close
// with 1000.
func Event(err error) event.CloseEvent {
	if err == nil || errors.Is(err, net.ErrClosed) {
		return event.MustNew(code.NormalClosure, "", true)
	}
	var ce *websocket.CloseError
	if !errors.As(err, &ce) || frame.Check(ce.Code, ce.Reason) != nil {
		return event.Abnormal()
	}
	e, err := event.New(ce.Code, ce.Reason, true)
	if err != nil {
		return event.Abnormal()
	}
	return e
}

// Close starts the closing handshake. The stack calls OnClose after the peer's close
// frame. TCP is closed after timeout at the latest. Close repairs a reason that is too
// long or not UTF-8, and replaces an illegal code with 1011, so that it always sends a
// close frame.
func Close(c *websocket.Conn, cc code.Code, reason string, timeout time.Duration) error {
	cc, reason = frame.Sanitize(cc, reason)
	payload, err := frame.Append(nil, cc, reason)
	if err != nil {
		return err
	}
	time.AfterFunc(timeout, func() { c.CloseWithError(context.DeadlineExceeded) })
	return c.WriteMessage(websocket.CloseMessage, payload)
}
