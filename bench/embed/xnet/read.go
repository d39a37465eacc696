package xnet

import (
	"encoding/binary"
	"errors"
	"io"
	"time"

	"golang.org/x/net/websocket"

	"example.com/closeframe/code"
	"example.com/closeframe/event"
	"example.com/closeframe/frame"
)

const (
	maskBit  = 0x80    // of a frame's second byte
	maxFrame = 1 << 20 // the longest data frame that is read, in bytes
)

// ReadFrame returns the next data frame. Once the connection has ended the error is
// an *event.Error, and the listeners have been called.
func (c *Conn) ReadFrame() (typ byte, p []byte, err error) {
	for {
		f, err := c.ws.NewFrameReader()
		if err != nil {
			return 0, nil, c.end(err)
		}
		var b [frame.MaxFrame]byte
		header, _ := f.HeaderReader().Read(b[:]) // at most 14 bytes, all of them there
		masked := b[1]&maskBit != 0
		switch {
		case f.PayloadType() == websocket.CloseFrame:
			return 0, nil, c.end(c.readClose(f, &b, header))
		case masked != c.ws.IsServerConn(): // HandleFrame would write a close frame
			return 0, nil, c.end(c.fail(frame.ErrMask))
		}
		size := payloadSize(&b) // f.Len is an int, and may be cut
		if size > maxFrame {
			return 0, nil, c.end(c.fail(errTooBig))
		}
		if f, err = c.ws.HandleFrame(f); err != nil {
			return 0, nil, c.end(err)
		}
		if f == nil { // a ping or a pong
			continue
		}
		p, err := io.ReadAll(f)
		if err == nil && uint64(len(p)) < size {
			err = io.ErrUnexpectedEOF
		}
		if err != nil {
			return 0, nil, c.end(err)
		}
		return f.PayloadType(), p, nil
	}
}

// payloadSize returns the length of a frame's payload, which follows its first two
// bytes where it is over 125.
func payloadSize(b *[frame.MaxFrame]byte) uint64 {
	switch size := b[1] &^ maskBit; size {
	case 126:
		return uint64(binary.BigEndian.Uint16(b[2:]))
	case 127:
		return binary.BigEndian.Uint64(b[2:])
	default:
		return uint64(size)
	}
}

var errTooBig = errors.New("xnet: frame too big")

// readClose reads the payload of a close frame whose header is in b, judges both
// and answers. It returns why reading stops.
func (c *Conn) readClose(f io.Reader, b *[frame.MaxFrame]byte, header int) error {
	// x/net unmasks what it hands out. With zeros for its key the frame is whole
	// again, and ParseMasked judges it as it came.
	if b[1]&maskBit != 0 {
		clear(b[header-4 : header])
	}
	n := header
	if size := payloadSize(b); size <= frame.MaxPayload { // else the header says enough
		n += int(size)
		if _, err := io.ReadFull(f, b[header:n]); err != nil {
			return err
		}
	}
	parse := frame.ParseFrame
	if c.ws.IsServerConn() {
		parse = frame.ParseMasked
	}
	payload, _, err := parse(b[:n])
	if err != nil {
		return c.fail(err)
	}

	c.lock()
	defer c.mu.Unlock()
	fault := c.h.Receive(payload)
	if cc, due := c.h.Reply(); due {
		p, _ := frame.Append(nil, cc, "") // cannot fail: the handshake owes it
		if err := c.sendClose(cc, p); err != nil {
			return err
		}
	}
	if fault != nil {
		return fault
	}
	return io.EOF // what x/net returns
}

// fail fails the connection (RFC 6455, section 7.1.7) and returns err.
func (c *Conn) fail(err error) error {
	cc := code.MessageTooBig
	var fe frame.Error
	if errors.As(err, &fe) {
		cc = fe.Answer()
	}
	c.lock()
	defer c.mu.Unlock()
	c.h.Fail()
	if s := c.h.State(); s == event.Open || s == event.RemoteClosing {
		p, _ := frame.Append(nil, cc, "")
		_ = c.sendClose(cc, p) // the connection has failed either way
	}
	return err
}

// end closes TCP, tells the listeners and returns the error of the read call.
func (c *Conn) end(cause error) error {
	c.lock()
	_, good := c.h.Remote()
	complete := c.h.State() == event.Complete
	c.mu.Unlock()
	if good && complete && c.ws.IsClientConn() {
		// RFC 6455, section 7.1.1: a client waits for the server to close TCP.
		c.tcp.SetReadDeadline(time.Now().Add(c.CloseTimeout))
		_, _ = io.Copy(io.Discard, c.tcp)
	}
	c.tcp.Close()
	c.mu.Lock()
	e := c.h.End()
	c.mu.Unlock()
	c.target.Dispatch(e)
	return &event.Error{Event: e, Err: cause}
}
