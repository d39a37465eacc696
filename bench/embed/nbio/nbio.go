// Package nbio is a recipe: copy it into a program that uses the websocket package of
// lesismal/nbio. The stack's own errors and functions keep their meaning, as nothing is
// wrapped.
//
// What the stack hides: OnClose gets nil or net.ErrClosed after a close with 1000, and
// after the program's own Conn.Close too; 1012 to 1014 and one byte are not reported as
// they came; and the answer to its own close frame is answered with another one.
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

// Event returns how the connection ended, from the error that OnClose gets. Of a close
// with 1000 the reason is not known.
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

// Close starts the closing handshake. OnClose is called once the peer's close frame
// came; TCP ends after timeout in any case. A reason that is too long or not UTF-8 is
// repaired, and a code that cannot be sent becomes 1011, so that a close frame leaves.
func Close(c *websocket.Conn, cc code.Code, reason string, timeout time.Duration) error {
	cc, reason = frame.Sanitize(cc, reason)
	payload, err := frame.Append(nil, cc, reason)
	if err != nil {
		return err
	}
	time.AfterFunc(timeout, func() { c.CloseWithError(context.DeadlineExceeded) })
	return c.WriteMessage(websocket.CloseMessage, payload)
}
