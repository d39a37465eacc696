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
		if f.PayloadType() == websocket.PingFrame {
			if err := c.pong(f, size); err != nil {
				return 0, nil, c.end(err)
			}
			continue
		}
		if f, err = c.ws.HandleFrame(f); err != nil {
			return 0, nil, c.end(err)
		}
		if f == nil { // a pong
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

// pong answers a ping until the peer's close frame has come, after our own too (RFC
// 6455, section 5.5.2). HandleFrame would not wait for c.mu. That the answer fails is
// not the reader's concern: what the peer has sent is still there to be read.
func (c *Conn) pong(f io.Reader, size uint64) error {
	if size > frame.MaxPayload {
		return c.fail(frame.ErrTooLong)
	}
	p := make([]byte, size)
	if _, err := io.ReadFull(f, p); err != nil {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if s := c.h.State(); s == event.Open || s == event.LocalClosing {
		_ = raw.Send(c.ws, outgoing{websocket.PongFrame, p})
	}
	return nil
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
	if size := int(b[1] &^ maskBit); size <= frame.MaxPayload { // else ParseFrame wants no more
		n += size
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

	if err = c.receive(payload); err != nil {
		return err
	}
	return io.EOF // what x/net returns
}

// receive judges the payload of the peer's close frame and answers it.
func (c *Conn) receive(payload []byte) error {
	c.lock()
	fault := c.h.Receive(payload)
	var err error
	if cc, due := c.h.Reply(); due {
		p, _ := frame.Append(nil, cc, "") // cannot fail: the handshake owes it
		err = c.sendClose(cc, p)
	}
	c.mu.Unlock()
	if err != nil {
		return err
	}
	c.shut(fault != nil || c.ws.IsServerConn())
	return fault
}

// fail fails the connection (RFC 6455, section 7.1.7) and returns err.
func (c *Conn) fail(err error) error {
	cc := code.MessageTooBig
	var fe frame.Error
	if errors.As(err, &fe) {
		cc = fe.Answer()
	}
	c.lock()
	c.h.Fail()
	if s := c.h.State(); s == event.Open || s == event.RemoteClosing {
		p, _ := frame.Append(nil, cc, "")
		_ = c.sendClose(cc, p) // the connection has failed either way
	}
	c.mu.Unlock()
	c.shut(true)
	return err
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

// end drops what is left of TCP, tells the listeners and returns the error of the read
// call.
func (c *Conn) end(cause error) error {
	c.tcp.Close() // first, as it ends a write that holds the lock
	c.mu.Lock()
	e := c.h.End()
	c.mu.Unlock()
	c.target.Dispatch(e)
	return &event.Error{Event: e, Err: cause}
}
