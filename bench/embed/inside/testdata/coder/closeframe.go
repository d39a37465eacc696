//go:build !js

package websocket

import (
	"context"
	"fmt"

	"example.com/closeframe/code"
	"example.com/closeframe/frame"
)

// This file stands in coder/websocket and is for its author. The lines below are the
// changes to the other files.
//
// Close checks code and reason before anything is sent.
//
//inside:first Conn.Close if err := checkClose(code, reason); err != nil { return err }
//
// Each frame header is checked for its mask bit.
//
//inside:rename Conn.readFrameHeader readHeader

// checkClose returns an error if no close frame can carry code and reason. The words
// are those of bytes, which a test of the stack looks for.
func checkClose(code StatusCode, reason string) error {
	if frame.Check(code, reason) == nil {
		return nil
	}
	_, err := CloseError{code, reason}.bytes()
	return fmt.Errorf("failed to close WebSocket: %w", err)
}

// bytesErr returns the payload of the close frame.
func (ce CloseError) bytesErr() ([]byte, error) {
	p, err := frame.Append(nil, ce.Code, ce.Reason)
	if err == frame.ErrCode {
		err = fmt.Errorf("status code %v cannot be set: %w", ce.Code, err)
	}
	return p, err
}

// validWireCloseCode reports whether a close frame can have the code.
func validWireCloseCode(sc StatusCode) bool {
	c, ok := code.From(sc)
	return ok && c.IsSendable()
}

// parseClosePayload also rejects a reason that is not UTF-8.
func parseClosePayload(p []byte) (CloseError, error) {
	c, reason, err := frame.Parse(p)
	if err != nil {
		return CloseError{}, fmt.Errorf("status code %v: %w", c, err)
	}
	return CloseError{Code: StatusCode(c), Reason: string(reason)}, nil
}

// writeError closes with the code that belongs to a malformed close frame, 1007 for
// one that is not UTF-8, and with code for any other err.
func (c *Conn) writeError(code StatusCode, err error) {
	if answer := frame.Answer(err); answer != 0 {
		code = StatusCode(answer)
	}
	_ = c.writeClose(code, frame.Truncate(err.Error()))
}

// closeHandshake takes any valid close frame for the peer's answer: RFC 6455, section
// 5.5.1, does not ask for the same code.
func (c *Conn) closeHandshake(code StatusCode, reason string) error {
	if err := c.writeClose(code, reason); err != nil {
		return err
	}
	if err := c.waitCloseHandshake(); CloseStatus(err) == -1 {
		return err
	}
	return nil
}

// readFrameHeader checks the mask bit (RFC 6455, section 5.1).
func (c *Conn) readFrameHeader(ctx context.Context) (header, error) {
	h, err := c.readHeader(ctx)
	if err == nil && h.masked == c.client {
		err = frame.ErrMask
		c.writeError(StatusProtocolError, err)
	}
	return h, err
}
