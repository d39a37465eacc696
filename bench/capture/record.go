package main

import (
	"bufio"
	"context"
	"crypto/sha1"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"
)

// recordServer returns the close frame of s as a server; the peer is a raw client.
func recordServer(s stack, e ending) ([]byte, error) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	done := make(chan error, 1) // buffered, so that the handler never waits for us
	srv := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		done <- s.serve(w, r, e)
	})}
	go srv.Serve(ln) // returns with srv.Close
	defer srv.Close()

	conn, err := net.DialTimeout("tcp", ln.Addr().String(), timeout)
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	conn.SetDeadline(time.Now().Add(timeout))
	req, err := http.NewRequest("GET", "http://"+ln.Addr().String(), nil)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Connection", "Upgrade")
	req.Header.Set("Upgrade", "websocket")
	req.Header.Set("Sec-WebSocket-Version", "13")
	req.Header.Set("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==") // RFC 6455, section 1.3
	if err := req.Write(conn); err != nil {
		return nil, err
	}
	br := bufio.NewReader(conn)
	resp, err := http.ReadResponse(br, req)
	if err != nil {
		return nil, err
	}
	if resp.StatusCode != http.StatusSwitchingProtocols {
		return nil, errors.New(resp.Status)
	}
	frame, err := readFrame(br)
	if err != nil {
		return nil, err
	}
	// A client must mask, but may choose any key. With zeros the payload is unchanged.
	answer := append([]byte{frame[0], frame[1] | 0x80, 0, 0, 0, 0}, frame[2:]...)
	return frame, finish(conn, br, answer, done)
}

// recordClient returns the close frame of s as a client; the peer is a raw server.
func recordClient(s stack, e ending) ([]byte, error) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	defer ln.Close()
	ln.(*net.TCPListener).SetDeadline(time.Now().Add(timeout))
	ctx, cancel := context.WithTimeout(context.Background(), timeout)
	defer cancel()
	done := make(chan error, 1)
	go func() { done <- s.dial(ctx, "ws://"+ln.Addr().String(), e) }()

	conn, err := ln.Accept()
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	conn.SetDeadline(time.Now().Add(timeout))
	br := bufio.NewReader(conn)
	req, err := http.ReadRequest(br)
	if err != nil {
		return nil, err
	}
	// The key and this GUID make the accept value: RFC 6455, section 4.2.2.
	sum := sha1.Sum([]byte(req.Header.Get("Sec-WebSocket-Key") + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"))
	_, err = fmt.Fprintf(conn, "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\n"+
		"Upgrade: websocket\r\nSec-WebSocket-Accept: %s\r\n\r\n", base64.StdEncoding.EncodeToString(sum[:]))
	if err != nil {
		return nil, err
	}
	frame, err := readFrame(br)
	if err != nil {
		return nil, err
	}
	if frame[1]&0x80 == 0 {
		return nil, fmt.Errorf("not masked: %x", frame)
	}
	answer := []byte{frame[0], frame[1] &^ 0x80}
	for i, b := range frame[6:] {
		answer = append(answer, b^frame[2+i%4])
	}
	return frame, finish(conn, br, answer, done)
}

// readFrame reads one frame with a short length, as every valid control frame has.
func readFrame(br *bufio.Reader) ([]byte, error) {
	head, err := br.Peek(2)
	if err != nil {
		return nil, err
	}
	n := 2 + int(head[1]&0x7f)
	if n > 2+125 {
		return nil, fmt.Errorf("not a control frame: %x", head)
	}
	if head[1]&0x80 != 0 {
		n += 4 // the masking key
	}
	frame := make([]byte, n)
	_, err = io.ReadFull(br, frame)
	return frame, err
}

// finish replies with the same code and reason, as coder's Close requires. Then it
// waits for the end of the connection, after which no frame may follow, and for done,
// the end of the stack's function.
func finish(conn net.Conn, br *bufio.Reader, answer []byte, done <-chan error) error {
	if _, err := conn.Write(answer); err != nil {
		return err
	}
	rest, err := io.ReadAll(br)
	if err != nil {
		return err
	}
	if len(rest) > 0 {
		return fmt.Errorf("bytes after the close frame: %x", rest)
	}
	select {
	case err := <-done:
		return err
	case <-time.After(timeout):
		return errors.New("the stack did not return")
	}
}
