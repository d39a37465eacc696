package gws

import (
	"bytes"
	"encoding/binary"
	"errors"
	"sync/atomic"
	"time"

	"github.com/lxzan/gws/internal"

	"example.com/closeframe/code"
	"example.com/closeframe/event"
	"example.com/closeframe/frame"
)

// This file is for the author of lxzan/gws, and is in that package. The lines below are
// the changes to the other files.
//
// A Conn has a Handshake next to the lock of its writes. All close frames are sent by
// sendClose, also those of WriteMessage.
//
//inside:field Conn ending ending
//inside:first Conn.doWrite if opcode == OpcodeCloseConnection { return c.sendPayload(payload) }
//inside:remove Conn.writeClose
//
// After WriteClose, ReadLoop waits for the peer's reply and closes TCP. A later
// deadline does not postpone that.
//
//inside:first Conn.ReadLoop defer c.conn.Close()
//inside:first Conn.SetDeadline if c.isClosed() { return ErrConnClosed }
//inside:first Conn.SetReadDeadline if c.isClosed() { return ErrConnClosed }
//inside:first Conn.SetWriteDeadline if c.isClosed() { return ErrConnClosed }
//
// No extension may set a reserved bit of a control frame (RFC 7692, section 6).
//
//inside:first Conn.readControl if c.fh.GetRSV1() || c.fh.GetRSV2() || c.fh.GetRSV3() { return internal.CloseProtocolError }

// closeTimeout bounds the end, whatever the peer does.
const closeTimeout = 5 * time.Second

// Conn.mu guards ending.
type ending = event.Handshake

// WriteClose starts the closing handshake. If its error is not ErrConnClosed for
// errors.Is, then code or reason must not be sent: nothing was sent, and the connection
// stays open. As before, code 0 is sent as 1000.
func (c *Conn) WriteClose(code uint16, reason []byte) error {
	code = internal.SelectValue(code == 0, 1000, code)
	if err := frame.Check(code, reason); err != nil {
		return err
	}
	if !atomic.CompareAndSwapUint32(&c.closed, 0, 1) {
		return ErrConnClosed
	}
	return c.sendClose(code, reason)
}

// sendClose sends a close frame if that is still permitted. It sets the deadline before
// it locks, so that a blocked write to a peer that reads nothing releases the lock.
func (c *Conn) sendClose(status uint16, reason []byte) error {
	_ = c.conn.SetDeadline(time.Now().Add(closeTimeout))
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.ending.MaySendClose() {
		return ErrConnClosed
	}
	buf := binaryPool.Get(frame.MaxFrame)
	defer binaryPool.Put(buf)
	b, err := frame.AppendFrame(buf.Bytes(), status, reason)
	if !c.isServer {
		var key [4]byte
		binary.LittleEndian.PutUint32(key[:], internal.AlphabetNumeric.Uint32())
		b, err = frame.AppendMasked(buf.Bytes(), status, reason, key)
	}
	if err != nil {
		return err
	}
	if err := internal.WriteN(c.conn, b); err != nil {
		c.ending.WriteFailed()
		_ = c.conn.Close()
		return err
	}
	c.ending.Sent(code.Code(status))
	return nil
}

// sendPayload sends a close frame whose payload the application has built.
func (c *Conn) sendPayload(payload internal.Payload) error {
	var buf bytes.Buffer
	_, _ = payload.WriteTo(&buf)
	code, reason, err := frame.Parse(buf.Bytes())
	if err != nil {
		return err
	}
	return c.sendClose(uint16(code), reason)
}

// emitClose checks a close frame of the peer, replies to it and closes TCP.
func (c *Conn) emitClose(buf *bytes.Buffer) error {
	c.mu.Lock()
	err := c.ending.Receive(buf.Bytes())
	answer, due := c.ending.Reply()
	refused, _ := c.ending.Fault()
	c.mu.Unlock()
	if err != nil {
		c.tell(&event.Error{Event: event.Abnormal(), Refused: refused, Err: err})
	} else if code, reason, err := frame.Parse(buf.Bytes()); err == nil {
		c.tell(&CloseError{Code: uint16(code), Reason: reason})
	}
	atomic.StoreUint32(&c.closed, 1)
	if due {
		_ = c.sendClose(uint16(answer), nil)
	}
	_ = c.conn.Close()
	return internal.CloseNormalClosure
}

// emitError ends the connection. It sends a close frame for an error of the peer, but
// not on a broken connection: the peer would read it as a normal end, or as the rest of
// an incomplete frame.
func (c *Conn) emitError(reading bool, err error) {
	if err == nil || !reading && c.isClosed() {
		return
	}
	answer := internal.StatusCode(0)
	var fault *internal.Error
	switch code, ok := err.(internal.StatusCode); {
	case !reading && (errors.Is(err, ErrTextEncoding) || errors.Is(err, ErrMessageTooLarge)):
		answer = internal.CloseGoingAway // no part of the message was sent
	case reading && ok:
		answer = code
	case reading && errors.As(err, &fault):
		answer, err = fault.Code, fault.Err
	}
	c.tell(err)
	if !atomic.CompareAndSwapUint32(&c.closed, 0, 1) {
		return // ReadLoop closes TCP
	}
	if answer != 0 {
		_ = c.sendClose(answer.Uint16(), []byte(frame.Truncate(err.Error())))
	}
	_ = c.conn.Close()
}

// tell keeps the first known cause of the end, for OnClose.
func (c *Conn) tell(err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.ev.Load() == nil {
		c.ev.Store(err)
	}
}
