//go:build go1.22

package frame_test

import (
	"bufio"
	"errors"
	"fmt"
	"strings"
	"testing/iotest"

	"example.com/closeframe/code"
	"example.com/closeframe/frame"
)

// readClose reads a client's close frame. If another frame is next, readClose consumes
// nothing and returns frame.ErrNotClose.
func readClose(r *bufio.Reader) (c code.Code, reason string, err error) {
	b, err := r.Peek(2)
	if err != nil {
		return 0, "", err // no close frame: the event is 1006, not clean
	}
	n, err := frame.Len(b)
	if err != nil {
		return 0, "", err
	}
	if b, err = r.Peek(n); err != nil { // at most frame.MaxFrame bytes
		return 0, "", err
	}
	payload, _, err := frame.ParseMasked(b)
	if err != nil {
		return 0, "", err
	}
	c, text, err := frame.Parse(payload)
	reason = string(text) // a copy, because the reader reuses b
	_, _ = r.Discard(n)
	return c, reason, err
}

// A server receives close frames byte by byte.
func Example_bufio() {
	for _, wire := range []string{
		"\x88\x85\x00\x00\x00\x00\x03\xe9bye", // masked with zeros
		"\x88\x83\x00\x00\x00\x00\x03\xe8\xff",
		"\x89\x82\x00\x00\x00\x00hi",
	} {
		r := bufio.NewReader(iotest.OneByteReader(strings.NewReader(wire)))
		c, reason, err := readClose(r)
		switch {
		case err == nil:
			fmt.Printf("reply %v to %q\n", c, reason)
		case errors.Is(err, frame.ErrNotClose):
			fmt.Println("a frame for another parser:", r.Buffered() > 0)
		default:
			fmt.Printf("reply %v: %v\n", frame.Answer(err), err)
		}
	}
	// Output:
	// reply 1001 (Going Away) to "bye"
	// reply 1007 (Invalid frame payload data): closeframe: reason is not UTF-8
	// a frame for another parser: true
}
