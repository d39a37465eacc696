// Package gorilla is a recipe: copy it into a program that uses gorilla/websocket, 1.5.0
// or newer, or fasthttp/websocket by its import path. The stack's own errors and
// functions keep their meaning, as nothing is wrapped.
//
// What the stack hides: a close frame that it rejects, such as one with 1014, is an
// error without a code; one byte is an empty close frame; and whether the answer to the
// peer's close frame could be written is not reported.
package gorilla

import (
	"errors"
	"time"

	"github.com/gorilla/websocket"

	"example.com/closeframe/code"
	"example.com/closeframe/event"
	"example.com/closeframe/frame"
)

// Event returns how the connection ended, from the error of a read call. A close
// handler of the program's own must have answered the close frame.
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

// Close starts the closing handshake. The goroutine that reads gets the peer's close
// frame, and closes c as always; TCP ends after timeout in any case. A reason that is
// too long or not UTF-8 is repaired, and a code that cannot be sent becomes 1011, so
// that a close frame leaves. If one has left before, the error is websocket.ErrCloseSent.
func Close(c *websocket.Conn, cc code.Code, reason string, timeout time.Duration) error {
	cc, reason = frame.Sanitize(cc, reason)
	payload, err := frame.Append(nil, cc, reason)
	if err != nil {
		return err
	}
	time.AfterFunc(timeout, func() { c.Close() })
	return c.WriteControl(websocket.CloseMessage, payload, time.Now().Add(timeout))
}
