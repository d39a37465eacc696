//go:build go1.24

package frame_test

import (
	"errors"
	"fmt"
	"strings"

	"example.com/closeframe/code"
	"example.com/closeframe/frame"
)

func ExampleParse() {
	payload := []byte("\x03\xe9going away") // of a close frame, unmasked
	c, reason, err := frame.Parse(payload)
	fmt.Printf("%v, %q, %v\n", c, reason, err)
	// Output:
	// 1001 (Going Away), "going away", <nil>
}

// Every error has the code to reply with.
func ExampleParse_error() {
	for _, payload := range []string{"\x03", "\x03\xed", "\x03\xe8\xff"} {
		_, _, err := frame.Parse([]byte(payload))
		var e frame.Error
		if errors.As(err, &e) {
			fmt.Printf("%v: reply %v\n", e, e.Answer())
		}
	}
	// Output:
	// closeframe: payload is a single byte: reply 1002 (Protocol error)
	// closeframe: code is not allowed in a close frame: reply 1002 (Protocol error)
	// closeframe: reason is not UTF-8: reply 1007 (Invalid frame payload data)
}

func ExampleAppend() {
	buf := make([]byte, 0, frame.MaxPayload) // enough spare capacity: does not allocate
	payload, err := frame.Append(buf, code.NormalClosure, "bye")
	fmt.Printf("% x, %v\n", payload, err)
	_, err = frame.Append(buf, code.AbnormalClosure, "bye")
	fmt.Println(err)
	// Output:
	// 03 e8 62 79 65, <nil>
	// closeframe: code is not allowed in a close frame
}

func ExampleAppendFrame() {
	b, err := frame.AppendFrame(nil, code.NormalClosure, "bye")
	fmt.Printf("% x, %v\n", b, err)
	b, err = frame.AppendFrame(nil, code.NoStatus, "") // an empty payload
	fmt.Printf("% x, %v\n", b, err)
	// Output:
	// 88 05 03 e8 62 79 65, <nil>
	// 88 00, <nil>
}

func ExampleAppendMasked() {
	key := [4]byte{0x37, 0xfa, 0x21, 0x3d} // use crypto/rand
	b, err := frame.AppendMasked(nil, code.NormalClosure, "bye", key)
	fmt.Printf("% x, %v\n", b, err)
	// Output:
	// 88 85 37 fa 21 3d 34 12 43 44 52, <nil>
}

func ExampleParseFrame() {
	b := []byte("\x88\x05\x03\xe8bye" + "\x89\x00") // a close frame, then a ping
	payload, n, err := frame.ParseFrame(b)
	fmt.Printf("%q, %v\n", payload, err)
	_, _, err = frame.ParseFrame(b[n:])
	fmt.Println(err)
	_, _, err = frame.ParseFrame(b[:3])
	fmt.Println(err)
	// Output:
	// "\x03\xe8bye", <nil>
	// closeframe: not a close frame
	// closeframe: frame is incomplete
}

func ExampleParseMasked() {
	b := []byte{0x88, 0x85, 0x37, 0xfa, 0x21, 0x3d, 0x34, 0x12, 0x43, 0x44, 0x52}
	payload, n, err := frame.ParseMasked(b)
	fmt.Printf("%q, %d, %v\n", payload, n, err)
	fmt.Printf("% x\n", b) // unmasked in place
	// Output:
	// "\x03\xe8bye", 11, <nil>
	// 88 85 00 00 00 00 03 e8 62 79 65
}

// Truncate cuts a long reason between runes.
func ExampleTruncate() {
	reason := frame.Truncate(strings.Repeat("語", 60))
	fmt.Println(len(reason), frame.CheckReason(reason))
	// Output:
	// 123 <nil>
}

// Check needs no buffer. The code may have any integer type.
func ExampleCheck() {
	fmt.Println(frame.Check(4001, "bye"))
	fmt.Println(frame.Check(66536, "bye")) // uint16(66536) is 1000
	fmt.Println(frame.Check(-1, ""))
	// Output:
	// <nil>
	// closeframe: code is not allowed in a close frame
	// closeframe: code is not allowed in a close frame
}

// Len returns how many bytes to read.
func ExampleLen() {
	fmt.Println(frame.Len([]byte{0x88, 0x85})) // masked: a header of 6 bytes
	fmt.Println(frame.Len([]byte{0x88}))
	fmt.Println(frame.Len([]byte{0x89})) // a ping
	// Output:
	// 11 <nil>
	// 0 closeframe: frame is incomplete
	// 0 closeframe: not a close frame
}

// Sanitize makes any code and text legal to send.
func ExampleSanitize() {
	c, reason := frame.Sanitize(70000, strings.Repeat("語", 60)+"\xff")
	fmt.Println(c, len(reason), frame.Check(c, reason))
	// Output:
	// 1011 (Internal Error) 123 <nil>
}

// Answer finds a wrapped Error.
func ExampleAnswer() {
	err := fmt.Errorf("chat: %w", frame.ErrUTF8)
	fmt.Println(frame.Answer(err))
	// Output:
	// 1007 (Invalid frame payload data)
}

func ExampleCheckReason() {
	fmt.Println(frame.CheckReason("до свидания"))
	fmt.Println(frame.CheckReason("\xff"))
	fmt.Println(frame.CheckReason(strings.Repeat("a", 124)))
	// Output:
	// <nil>
	// closeframe: reason is not UTF-8
	// closeframe: length is over the limit of a close frame
}

// The errors are constants: compare them, or switch over them.
func ExampleError() {
	for _, b := range []string{"\x88\x05\x03\xe8by", "\x81\x02hi", "\x08\x00", "\x88\x80"} {
		_, _, err := frame.ParseFrame([]byte(b))
		switch {
		case errors.Is(err, frame.ErrIncomplete):
			fmt.Println("read more")
		case errors.Is(err, frame.ErrNotClose):
			fmt.Println("for another parser")
		default:
			fmt.Println(err)
		}
	}
	// Output:
	// read more
	// for another parser
	// closeframe: close frame is fragmented
	// closeframe: mask bit is wrong for the sender
}

func ExampleError_Answer() {
	err := fmt.Errorf("chat: %w", frame.ErrUTF8) // as wrapped by a stack

	var e frame.Error
	if errors.As(err, &e) && e.Answer() != 0 {
		b, err := frame.AppendFrame(nil, e.Answer(), "")
		fmt.Printf("% x, %v\n", b, err)
	}
	// Output:
	// 88 02 03 ef, <nil>
}
