//go:build !js

package websocket

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"

	"example.com/closeframe/code"
	"example.com/closeframe/frame"
)

// This file is for the author of coder/websocket, and is in that package. The lines
// below are the changes to the other files.
//
// Close checks code and reason before anything is sent.
//
//inside:first Conn.Close if err := checkClose(code, reason); err != nil { return err }
//
// A read call reports the peer's close frame also if Close has read it.
//
//inside:rename Conn.reader readMessage
//inside:rename msgReader.Read readLocked
//inside:rename Conn.writeControl writeAnyControl

// checkClose returns an error if code or reason must not be sent. Its text is that of
// bytes, which a test of the stack expects.
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

// validWireCloseCode reports whether the code may be sent.
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

// writeError closes with the code for a malformed close frame, such as 1007 if it is
// not UTF-8, and with code for any other err. Then Close no longer waits for the peer's
// reply.
func (c *Conn) writeError(code StatusCode, err error) {
	answer := frame.Answer(err)
	if answer != 0 {
		code = StatusCode(answer)
	}
	_ = c.writeClose(code, frame.Truncate(err.Error()))
	c.closeStateMu.Lock()
	defer c.closeStateMu.Unlock()
	if answer != 0 && c.closeReceivedErr == nil {
		c.closeReceivedErr = err
	}
}

// reader returns the peer's close frame also if Close has read it.
func (c *Conn) reader(ctx context.Context) (MessageType, io.Reader, error) {
	typ, r, err := c.readMessage(ctx)
	return typ, r, c.closeError(err)
}

// Read does too.
func (mr *msgReader) Read(p []byte) (int, error) {
	n, err := mr.readLocked(p)
	return n, mr.c.closeError(err)
}

func (c *Conn) closeError(err error) error {
	if !errors.Is(err, net.ErrClosed) {
		return err
	}
	c.closeStateMu.RLock()
	defer c.closeStateMu.RUnlock()
	if c.closeReceivedErr == nil {
		return err
	}
	return c.closeReceivedErr
}

// writeControl lets a read continue that receives a ping after our own close frame.
func (c *Conn) writeControl(ctx context.Context, opcode opcode, p []byte) error {
	err := c.writeAnyControl(ctx, opcode, p)
	if opcode == opPong && errors.Is(err, net.ErrClosed) && !c.isClosed() {
		return nil
	}
	return err
}

// closeHandshake accepts any valid close frame as the peer's reply: RFC 6455, section
// 5.5.1, does not require the same code.
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
	}
	if err == frame.ErrMask || err == frame.ErrTooLong {
		c.writeError(StatusProtocolError, err)
	}
	return h, err
}

// readHeader rejects a close frame with a length in more bytes than necessary (RFC
// 6455, section 5.2), which the header does not show.
func (c *Conn) readHeader(ctx context.Context) (h header, err error) {
	timeoutSet, err := c.prepareRead(ctx)
	if err != nil {
		return h, err
	}
	defer c.finishRead(ctx, &err, timeoutSet)
	b, _ := c.br.Peek(2) // the next read returns the error
	if _, err := frame.Len(b); err == frame.ErrTooLong {
		return h, err
	}
	return readFrameHeader(c.br, c.readHeaderBuf[:])
}
