package closing

import (
	"crypto/rand"
	"errors"
	"io"
	"os"
	"time"

	"example.com/closeframe/code"
	"example.com/closeframe/event"
	"example.com/closeframe/frame"
)

// The slot is the right to write to the net.Conn. It is a flag and not a mutex, so that
// waiting for it ends when the connection ends, even if its holder hangs.

// release sends the pong that is due, if any, and frees the slot. c.mu is held.
func (c *Conn) release() {
	if b := c.ending; b != nil && b.pongDue {
		b.pongDue = false
		if !c.broken && !c.ended { // also if the peer's close frame followed the ping
			c.sendPong(b)
		}
	}
	c.writing = false
	c.change.Signal() // enough: a goroutine that it wakes uses the slot and frees it again
	c.put()
}

// sendPong sends the pong that is due. c.mu and the slot are held. It clears the pong's
// deadline before anything else is written: it must not cut a slow message.
func (c *Conn) sendPong(b *ending) {
	c.ponging = true
	// The net.Conn may have no deadlines. Then a timer bounds the pong.
	if !c.begun && c.conn.SetWriteDeadline(time.Now().Add(c.timeout())) != nil {
		defer time.AfterFunc(c.timeout(), func() { c.finish(os.ErrDeadlineExceeded, false) }).Stop()
	}
	err := c.send(b, pongFrame, b.pong[:b.pongSize])
	c.ponging = false
	c.change.Broadcast() // Signal could wake a Send, and the reader would wait for it
	switch {
	case err == nil && !c.begun:
		c.conn.SetWriteDeadline(time.Time{})
	case errors.Is(err, os.ErrDeadlineExceeded):
		c.begin(grace(c.timeout())) // the peer had CloseTimeout to read the pong
		fallthrough
	case err != nil:
		c.fail(err)
	}
}

// sendClose sends a close frame, if one may still be sent once the slot is free. c.mu is
// held, and the end has begun.
func (c *Conn) sendClose(cc code.Code, reason string) error {
	b := c.ending
	for c.writing && !c.ended {
		c.arm()
		c.change.Wait()
	}
	if c.ended {
		return &closedError{c, nil}
	}
	c.writing = true
	defer c.release()
	switch {
	case c.broken:
		return &closedError{c, b.cause}
	case !b.handshake.MaySendClose(): // we have sent one already
		return nil
	}
	var p [frame.MaxPayload]byte
	payload, err := frame.Append(p[:0], cc, reason)
	if err == nil {
		b.closing, b.first = true, b.handshake.State() == event.Open
		err = c.send(b, closeFrame, payload)
		b.closing = false
	}
	if err != nil {
		c.fail(err)
		return &closedError{c, err}
	}
	b.handshake.Sent(cc)
	return nil
}

// The first byte of a frame: FIN and the opcode (RFC 6455, section 5.2).
const (
	closeFrame = 0x88
	pongFrame  = 0x8a
)

// send writes a control frame. c.mu and the slot are held; send unlocks c.mu for the
// write. The key and the frame are in b, since they would otherwise be on the heap.
func (c *Conn) send(b *ending, first byte, payload []byte) error {
	p := append(b.out[:0], first, byte(len(payload)))
	if c.client {
		if _, err := rand.Read(b.key[:]); err != nil {
			return err
		}
		p[1] |= 0x80
		p = append(p, b.key[:]...)
	}
	p = append(p, payload...)
	if c.client {
		for i := range payload {
			p[2+4+i] ^= b.key[i%4]
		}
	}
	c.mu.Unlock()
	defer c.mu.Lock()
	n, err := c.conn.Write(p)
	if err == nil && n < len(p) {
		err = io.ErrShortWrite
	}
	return err
}

// fail records that a write failed with a settled err. The end begins; until it is over,
// the reader may still receive what the peer has sent. c.mu is held.
func (c *Conn) fail(err error) {
	b := c.begin(c.timeout())
	if b == nil {
		return
	}
	b.handshake.WriteFailed()
	c.broken = true
	c.blame(err)
	c.arm()
}
