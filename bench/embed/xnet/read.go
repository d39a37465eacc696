package xnet

import (
	"encoding/binary"
	"errors"
	"io"

	"golang.org/x/net/websocket"

	"example.com/closeframe/code"
	"example.com/closeframe/frame"
)

const (
	maskBit  = 0x80    // in a frame's second byte
	maxFrame = 1 << 20 // the limit of a data frame, in bytes
)

// ReadFrame returns the next data frame. Once the connection has ended the error is
// an *event.Error, and the listeners have been called.
func (c *Conn) ReadFrame() (typ byte, p []byte, err error) {
	for {
		f, err := c.ws.NewFrameReader()
		if err != nil {
			return 0, nil, c.End(err)
		}
		var b [frame.MaxFrame]byte
		header, _ := f.HeaderReader().Read(b[:]) // at most 14 bytes, all of them available
		masked := b[1]&maskBit != 0
		switch {
		case f.PayloadType() == websocket.CloseFrame:
			return 0, nil, c.readClose(f, &b, header)
		case masked != c.ws.IsServerConn(): // HandleFrame would write a close frame
			return 0, nil, c.Fail(code.ProtocolError, "", frame.ErrMask)
		case b[0]&0xf > websocket.BinaryFrame && b[0]&0xf < websocket.CloseFrame, b[0]&0xf > websocket.PongFrame:
			return 0, nil, c.Fail(code.ProtocolError, "", errOpcode)
		}
		size := payloadSize(&b) // f.Len is an int, and may be truncated
		if size > maxFrame {
			return 0, nil, c.Fail(code.MessageTooBig, "", errTooBig)
		}
		if f.PayloadType() == websocket.PingFrame {
			if err := c.pong(f, size); err != nil {
				return 0, nil, err
			}
			continue
		}
		if f, err = c.ws.HandleFrame(f); err != nil {
			return 0, nil, c.End(err)
		}
		if f == nil { // after a pong
			continue
		}
		p, err := io.ReadAll(f)
		if err == nil && uint64(len(p)) < size {
			err = io.ErrUnexpectedEOF
		}
		if err != nil {
			return 0, nil, c.End(err)
		}
		return f.PayloadType(), p, nil
	}
}

// payloadSize returns the length of a frame's payload. It follows the first two bytes
// of the frame if it is over 125.
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

// pong replies to a ping. HandleFrame would not wait for other writes.
func (c *Conn) pong(f io.Reader, size uint64) error {
	var p [frame.MaxPayload]byte
	if size > uint64(len(p)) {
		return c.Fail(code.ProtocolError, "", frame.ErrTooLong)
	}
	if _, err := io.ReadFull(f, p[:size]); err != nil {
		return c.End(err)
	}
	c.Pong(p[:size])
	return nil
}

var (
	errOpcode = errors.New("xnet: unknown opcode")
	errTooBig = errors.New("xnet: frame too big")
)

// readClose reads the payload of the close frame with the header in b, checks both and
// ends the connection.
func (c *Conn) readClose(f io.Reader, b *[frame.MaxFrame]byte, header int) error {
	// x/net has unmasked the payload. With a key of zeros the frame is whole again, so
	// that ParseMasked can check it.
	if b[1]&maskBit != 0 {
		clear(b[header-4 : header])
	}
	n := header
	if size := int(b[1] &^ maskBit); size <= frame.MaxPayload { // otherwise ParseFrame needs only the header
		n += size
		if _, err := io.ReadFull(f, b[header:n]); err != nil {
			return c.End(err)
		}
	}
	parse := frame.ParseFrame
	if c.ws.IsServerConn() {
		parse = frame.ParseMasked
	}
	payload, _, err := parse(b[:n])
	if err != nil {
		return c.Fail(frame.Answer(err), "", err)
	}
	return c.Receive(payload)
}
