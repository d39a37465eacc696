//go:build go1.24

package closing_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"sync"
	"time"

	"example.com/closeframe/code"
	"example.com/closeframe/event"
	"example.com/closeframe/event/closing"
)

// A Server keeps its connections, so that it can close all of them: net/http's
// Shutdown does not.
type Server struct {
	mu     sync.Mutex
	closed bool
	conns  map[*closing.Conn]bool
	open   sync.WaitGroup
}

// Add registers c until it has ended, or closes it if the server is closed.
func (s *Server) Add(c *closing.Conn) {
	s.mu.Lock()
	closed := s.closed
	if !closed {
		s.conns[c] = true
		s.open.Add(1)
	}
	s.mu.Unlock()
	if closed {
		c.Close(code.GoingAway, "restart")
		return
	}
	c.AddEventListener(func(event.CloseEvent) { s.remove(c) })
}

func (s *Server) remove(c *closing.Conn) {
	s.mu.Lock()
	delete(s.conns, c)
	s.mu.Unlock()
	s.open.Done()
}

// Close closes all connections and waits until they have ended, which takes no longer
// than their CloseTimeout.
func (s *Server) Close() {
	s.mu.Lock()
	s.closed = true
	for c := range s.conns {
		go c.Close(code.GoingAway, "restart") // it may have to wait for a message
	}
	s.mu.Unlock()
	s.open.Wait()
}

// Close all connections of a server and wait for them: here one whose peer replies, and
// one whose peer does not.
func Example_shutdown() {
	s := Server{conns: make(map[*closing.Conn]bool)}
	clientEnd := make(chan event.CloseEvent, 1)
	for _, replies := range []bool{true, false} {
		ours, theirs := net.Pipe()
		c := NewConn(ours, bufio.NewReader(ours), false)
		c.CloseTimeout = 50 * time.Millisecond
		s.Add(c.Conn)
		go c.ReadMessage()
		if replies {
			client := NewConn(theirs, bufio.NewReader(theirs), true)
			client.OnClose(func(e event.CloseEvent) { clientEnd <- e })
			go client.ReadMessage()
		} else {
			go io.Copy(io.Discard, theirs)
		}
	}
	s.Close()
	fmt.Println("all connections have ended")
	fmt.Println("client:", <-clientEnd)
	// Output:
	// all connections have ended
	// client: 1001 (Going Away) "restart", clean
}

// errors.Is finds io.EOF after a planned end: the peer sent 1000, 1001 or an empty close
// frame. It never does if the connection was lost.
func ExampleConn_End_eof() {
	for _, payload := range []string{"\x03\xe8bye", "\x0f\xa1expired"} {
		ours, theirs := net.Pipe()
		go io.Copy(io.Discard, theirs)
		err := closing.Server(ours).Receive([]byte(payload))
		fmt.Println(errors.Is(err, io.EOF), err)
	}
	ours, _ := net.Pipe()
	err := closing.Server(ours).End(io.EOF) // what a read returns after FIN
	fmt.Println(errors.Is(err, io.EOF), err)
	// Output:
	// true closeframe: connection closed: 1000 (Normal Closure) "bye", clean
	// false closeframe: connection closed: 4001 (private) "expired", clean
	// false closeframe: connection closed: 1006 (Abnormal Closure), not clean: EOF
}

// Close a connection when a context is done: the peer receives a code and a reason, and
// the reader returns.
func Example_context() {
	ours, theirs := net.Pipe()
	c := NewConn(ours, bufio.NewReader(ours), false)
	client := NewConn(theirs, bufio.NewReader(theirs), true)
	go client.ReadMessage()

	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Millisecond)
	defer cancel()
	stop := context.AfterFunc(ctx, func() { c.Close(code.TryAgainLater, "timed out") })
	defer stop()

	_, _, err := c.ReadMessage()
	e, _ := event.From(err)
	fmt.Println(e, ctx.Err())
	// Output:
	// 1013 (Try Again Later), clean context deadline exceeded
}

// Log who closed first, and with which code. The event has only what the peer sent.
func ExampleConn_Local() {
	ours, theirs := net.Pipe()
	go io.Copy(io.Discard, theirs)
	c := closing.Server(ours)
	c.CloseTimeout = 50 * time.Millisecond
	ended := make(chan event.CloseEvent)
	c.OnClose(func(e event.CloseEvent) { ended <- e })

	c.Close(code.PolicyViolation, "too many requests") // and nobody replies
	fmt.Println(<-ended)
	if sent, ok := c.Local(); ok && c.LocalFirst() {
		fmt.Println("we closed with", sent)
	}
	// Output:
	// 1006 (Abnormal Closure), not clean
	// we closed with 1008 (Policy Violation)
}
