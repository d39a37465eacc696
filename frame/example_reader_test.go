//go:build go1.24

package frame_test

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing/iotest"

	"example.com/closeframe/frame"
)

// A reader is a server's side of a connection that leaves close frames to package
// frame and passes all other frames on.
type reader struct {
	from  io.Reader
	to    io.Writer
	other func(b []byte) (n int) // reads another frame at the start of b; 0 if there is less
}

// run reads until the client closes or breaks the protocol, and answers that. Its
// error is nil after a good close frame.
func (r *reader) run() error {
	buf := make([]byte, 0, 4096)
	for {
		payload, n, err := frame.ParseMasked(buf)
		switch {
		case errors.Is(err, frame.ErrNotClose):
			n = r.other(buf)
		case err == nil:
			return r.answer(payload)
		case !errors.Is(err, frame.ErrIncomplete):
			return r.refuse(err)
		}
		buf = buf[:copy(buf, buf[n:])]
		if n > 0 {
			continue // there may be another frame
		}
		n, err = r.from.Read(buf[len(buf):cap(buf)])
		if buf = buf[:len(buf)+n]; n == 0 && err != nil {
			return err // the end is 1006, not clean
		}
	}
}

// answer sends the client's code back (RFC 6455, section 5.5.1).
func (r *reader) answer(payload []byte) error {
	c, reason, err := frame.Parse(payload)
	if err != nil {
		return r.refuse(err)
	}
	fmt.Printf("closed: %v %q\n", c, reason)
	var out [frame.MaxFrame]byte
	b, err := frame.AppendFrame(out[:0], c, "")
	if err != nil {
		return err // never: a received code can be sent
	}
	_, err = r.to.Write(b)
	return err
}

// refuse tells the client what was wrong, and returns that.
func (r *reader) refuse(err error) error {
	var e frame.Error
	if !errors.As(err, &e) || e.Answer() == 0 {
		return err
	}
	b, appendErr := frame.AppendFrame(nil, e.Answer(), frame.Truncate(e.Error()))
	if appendErr != nil {
		return appendErr // never
	}
	if _, writeErr := r.to.Write(b); writeErr != nil {
		return writeErr
	}
	return err
}

// skip takes a frame of less than 126 bytes as read.
func skip(b []byte) int {
	if len(b) < 2 || len(b) < 6+int(b[1]&0x7f) {
		return 0
	}
	fmt.Printf("another frame: opcode %d\n", b[0]&0xf)
	return 6 + int(b[1]&0x7f)
}

// A server's read loop, with frames that arrive byte by byte.
func Example_readLoop() {
	for _, wire := range []string{
		"\x89\x82\x00\x00\x00\x00hi" + "\x88\x85\x00\x00\x00\x00\x03\xe9bye", // masked with zeros
		"\x88\x83\x00\x00\x00\x00\x03\xe8\xff",
	} {
		var out strings.Builder
		r := &reader{iotest.OneByteReader(strings.NewReader(wire)), &out, skip}
		err := r.run()
		fmt.Printf("answer %q, %v\n", out.String(), err)
	}
	// Output:
	// another frame: opcode 9
	// closed: 1001 (Going Away) "bye"
	// answer "\x88\x02\x03\xe9", <nil>
	// answer "\x88!\x03\xefcloseframe: reason is not UTF-8", closeframe: reason is not UTF-8
}
