// Package gorilla is a recipe: copy it into a program that uses gorilla/websocket,
// 1.5.0 or newer, or with another import path fasthttp/websocket. It wraps nothing, so
// the stack's own errors and functions still work.
//
// What the stack hides: a close frame that it rejects, such as one with 1014, is an
// error without a code; a payload of one byte looks like an empty close frame; and it
// does not report whether the reply to the peer's close frame was written.
package gorilla

import (
	"errors"
	"time"

	"github.com/gorilla/websocket"

	"example.com/closeframe/code"
	"example.com/closeframe/event"
	"example.com/closeframe/frame"
)

// Event returns the close event for the error of a read call. If the program has its
// own close handler, that must have replied to the close frame.
func Event(err error) event.CloseEvent {
	var ce *websocket.CloseError
	if !errors.As(err, &ce) || ce.Code == websocket.CloseAbnormalClosure {
		return event.Abnormal()
	}
	e, err := event.New(ce.Code, ce.Text, true)
	if err != nil {
		return event.Abnormal()
	}
	return e
}

// Close starts the closing handshake. The reading goroutine receives the peer's close
// frame and closes c as usual. TCP is closed after timeout at the latest. Close repairs
// a reason that is too long or not UTF-8, and replaces an illegal code with 1011, so
// that it always sends a close frame. If one was sent before, the error is
// websocket.ErrCloseSent.
func Close(c *websocket.Conn, cc code.Code, reason string, timeout time.Duration) error {
	cc, reason = frame.Sanitize(cc, reason)
	payload, err := frame.Append(nil, cc, reason)
	if err != nil {
		return err
	}
	time.AfterFunc(timeout, func() { c.Close() })
	return c.WriteControl(websocket.CloseMessage, payload, time.Now().Add(timeout))
}
