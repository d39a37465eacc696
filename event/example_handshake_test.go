//go:build go1.22

package event_test

import (
	"bytes"
	"fmt"
	"net"

	"example.com/closeframe/code"
	"example.com/closeframe/event"
	"example.com/closeframe/frame"
)

// A peer is one end of a connection, with a buffer instead of TCP. A stack guards both
// fields with the lock that orders its writes.
type peer struct {
	h   event.Handshake
	out bytes.Buffer
}

// close starts the closing handshake.
func (p *peer) close(c code.Code, reason string) error {
	if !p.h.MaySendClose() {
		return net.ErrClosed
	}
	b, err := frame.AppendFrame(nil, c, reason)
	if err != nil {
		return err // c or reason must not be sent; the state is unchanged
	}
	p.write(c, b)
	return nil
}

// receive records the peer's close frame and replies.
func (p *peer) receive(b []byte) error {
	payload, _, err := frame.ParseFrame(b)
	if err != nil {
		return err
	}
	err = p.h.Receive(payload)
	if c, due := p.h.Reply(); due {
		b, _ := frame.AppendFrame(nil, c, "") // a reply may always be sent
		p.write(c, b)
	}
	return err
}

func (p *peer) write(c code.Code, b []byte) {
	if _, err := p.out.Write(b); err != nil {
		p.h.WriteFailed() // the peer may have received a part of the frame
		return
	}
	p.h.Sent(c)
}

// Both sides of a closing handshake. Package closing does this over a net.Conn.
func ExampleHandshake() {
	var server, client peer

	fmt.Println(client.close(1006, ""))
	fmt.Println(client.close(code.GoingAway, "bye"))
	fmt.Println("client:", client.h.State())

	fmt.Println(server.receive(client.out.Bytes()))
	fmt.Println("server:", server.h.State()) // it closes TCP

	fmt.Println(client.receive(server.out.Bytes()))
	fmt.Println("client:", client.h.State(), client.h.LocalFirst()) // it waits until the server closes TCP

	fmt.Println("server:", server.h.End())
	fmt.Println("client:", client.h.End())
	// Output:
	// closeframe: code is not allowed in a close frame
	// <nil>
	// client: LocalClosing
	// <nil>
	// server: Complete
	// <nil>
	// client: Complete true
	// server: 1001 (Going Away) "bye", clean
	// client: 1001 (Going Away), clean
}

// After a malformed close frame the reply has the error's answer, the event is 1006, and
// Fault returns the code for the log.
func ExampleHandshake_Receive() {
	var h event.Handshake

	err := h.Receive([]byte("\x03\xe8\xff"))
	fmt.Println(err)
	fmt.Println(h.Reply())
	fmt.Println(h.Fault())
	fmt.Println(h.End())
	// Output:
	// closeframe: reason is not UTF-8
	// 1007 (Invalid frame payload data) true
	// 1000 (Normal Closure) closeframe: reason is not UTF-8
	// 1006 (Abnormal Closure), not clean
}

// A stack that has parsed the close frame itself reports only code and reason.
func ExampleHandshake_ReceiveParsed() {
	var h event.Handshake

	if err := h.ReceiveParsed(1001, "restart"); err != nil {
		fmt.Println(err)
	}
	if c, due := h.Reply(); due { // if the stack has replied itself, call only Sent
		h.Sent(c)
	}
	fmt.Println(h.End())
	// Output:
	// 1001 (Going Away) "restart", clean
}

// After a failed write nothing may be sent, but the peer's close frame counts.
func ExampleHandshake_WriteFailed() {
	var h event.Handshake

	h.WriteFailed() // of any frame
	_ = h.Receive([]byte("\x03\xe8"))
	_, due := h.Reply()
	fmt.Println(due, h.MaySendClose())
	fmt.Println(h.End())
	// Output:
	// false false
	// 1000 (Normal Closure), not clean
}

// A message that is too big fails the connection. After that, close frames from the peer
// are ignored, even its reply.
func ExampleHandshake_Fail() {
	var h event.Handshake

	h.Fail()
	if h.MaySendClose() {
		h.Sent(code.MessageTooBig) // once the close frame is written
	}
	fmt.Println(h.Receive([]byte("\x03\xf1")))
	fmt.Println(h.Local())
	fmt.Println(h.End())
	// Output:
	// <nil>
	// 1009 (Message Too Big) true
	// 1006 (Abnormal Closure), not clean
}
