// Package coder is a recipe: copy it into a program that uses coder/websocket. It wraps
// nothing, so the stack's own errors and functions still work.
//
// What the stack hides: a close frame that it rejects is an error without a code; so is
// one that Close reads while another goroutine reads; it accepts a reason that is not
// UTF-8 and sends it back; and Close waits ten seconds or more.
package coder

import (
	"context"
	"errors"
	"time"

	"github.com/coder/websocket"

	"example.com/closeframe/code"
	"example.com/closeframe/event"
	"example.com/closeframe/frame"
)

// Event returns the close event for the error of a read call or of Close.
func Event(err error) event.CloseEvent {
	var ce websocket.CloseError
	if !errors.As(err, &ce) {
		return event.Abnormal()
	}
	e, err := event.New(ce.Code, ce.Reason, true)
	if err != nil {
		return event.Abnormal()
	}
	return e
}

// Close closes c and waits for the peer, at most for timeout. Then it returns
// context.DeadlineExceeded, and the stack continues to close in the background. Close
// repairs a reason that is too long or not UTF-8, and replaces an illegal code with
// 1011, so that it always sends a close frame. A reply with another code is no error.
func Close(c *websocket.Conn, cc code.Code, reason string, timeout time.Duration) error {
	cc, reason = frame.Sanitize(cc, reason)
	closed := make(chan error, 1)
	go func() { closed <- c.Close(websocket.StatusCode(cc), reason) }()
	select {
	case err := <-closed:
		if websocket.CloseStatus(err) != -1 {
			return nil
		}
		return err
	case <-time.After(timeout):
		return context.DeadlineExceeded
	}
}
