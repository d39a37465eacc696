//go:build go1.24

package closing_test

import (
	"bufio"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"unicode/utf8"

	"example.com/closeframe/code"
	"example.com/closeframe/event"
	"example.com/closeframe/event/closing"
)

// The opcodes of RFC 6455, section 5.2.
const (
	opContinuation, opText, opBinary = 0, 1, 2
	opClose, opPing, opPong          = 8, 9, 10
)

const maxMessage = 1 << 20

// A failure is what the peer did wrong, with the code to close with.
type failure struct {
	code code.Code
	text string
}

func (f *failure) Error() string { return f.text }

var (
	errProtocol = &failure{code.ProtocolError, "malformed frame"}
	errUTF8     = &failure{code.InvalidPayload, "text is not UTF-8"}
	errTooBig   = &failure{code.MessageTooBig, "message is too big"}
)

// A Conn sends and receives messages. Close, Terminate, OnClose, SetReadDeadline and
// CloseTimeout are those of closing.Conn.
type Conn struct {
	*closing.Conn
	r      *bufio.Reader
	client bool
}

// NewConn returns the Conn of a connection whose opening handshake is done; r reads
// from conn and may hold the first frames.
func NewConn(conn net.Conn, r *bufio.Reader, client bool) *Conn {
	if client {
		return &Conn{closing.Client(conn), r, client}
	}
	return &Conn{closing.Server(conn), r, client}
}

// WriteMessage sends one message, opText or opBinary, or a ping.
func (c *Conn) WriteMessage(opcode byte, message []byte) error {
	b := c.appendFrame(opcode, message)
	return c.Send(func(w io.Writer) error { _, err := w.Write(b); return err })
}

func (c *Conn) appendFrame(opcode byte, payload []byte) []byte {
	b := make([]byte, 0, 14+len(payload))
	b = append(b, 0x80|opcode)
	switch n := len(payload); {
	case n < 126:
		b = append(b, byte(n))
	case n < 1<<16:
		b = binary.BigEndian.AppendUint16(append(b, 126), uint16(n))
	default:
		b = binary.BigEndian.AppendUint64(append(b, 127), uint64(n))
	}
	if !c.client {
		return append(b, payload...)
	}
	var key [4]byte
	rand.Read(key[:])
	b[1] |= 0x80
	b = append(append(b, key[:]...), payload...)
	mask(b[len(b)-len(payload):], key)
	return b
}

func mask(b []byte, key [4]byte) {
	for i := range b {
		b[i] ^= key[i%4]
	}
}

// ReadMessage returns the next message. Once the connection has ended, the error is
// the *event.Error of closing.Conn.
func (c *Conn) ReadMessage() (opcode byte, message []byte, err error) {
	for {
		fin, op, payload, err := c.readFrame(maxMessage - len(message))
		switch fail := (*failure)(nil); {
		case errors.As(err, &fail):
			return 0, nil, c.Fail(fail.code, fail.text, err)
		case err != nil:
			return 0, nil, c.End(err)
		case op == opClose:
			return 0, nil, c.Receive(payload)
		case op == opPing:
			c.Pong(payload)
			continue
		case op == opPong:
			continue
		case (op == opContinuation) != (opcode != 0):
			return 0, nil, c.Fail(code.ProtocolError, "", errProtocol)
		case op != opContinuation:
			opcode = op
		}
		message = append(message, payload...)
		switch {
		case !fin:
		case opcode == opText && !utf8.Valid(message):
			return 0, nil, c.Fail(errUTF8.code, errUTF8.text, errUTF8)
		default:
			return opcode, message, nil
		}
	}
}

// readFrame reads a frame with a payload of at most max bytes.
func (c *Conn) readFrame(max int) (fin bool, opcode byte, payload []byte, err error) {
	var h [8]byte
	if _, err := io.ReadFull(c.r, h[:2]); err != nil {
		return false, 0, nil, err
	}
	fin, opcode = h[0]&0x80 != 0, h[0]&0xf
	masked, n := h[1]&0x80 != 0, uint64(h[1]&0x7f)
	control := opcode >= opClose
	if h[0]&0x70 != 0 || opcode&7 > 2 || masked == c.client || control && (!fin || n > 125) {
		return false, 0, nil, errProtocol
	}
	if n >= 126 {
		least, ext := uint64(126), h[:2]
		if n == 127 {
			least, ext = 1<<16, h[:]
		}
		clear(h[:])
		if _, err := io.ReadFull(c.r, ext); err != nil {
			return false, 0, nil, err
		}
		if n = binary.BigEndian.Uint64(h[:]) >> (8 * (8 - len(ext))); n < least {
			return false, 0, nil, errProtocol
		}
	}
	if !control && n > uint64(max) {
		return false, 0, nil, errTooBig
	}
	var key [4]byte
	if masked {
		if _, err := io.ReadFull(c.r, key[:]); err != nil {
			return false, 0, nil, err
		}
	}
	payload = make([]byte, n)
	if _, err := io.ReadFull(c.r, payload); err != nil {
		return false, 0, nil, err
	}
	mask(payload, key)
	return fin, opcode, payload, nil
}

// A whole connection type to copy: it reads and writes messages, and package closing ends
// the connection.
func Example_conn() {
	left, right := net.Pipe()
	server := NewConn(left, bufio.NewReader(left), false)
	client := NewConn(right, bufio.NewReader(right), true)

	done := make(chan event.CloseEvent)
	server.OnClose(func(e event.CloseEvent) { done <- e })
	go func() {
		for {
			opcode, message, err := server.ReadMessage()
			if err != nil {
				return
			}
			server.WriteMessage(opcode, append([]byte("you said "), message...))
		}
	}()

	client.WriteMessage(opText, []byte("hello"))
	_, message, _ := client.ReadMessage()
	fmt.Printf("%s\n", message)
	client.Close(code.NormalClosure, "bye")
	_, _, err := client.ReadMessage()
	fmt.Println("server:", <-done)
	fmt.Println("client:", err)
	// Output:
	// you said hello
	// server: 1000 (Normal Closure) "bye", clean
	// client: closeframe: connection closed: 1000 (Normal Closure), clean
}
