package event_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	"example.com/closeframe/code"
	"example.com/closeframe/event"
	"example.com/closeframe/frame"
)

func ExampleCloseEvent() {
	e, err := event.New(code.GoingAway, "restart\x1b[2J", true)
	if err != nil {
		panic(err)
	}
	fmt.Println(e) // safe for a terminal
	fmt.Println(e.Code(), len(e.Reason()), e.WasClean())
	fmt.Println(e == event.MustNew(code.GoingAway, []byte("restart\x1b[2J"), true))

	seen := map[event.CloseEvent]int{e: 1}
	seen[e]++
	fmt.Println(seen[e])
	// Output:
	// 1001 (Going Away) "restart\x1b[2J", clean
	// 1001 (Going Away) 11 true
	// true
	// 2
}

func ExampleParse() {
	for _, payload := range []string{"\x03\xe8bye", "", "\x03", "\x03\xee"} {
		e, err := event.Parse([]byte(payload), true)
		if err != nil {
			fmt.Printf("%v; answer with %d\n", err, err.(frame.Error).Answer())
			continue
		}
		fmt.Println(e)
	}
	// Output:
	// 1000 (Normal Closure) "bye", clean
	// 1005 (No Status Rcvd), clean
	// closeframe: payload of one byte; answer with 1002
	// closeframe: code may not stand in a close frame; answer with 1002
}

func ExampleFrom() {
	// A stack's read call returns the event in an error, its users wrap that.
	read := func() error {
		return &event.Error{Event: event.Abnormal(), Err: io.ErrUnexpectedEOF}
	}
	err := fmt.Errorf("chat: %w", read())

	if e, ok := event.From(err); ok && !e.WasClean() {
		fmt.Println("connect again after", e.Code())
	}
	fmt.Println(errors.Is(err, io.ErrUnexpectedEOF))
	fmt.Println(err)
	// Output:
	// connect again after 1006 (Abnormal Closure)
	// true
	// chat: closeframe: connection closed: 1006 (Abnormal Closure), not clean: unexpected EOF
}

func ExampleCloseEvent_AppendJSON() {
	e := event.MustNew(code.PolicyViolation, "no <b>", true)
	line := e.AppendJSON(make([]byte, 0, 256))
	fmt.Printf("%s\n", line)

	var back event.CloseEvent
	if err := json.Unmarshal(line, &back); err != nil {
		panic(err)
	}
	fmt.Println(back == e)
	// Output:
	// {"wasClean":true,"code":1008,"reason":"no \u003cb\u003e"}
	// true
}

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

func ExampleTarget() {
	var target event.Target // a field of the connection

	target.OnClose(func(e event.CloseEvent) { fmt.Println("onclose:", e) })
	target.AddEventListener(func(e event.CloseEvent) { fmt.Println("listener:", e.Code()) })
	remove := target.AddEventListener(func(event.CloseEvent) { fmt.Println("never") })
	fmt.Println("removed:", remove())

	fmt.Println("first:", target.Dispatch(event.MustNew(code.NormalClosure, "bye", true)))
	fmt.Println("again:", target.Dispatch(event.Abnormal()))

	// Too late for the delivery, and called all the same.
	target.AddEventListener(func(e event.CloseEvent) { fmt.Println("late:", e.Code()) })
	fmt.Println("removed:", remove())
	// Output:
	// removed: true
	// onclose: 1000 (Normal Closure) "bye", clean
	// listener: 1000 (Normal Closure)
	// first: true
	// again: false
	// late: 1000 (Normal Closure)
	// removed: false
}

// hexWriter writes bytes as a line of hex.
type hexWriter struct{ w io.Writer }

func (h hexWriter) Write(p []byte) (int, error) {
	_, err := fmt.Fprintf(h.w, "% x\n", p)
	return len(p), err
}
