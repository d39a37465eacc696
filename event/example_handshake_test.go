//go:build go1.24

package event_test

import (
	"errors"
	"fmt"
	"io"
	"os"

	"example.com/closeframe/code"
	"example.com/closeframe/event"
	"example.com/closeframe/frame"
)

// A server whose peer closes. What the client sent stands in wire; the answer goes
// to standard output here.
func ExampleHandshake() {
	wire := []byte("\x88\x85\x00\x00\x00\x00\x03\xe9bye") // masked with zeros
	conn := hexWriter{os.Stdout}

	var h event.Handshake // of the connection, guarded by its write lock

	payload, _, err := frame.ParseMasked(wire)
	if err != nil {
		panic(err)
	}
	if err := h.Receive(payload); err != nil {
		fmt.Println(err) // the reply says so too
	}
	if c, due := h.Reply(); due {
		b, err := frame.AppendFrame(make([]byte, 0, frame.MaxFrame), c, "")
		if err != nil {
			panic(err) // never: a reply can be sent
		}
		if _, err := conn.Write(b); err == nil {
			h.Sent(c)
		}
	}
	fmt.Println(h.State()) // the server closes TCP now
	fmt.Println(h.End())
	// Output:
	// 88 02 03 e9
	// Complete
	// 1001 (Going Away) "bye", clean
}

// A client that closes first.
func ExampleHandshake_localFirst() {
	conn := hexWriter{os.Stdout}
	key := [4]byte{0x37, 0xfa, 0x21, 0x3d} // drawn at random for each frame

	var h event.Handshake // of the connection, guarded by its write lock

	if h.State() == event.Open {
		b, err := frame.AppendMasked(nil, code.NormalClosure, "done", key)
		if err != nil {
			panic(err)
		}
		if _, err := conn.Write(b); err == nil {
			h.Sent(code.NormalClosure)
		}
	}
	fmt.Println(h.State()) // go on reading

	// The server answers, or has closed at the same time: it is the same.
	payload, _, err := frame.ParseFrame([]byte("\x88\x02\x03\xe8"))
	if err != nil {
		panic(err)
	}
	if err := h.Receive(payload); err != nil {
		fmt.Println(err)
	}
	_, due := h.Reply()
	fmt.Println(h.State(), due) // wait until the server closes TCP
	fmt.Println(h.End(), h.LocalFirst())
	// Output:
	// 88 86 37 fa 21 3d 34 12 45 52 59 9f
	// LocalClosing
	// Complete false
	// 1000 (Normal Closure), clean true
}

// A malformed close frame: the answer says what was wrong, and the event that no
// good one came.
func ExampleHandshake_Receive() {
	var h event.Handshake

	err := h.Receive([]byte("\x03\xe8\xff"))
	var bad frame.Error
	fmt.Println(errors.As(err, &bad), bad)

	c, due := h.Reply() // the same as bad.Answer
	fmt.Println(c, due)
	h.Sent(c)
	_, ok := h.Remote()
	fmt.Println(ok, h.End())
	// Output:
	// true closeframe: reason is not UTF-8
	// 1007 (Invalid frame payload data) true
	// false 1006 (Abnormal Closure), not clean
}

// A stack that has parsed the close frame itself, and reports only code and reason.
func ExampleHandshake_ReceiveParsed() {
	var h event.Handshake

	if err := h.ReceiveParsed(1001, "restart"); err != nil {
		fmt.Println(err)
	}
	if c, due := h.Reply(); due { // if the stack has replied itself: Sent alone
		h.Sent(c)
	}
	fmt.Println(h.End())
	// Output:
	// 1001 (Going Away) "restart", clean
}

// A connection that fails for a message that is too big. What the peer sends after
// that does not count, its answer neither.
func ExampleHandshake_Fail() {
	var h event.Handshake

	h.Fail()
	if h.State() == event.Open {
		h.Sent(code.MessageTooBig) // once the close frame is written
	}
	err := h.Receive([]byte("\x03\xf1"))
	sent, _ := h.Local()
	fmt.Println(err, sent)
	fmt.Println(h.End())
	// Output:
	// <nil> 1009 (Message Too Big)
	// 1006 (Abnormal Closure), not clean
}

// hexWriter writes bytes as a line of hex.
type hexWriter struct{ w io.Writer }

func (h hexWriter) Write(p []byte) (int, error) {
	_, err := fmt.Fprintf(h.w, "% x\n", p)
	return len(p), err
}
