// Package coder is a recipe: copy it into a program that uses coder/websocket. The
// stack's own errors and functions keep their meaning, as nothing is wrapped.
//
// What the stack hides: a close frame that it rejects is an error without a code, and
// so is one that Close has read while another goroutine was reading; a reason that is
// not UTF-8 is accepted and sent back; and Close waits up to ten seconds, or more.
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

// Event returns how the connection ended, from the error of a read call or of Close.
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

// Close closes c and waits for the peer, for timeout at most. After that, with
// context.DeadlineExceeded, the stack goes on closing for as long as it always does. A
// reason that is too long or not UTF-8 is repaired, and a code that cannot be sent
// becomes 1011, so that a close frame leaves. An answer with another code is no error.
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
