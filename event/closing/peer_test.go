//go:build go1.25

package closing_test

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"

	"example.com/closeframe/code"
	"example.com/closeframe/event/closing"
)

// A rawFrame is any frame, valid or not, with its payload unmasked.
type rawFrame struct {
	op      byte
	masked  bool
	payload []byte
}

func (f rawFrame) String() string { return fmt.Sprintf("%d %x", f.op, f.payload) }

var errFrame = errors.New("frame that the tests do not send")

func readRaw(r io.Reader) (f rawFrame, err error) {
	var h [14]byte
	if _, err = io.ReadFull(r, h[:2]); err != nil {
		return f, err
	}
	f.op, f.masked = h[0]&0xf, h[1]&0x80 != 0
	if h[0]&0x80 == 0 {
		return f, errFrame
	}
	n := uint64(h[1] & 0x7f)
	if n >= 126 {
		size := 2
		if n == 127 {
			size = 8
		}
		if _, err = io.ReadFull(r, h[10-size:10]); err != nil {
			return f, unexpected(err)
		}
		clear(h[2 : 10-size])
		n = binary.BigEndian.Uint64(h[2:10])
	}
	if n > 1<<25 {
		return f, errFrame
	}
	if f.masked {
		if _, err = io.ReadFull(r, h[10:14]); err != nil {
			return f, unexpected(err)
		}
	}
	if n > 1<<20 {
		_, err = io.CopyN(io.Discard, r, int64(n)) // no test looks at it
		return f, unexpected(err)
	}
	f.payload = make([]byte, n)
	if _, err = io.ReadFull(r, f.payload); err != nil {
		return f, unexpected(err)
	}
	if f.masked {
		for i := range f.payload {
			f.payload[i] ^= h[10+i%4]
		}
	}
	return f, nil
}

func unexpected(err error) error {
	if err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return err
}

// appendFrame appends a frame; a client's is masked with the key 0.
func appendFrame(b []byte, client bool, op byte, payload []byte) []byte {
	mask := byte(0)
	if client {
		mask = 0x80
	}
	switch n := len(payload); {
	case n < 126:
		b = append(b, 0x80|op, mask|byte(n))
	case n < 1<<16:
		b = binary.BigEndian.AppendUint16(append(b, 0x80|op, mask|126), uint16(n))
	default:
		b = binary.BigEndian.AppendUint64(append(b, 0x80|op, mask|127), uint64(n))
	}
	if client {
		b = append(b, 0, 0, 0, 0)
	}
	return append(b, payload...)
}

// serve is the reader of an application, like the example in the package documentation.
func serve(c *closing.Conn, conn net.Conn, client bool) error {
	r := bufio.NewReader(conn)
	for {
		f, err := readRaw(r)
		switch {
		case err == errFrame || err == nil && f.masked == client:
			return c.Fail(code.ProtocolError, "", errFrame)
		case err != nil:
			return c.End(err)
		case f.op == opClose:
			return c.Receive(f.payload)
		case f.op == opPing:
			c.Pong(f.payload)
		}
	}
}

// write sends a message.
func write(c *closing.Conn, client bool, payload []byte) error {
	return writeRaw(c, appendFrame(nil, client, opText, payload))
}

func writeRaw(c *closing.Conn, b []byte) error {
	return c.Send(func(w io.Writer) error { _, err := w.Write(b); return err })
}
