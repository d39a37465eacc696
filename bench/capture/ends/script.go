//go:build linux

package main

import (
	"bufio"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha1"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"math/big"
	"net"
	"net/http"
	"os"
	"time"
)

// An end is how a connection ends: what the client does, and what the server does
// after the opening handshake.
type end struct {
	name         string
	clientCloses bool // the client sends 1000 "bye" once it is open, and else waits
	slow         bool // over a slow network, with a message of 3,000 bytes and a close frame right behind the response
	silent       bool // TCP does not end
	server       func(c *conn) error
}

// What the server sends.
var (
	restart   = []byte("\x88\x09\x03\xe9restart") // 1001
	answer    = []byte("\x88\x05\x03\xe8bye")     // 1000
	malformed = []byte("\x88\x02\x03\xed")        // 1005, which no close frame may have
)

var ends = []end{
	{name: "clean, client first", clientCloses: true, server: func(c *conn) error {
		return steps(c.readFrame, c.write(answer), c.finish)
	}},
	{name: "clean, server first", server: func(c *conn) error {
		return steps(c.write(restart), c.readFrame, c.finish)
	}},
	{name: "crossed", clientCloses: true, slow: true, server: func(c *conn) error {
		return steps(c.readFrame, c.finish)
	}},
	{name: "unanswered", clientCloses: true, server: func(c *conn) error {
		return steps(c.readFrame, c.pause, c.finish)
	}},
	{name: "malformed", server: func(c *conn) error {
		return steps(c.write(malformed), c.readFrame, c.finish)
	}},
	{name: "reset", server: func(c *conn) error {
		return steps(c.pause, c.reset)
	}},
	{name: "silent", clientCloses: true, silent: true, server: func(c *conn) error {
		return steps(c.readFrame, c.pause)
	}},
}

func steps(list ...func() error) error {
	for i, step := range list {
		if err := step(); err != nil {
			return fmt.Errorf("step %d: %w", i+1, err)
		}
	}
	return nil
}

// A conn is the server's end of a connection.
type conn struct {
	net.Conn // over TLS, if any
	tcp      *net.TCPConn
	br       *bufio.Reader
}

func (c *conn) write(b []byte) func() error {
	return func() error { _, err := c.Write(b); return err }
}

// readFrame reads a short frame, masked or not: gobwas forgets the mask when it
// answers what is malformed.
func (c *conn) readFrame() error {
	head, err := c.br.Peek(2)
	if err != nil {
		return err
	}
	n := 2 + int(head[1]&0x7f)
	if head[1]&0x80 != 0 {
		n += 4
	}
	_, err = c.br.Discard(n)
	return err
}

func (c *conn) pause() error {
	time.Sleep(50 * time.Millisecond)
	return nil
}

// finish ends TCP with a FIN and waits for that of the client, which may have ended
// it already.
func (c *conn) finish() error {
	if t, ok := c.Conn.(*tls.Conn); ok {
		t.CloseWrite()
	}
	c.tcp.CloseWrite()
	io.Copy(io.Discard, c.tcp)
	return nil
}

func (c *conn) reset() error {
	return errors.Join(c.tcp.SetLinger(0), c.tcp.Close())
}

// A server follows scripts.
type server struct {
	ln    net.Listener
	tls   *tls.Config
	later []func() // for the end of the recording
}

// listen starts a server. If keys names a file, it speaks TLS and writes its keys
// there.
func listen(keys string) (*server, error) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil || keys == "" {
		return &server{ln: ln}, err
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}}
	cert, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		return nil, err
	}
	file, err := os.Create(keys)
	if err != nil {
		return nil, err
	}
	return &server{ln: ln, tls: &tls.Config{
		Certificates:           []tls.Certificate{{Certificate: [][]byte{cert}, PrivateKey: key}},
		KeyLogWriter:           file,
		NextProtos:             []string{"http/1.1"},
		SessionTicketsDisabled: true, // they would make the recording longer
	}}, nil
}

func (s *server) port() int { return s.ln.Addr().(*net.TCPAddr).Port }

func (s *server) url() string {
	scheme := "ws"
	if s.tls != nil {
		scheme = "wss"
	}
	return fmt.Sprintf("%s://127.0.0.1:%d/", scheme, s.port())
}

func (s *server) close() {
	for _, f := range s.later {
		f()
	}
	s.ln.Close()
}

// serve accepts one connection and lets it end.
func (s *server) serve(e end) error {
	s.ln.(*net.TCPListener).SetDeadline(time.Now().Add(patience))
	tcp, err := s.ln.Accept()
	if err != nil {
		return err
	}
	tcp.SetDeadline(time.Now().Add(patience))
	c := &conn{Conn: tcp, tcp: tcp.(*net.TCPConn)}
	if s.tls != nil {
		c.Conn = tls.Server(tcp, s.tls)
	}
	if e.silent {
		s.later = append(s.later, func() { c.reset() })
	} else {
		defer tcp.Close()
	}
	c.br = bufio.NewReader(c.Conn)
	req, err := http.ReadRequest(c.br)
	if err != nil {
		return err
	}
	// RFC 6455, section 4.2.2.
	sum := sha1.Sum([]byte(req.Header.Get("Sec-WebSocket-Key") + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"))
	response := fmt.Sprintf("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\n"+
		"Upgrade: websocket\r\nSec-WebSocket-Accept: %s\r\n\r\n", base64.StdEncoding.EncodeToString(sum[:]))
	b := []byte(response)
	if e.slow {
		b = append(b, 0x82, 126, 3000>>8, 3000&0xff)
		b = append(b, make([]byte, 3000)...)
		b = append(b, restart...)
	}
	if _, err := c.Write(b); err != nil {
		return err
	}
	return e.server(c)
}
