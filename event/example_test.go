//go:build go1.24

package event_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

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
		var malformed frame.Error
		if errors.As(err, &malformed) {
			fmt.Printf("%v; reply with %d\n", malformed, malformed.Answer())
			continue
		}
		fmt.Println(e)
	}
	// Output:
	// 1000 (Normal Closure) "bye", clean
	// 1005 (No Status Rcvd), clean
	// closeframe: payload is a single byte; reply with 1002
	// closeframe: code is not allowed in a close frame; reply with 1002
}

func ExampleFrom() {
	// A stack's read call returns the event in an error, which the application wraps.
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

func ExampleTarget() {
	var target event.Target // a field of the connection

	target.OnClose(func(e event.CloseEvent) { fmt.Println("onclose:", e) })
	target.AddEventListener(func(e event.CloseEvent) { fmt.Println("listener:", e.Code()) })
	remove := target.AddEventListener(func(event.CloseEvent) { fmt.Println("never") })
	fmt.Println("removed:", remove())

	fmt.Println("first:", target.Dispatch(event.MustNew(code.NormalClosure, "bye", true)))
	fmt.Println("again:", target.Dispatch(event.Abnormal()))

	// Added after Dispatch, so called immediately.
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

// An event may have any code of 16 bits, but its reason must fit in a close frame.
func ExampleNew() {
	e, err := event.New(code.Code(0), "", false)
	fmt.Println(e, err)
	_, err = event.New(code.NormalClosure, strings.Repeat("a", 124), true)
	fmt.Println(err)
	_, err = event.New(code.NormalClosure, "\xff", true)
	fmt.Println(err)
	// Output:
	// 0 (unused), not clean <nil>
	// closeframe: length is over the limit of a close frame
	// closeframe: reason is not UTF-8
}

// forward returns the payload to send on one connection of a proxy when its other
// connection ended with e. An event with 1006 or 1015 has no payload: forward then uses
// BadGateway to a client and GoingAway to a server. gorilla and gobwas reject 1014; use
// 1011 for clients on these.
func forward(e event.CloseEvent, toClient bool) ([]byte, error) {
	p, err := e.AppendPayload(nil) // 1005 gives the empty payload
	switch {
	case err == nil:
		return p, nil
	case toClient:
		return frame.Append(nil, code.BadGateway, "")
	default:
		return frame.Append(nil, code.GoingAway, "")
	}
}

// A proxy forwards the end of one connection to another.
func ExampleCloseEvent_AppendPayload() {
	for _, e := range []event.CloseEvent{
		event.MustNew(4401, "token expired", true),
		event.MustNew(code.NoStatus, "", true),
		event.Abnormal(),
	} {
		p, err := forward(e, true)
		fmt.Printf("%q %v\n", p, err)
	}
	// Output:
	// "\x111token expired" <nil>
	// "" <nil>
	// "\x03\xf6" <nil>
}

func ExampleCloseEvent_AppendReason() {
	e := event.MustNew(code.PolicyViolation, "no cookies", true)
	b := e.AppendReason(make([]byte, 0, frame.MaxReason)) // enough for any reason
	fmt.Printf("%s\n", b)
	// Output:
	// no cookies
}

// JSON as a browser's onclose listener sends it.
func ExampleCloseEvent_UnmarshalJSON() {
	for _, s := range []string{
		`{"wasClean":true,"code":1000,"reason":"bye","type":"close"}`,
		`{"code":66536}`,
	} {
		var e event.CloseEvent
		err := json.Unmarshal([]byte(s), &e)
		fmt.Println(e, err != nil)
	}
	// Output:
	// 1000 (Normal Closure) "bye", clean false
	// 0 (unused), not clean true
}

func ExampleCloseEvent_GoString() {
	fmt.Printf("%#v\n", event.MustNew(code.GoingAway, "bye", true))
	// Output:
	// event.MustNew(1001, "bye", true)
}

// The error of a read call is io.EOF only for a planned end.
func ExampleError() {
	for _, e := range []event.CloseEvent{event.MustNew(code.NormalClosure, "bye", true), event.Abnormal()} {
		var err error = &event.Error{Event: e, Err: io.EOF} // from the read of TCP
		fmt.Println(errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF))
	}
	// Output:
	// true false
	// false true
}

// After a malformed close frame the error shows the code as received.
func ExampleError_refused() {
	var h event.Handshake
	_ = h.Receive([]byte("\x07\xd0maintenance"))
	refused, err := h.Fault()
	fmt.Println(&event.Error{Event: h.End(), Refused: refused, Err: err})
	// Output:
	// closeframe: connection closed: 1006 (Abnormal Closure), not clean: closeframe: code is not allowed in a close frame: 2000 (reserved)
}
