//go:build go1.24

package event_test

import (
	"errors"
	"fmt"
	"net"
	"sync"

	"example.com/closeframe/code"
	"example.com/closeframe/event"
	"example.com/closeframe/frame"
)

// A Conn is one end of a connection that does nothing but close: what a stack adds
// to its own connection type.
type Conn struct {
	tcp    net.Conn
	server bool

	mu        sync.Mutex // orders the writes, and guards the next two
	handshake event.Handshake
	buf       [frame.MaxFrame]byte

	target event.Target // has a lock of its own
}

// OnClose lets the application listen, but not dispatch.
func (c *Conn) OnClose(f func(event.CloseEvent)) { c.target.OnClose(f) }

// Close starts the closing handshake, unless it has been started.
func (c *Conn) Close(cc code.Code, reason string) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.handshake.State() != event.Open {
		return nil
	}
	return c.write(cc, reason)
}

// write sends a close frame. c.mu is held, so that no other frame follows it.
func (c *Conn) write(cc code.Code, reason string) (err error) {
	b := c.buf[:0]
	if c.server {
		b, err = frame.AppendFrame(b, cc, reason)
	} else {
		b, err = frame.AppendMasked(b, cc, reason, [4]byte{1, 2, 3, 4}) // draw them at random
	}
	if err != nil {
		return err
	}
	if _, err = c.tcp.Write(b); err != nil {
		return err // not Sent: the end will not be clean
	}
	c.handshake.Sent(cc)
	return nil
}

// Serve reads until the connection ends, and then tells the listener.
func (c *Conn) Serve() {
	c.read()
	c.tcp.Close()
	c.mu.Lock()
	e := c.handshake.End()
	c.mu.Unlock()
	c.target.Dispatch(e) // without the lock: a listener may call Close
}

func (c *Conn) read() {
	parse := frame.ParseFrame
	if c.server {
		parse = frame.ParseMasked
	}
	buf := make([]byte, 0, 512)
	for {
		n, err := c.tcp.Read(buf[len(buf):cap(buf)])
		if err != nil {
			return
		}
		buf = buf[:len(buf)+n]
		payload, n, err := parse(buf)
		if errors.Is(err, frame.ErrIncomplete) {
			continue
		}
		if err != nil {
			c.fail(err) // a real stack goes on to its other frames with ErrNotClose
			return
		}
		if err := c.receive(payload); err != nil || c.server {
			return // who finds a fault closes TCP first, else the server does
		}
		buf = append(buf[:0], buf[n:]...)
	}
}

// receive answers the peer's close frame.
func (c *Conn) receive(payload []byte) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	err := c.handshake.Receive(payload)
	if cc, due := c.handshake.Reply(); due {
		_ = c.write(cc, "") // if it fails the end is not clean
	}
	return err
}

// fail tells the peer what was wrong with a frame.
func (c *Conn) fail(err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.handshake.Fail()
	var bad frame.Error
	if errors.As(err, &bad) && bad.Answer() != 0 && c.handshake.State() == event.Open {
		_ = c.write(bad.Answer(), "")
	}
}

// A connection type that embeds a Handshake behind its write lock, and a Target.
func Example_embed() {
	left, right := net.Pipe()
	server, client := &Conn{tcp: left, server: true}, &Conn{tcp: right}

	var atServer, atClient event.CloseEvent
	server.OnClose(func(e event.CloseEvent) { atServer = e })
	client.OnClose(func(e event.CloseEvent) { atClient = e })

	var wg sync.WaitGroup
	for _, c := range []*Conn{server, client} {
		wg.Add(1)
		go func() {
			defer wg.Done()
			c.Serve()
		}()
	}
	if err := client.Close(code.NormalClosure, "bye"); err != nil {
		fmt.Println(err)
	}
	wg.Wait()

	fmt.Println("server:", atServer)
	fmt.Println("client:", atClient)
	// Output:
	// server: 1000 (Normal Closure) "bye", clean
	// client: 1000 (Normal Closure), clean
}
