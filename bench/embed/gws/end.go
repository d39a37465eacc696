package gws

import (
	"crypto/rand"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"os"
	"time"

	"github.com/lxzan/gws"

	"example.com/closeframe/code"
	"example.com/closeframe/event"
	"example.com/closeframe/frame"
)

// end answers the peer, ends TCP and tells the listeners.
func (c *Conn) end(cause error) {
	c.cause = cause
	var ce *gws.CloseError
	switch {
	case errors.As(cause, &ce):
		c.receive(ce)
	case errors.Is(cause, os.ErrDeadlineExceeded): // ours: a read or a write took too long
		c.fail()
	default: // gws has failed the connection, or TCP has ended
		c.fail()
		c.shut(true)
	}
	c.tcp.Close()
	c.mu.Lock()
	e := c.h.End()
	c.mu.Unlock()
	c.target.Dispatch(e)
}

// receive judges the peer's close frame and answers it.
func (c *Conn) receive(ce *gws.CloseError) {
	c.lock()
	fault := c.h.Receive(payload(ce))
	var err error
	if cc, due := c.h.Reply(); due {
		err = c.sendClose(cc, "")
	}
	c.mu.Unlock()
	if err == nil {
		c.shut(fault != nil || !c.client)
	}
}

// payload returns the payload that gws made ce of. An empty one has code 0, as 00 00
// has, but no reason at all.
func payload(ce *gws.CloseError) []byte {
	if ce.Reason == nil {
		return nil
	}
	return append(binary.BigEndian.AppendUint16(nil, ce.Code), ce.Reason...)
}

// fail lets the close frame of gws out, unless ours has left.
func (c *Conn) fail() {
	c.lock()
	defer c.mu.Unlock()
	c.h.Fail()
	if c.held != nil && c.h.State() == event.Open {
		_, _ = c.write(c.held)
	}
}

// shut ends TCP on our side if we are the first (RFC 6455, section 7.1.1), and waits
// for the other side to do so. To close it while there is something left to be read
// could reset it, and the peer might never see our close frame.
func (c *Conn) shut(first bool) {
	if first {
		half, ok := c.tcp.(interface{ CloseWrite() error })
		if !ok || half.CloseWrite() != nil {
			return
		}
	}
	c.tcp.SetReadDeadline(time.Now().Add(c.CloseTimeout))
	_, _ = io.Copy(io.Discard, c.tcp)
}

// sendClose writes our close frame, which can be one; c.mu is held.
func (c *Conn) sendClose(cc code.Code, reason string) error {
	b, err := frame.AppendFrame(nil, cc, reason)
	if c.client {
		var key [4]byte
		_, _ = rand.Read(key[:]) // never fails
		b, err = frame.AppendMasked(nil, cc, reason, key)
	}
	if err != nil {
		return err
	}
	if _, err = c.write(b); err == nil {
		c.h.Sent(cc)
	}
	return err
}

// lock takes the lock for the last frame that leaves, and bounds the time that a
// write may take: this frame's, and one that holds the lock as the peer reads
// nothing.
func (c *Conn) lock() {
	c.tcp.SetWriteDeadline(time.Now().Add(c.CloseTimeout))
	c.mu.Lock()
}

// write writes a frame unless a write has failed: the peer would take it for the rest
// of the one before. c.mu is held.
func (c *Conn) write(b []byte) (n int, err error) {
	if c.writeErr != nil {
		return 0, c.writeErr
	}
	n, c.writeErr = c.tcp.Write(b)
	return n, c.writeErr
}

// A wire is the net.Conn below gws.
type wire struct {
	net.Conn
	c *Conn
}

const (
	closeFrame = 0x88 // FIN and the opcode, the first byte
	pongFrame  = 0x8a
)

// Write writes a frame of gws. It holds back a close frame, and drops without a word
// what follows ours, for gws would end the connection on an error; but pings are
// answered until the peer's close frame comes (RFC 6455, section 5.5.2).
func (w wire) Write(b []byte) (int, error) {
	w.c.mu.Lock()
	defer w.c.mu.Unlock()
	s := w.c.h.State()
	switch {
	case b[0] == closeFrame:
		w.c.held = append([]byte(nil), b...)
	case s == event.Open, s == event.LocalClosing && b[0] == pongFrame:
		return w.c.write(b)
	}
	return len(b), nil
}

// Close ends the reading of gws. Conn.end closes TCP.
func (w wire) Close() error { return w.SetReadDeadline(time.Unix(1, 0)) }
