package rawpeer

import (
	"bufio"
	"context"
	"crypto/sha1"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"
)

// The first byte of a frame: FIN and the opcode.
const (
	Continuation = 0x80
	Text         = 0x81
	Binary       = 0x82
	Close        = 0x88
	Ping         = 0x89
	Pong         = 0x8a

	NotFin = 0x7f // Text & NotFin begins a message
)

// A Frame is a frame that a Peer has read.
type Frame struct {
	First   byte // FIN, the reserved bits and the opcode
	Masked  bool
	Payload []byte // unmasked
}

// IsClose reports whether f is a close frame, also a malformed one.
func (f Frame) IsClose() bool { return f.First&0xf == Close&0xf }

// A Peer is the raw end of a connection. It sends the opening handshake, writes any
// bytes and checks nothing. All its reads and writes fail after Patience.
type Peer struct {
	*net.TCPConn
	r      *bufio.Reader
	client bool // masks what it sends
	closed bool // has read a close frame
}

// DialPeer connects to a stack that serves addr.
func DialPeer(ctx context.Context, addr string) (*Peer, error) {
	var d net.Dialer
	conn, err := d.DialContext(ctx, "tcp", addr)
	if err != nil {
		return nil, err
	}
	p := newPeer(conn, true)
	if err := p.request(addr); err != nil {
		conn.Close()
		return nil, err
	}
	return p, nil
}

// AcceptPeer waits for a stack that dials l.
func AcceptPeer(l net.Listener) (*Peer, error) {
	if l, ok := l.(*net.TCPListener); ok {
		if err := l.SetDeadline(time.Now().Add(Patience)); err != nil {
			return nil, err
		}
	}
	conn, err := l.Accept()
	if err != nil {
		return nil, err
	}
	p := newPeer(conn, false)
	if err := p.respond(); err != nil {
		conn.Close()
		return nil, err
	}
	return p, nil
}

func newPeer(conn net.Conn, client bool) *Peer {
	p := &Peer{TCPConn: conn.(*net.TCPConn), r: bufio.NewReader(conn), client: client}
	p.SetDeadline(time.Now().Add(Patience))
	return p
}

// nonce is the key of RFC 6455, section 1.2.
const nonce = "dGhlIHNhbXBsZSBub25jZQ=="

func (p *Peer) request(addr string) error {
	_, err := fmt.Fprintf(p, "GET / HTTP/1.1\r\nHost: %s\r\nOrigin: http://%[1]s\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"+
		"Sec-WebSocket-Key: %s\r\nSec-WebSocket-Version: 13\r\n\r\n", addr, nonce)
	if err != nil {
		return err
	}
	res, err := http.ReadResponse(p.r, nil)
	if err != nil {
		return err
	}
	if res.StatusCode != http.StatusSwitchingProtocols {
		return fmt.Errorf("opening handshake: %s", res.Status)
	}
	if got, want := res.Header.Get("Sec-WebSocket-Accept"), acceptKey(nonce); got != want {
		return fmt.Errorf("opening handshake: accept key %q, want %q", got, want)
	}
	return nil
}

func (p *Peer) respond() error {
	req, err := http.ReadRequest(p.r)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(p, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"+
		"Sec-WebSocket-Accept: %s\r\n\r\n", acceptKey(req.Header.Get("Sec-WebSocket-Key")))
	return err
}

func acceptKey(key string) string {
	sum := sha1.Sum([]byte(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"))
	return base64.StdEncoding.EncodeToString(sum[:])
}

// AppendFrame appends a frame, masked for a client. A payload of over 125 bytes has a
// longer length, also in a control frame.
func (p *Peer) AppendFrame(b []byte, first byte, payload []byte) []byte {
	var mask byte
	if p.client {
		mask = 0x80
	}
	switch n := len(payload); {
	case n < 126:
		b = append(b, first, mask|byte(n))
	case n < 1<<16:
		b = binary.BigEndian.AppendUint16(append(b, first, mask|126), uint16(n))
	default:
		b = binary.BigEndian.AppendUint64(append(b, first, mask|127), uint64(n))
	}
	if !p.client {
		return append(b, payload...)
	}
	key := [4]byte{0x37, 0xfa, 0x21, 0x3d} // from RFC 6455, section 5.7
	b = append(b, key[:]...)
	for i, c := range payload {
		b = append(b, c^key[i%4])
	}
	return b
}

// WriteFrame sends one frame in one write.
func (p *Peer) WriteFrame(first byte, payload []byte) error {
	_, err := p.Write(p.AppendFrame(nil, first, payload))
	return err
}

// ReadFrame reads one frame. It returns io.EOF if TCP ends between two frames.
func (p *Peer) ReadFrame() (f Frame, err error) {
	var head [2]byte
	if _, err := io.ReadFull(p.r, head[:]); err != nil {
		return f, err
	}
	f.First, f.Masked = head[0], head[1]&0x80 != 0
	n := uint64(head[1] & 0x7f)
	if ext := map[uint64]int{126: 2, 127: 8}[n]; ext > 0 {
		var b [8]byte
		if _, err := io.ReadFull(p.r, b[8-ext:]); err != nil {
			return f, io.ErrUnexpectedEOF
		}
		n = binary.BigEndian.Uint64(b[:])
	}
	var key [4]byte
	if f.Masked {
		if _, err := io.ReadFull(p.r, key[:]); err != nil {
			return f, io.ErrUnexpectedEOF
		}
	}
	if n > 1<<24 {
		return f, fmt.Errorf("a frame of %d bytes", n)
	}
	f.Payload = make([]byte, n)
	if _, err := io.ReadFull(p.r, f.Payload); err != nil {
		return f, io.ErrUnexpectedEOF
	}
	for i := range f.Payload {
		f.Payload[i] ^= key[i%4]
	}
	p.closed = p.closed || f.IsClose()
	return f, nil
}
