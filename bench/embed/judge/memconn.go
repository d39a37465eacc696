package main

import (
	"bufio"
	"net"
	"net/http"
	"sync"
	"time"
)

// A memConn is a server's connection to a peer that sends prepared bytes.
type memConn struct {
	in     chan []byte
	rest   []byte
	answer []byte // what the peer sends after our close frame
	closed chan bool
	once   sync.Once
}

func newMemConn() *memConn { return &memConn{in: make(chan []byte, 1), closed: make(chan bool)} }

func (m *memConn) Read(p []byte) (int, error) {
	if len(m.rest) == 0 {
		select {
		case m.rest = <-m.in:
		default:
			select {
			case m.rest = <-m.in:
			case <-m.closed:
				return 0, net.ErrClosed
			}
		}
	}
	n := copy(p, m.rest)
	m.rest = m.rest[n:]
	return n, nil
}

func (m *memConn) Write(p []byte) (int, error) {
	if m.answer != nil && len(p) > 0 && p[0] == 0x88 {
		m.in <- m.answer
		m.answer = nil
	}
	return len(p), nil
}

func (m *memConn) Close() error {
	m.once.Do(func() { close(m.closed) })
	return nil
}

type memAddr struct{}

func (memAddr) Network() string { return "mem" }
func (memAddr) String() string  { return "mem" }

func (m *memConn) LocalAddr() net.Addr              { return memAddr{} }
func (m *memConn) RemoteAddr() net.Addr             { return memAddr{} }
func (m *memConn) SetDeadline(time.Time) error      { return nil }
func (m *memConn) SetReadDeadline(time.Time) error  { return nil }
func (m *memConn) SetWriteDeadline(time.Time) error { return nil }

// A hijacker returns its connection from Hijack.
type hijacker struct {
	conn   net.Conn
	header http.Header
}

func (h *hijacker) Header() http.Header {
	if h.header == nil {
		h.header = http.Header{}
	}
	return h.header
}

func (h *hijacker) Write(p []byte) (int, error) { return len(p), nil }
func (h *hijacker) WriteHeader(int)             {}

func (h *hijacker) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	return h.conn, bufio.NewReadWriter(bufio.NewReader(h.conn), bufio.NewWriter(h.conn)), nil
}
