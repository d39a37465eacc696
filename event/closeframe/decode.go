package main

import (
	"bufio"
	"bytes"
	"encoding/hex"
	"errors"
	"flag"
	"fmt"
	"io"
	"strconv"
	"strings"

	"example.com/closeframe/code"
	"example.com/closeframe/event"
	"example.com/closeframe/frame"
)

var decodeVerb = verb{
	name: "decode",
	args: "[-frame] [HEX...]",
	help: `
Decodes payloads of close frames, given in hex: each argument is one, or without
arguments each line of standard input. Spaces, tabs and colons between bytes and
blank lines are skipped, and so is what follows a #.

Each payload becomes a line of JSON: the members of a browser's CloseEvent, and
name and class of the code. wasClean is false: one frame is not a handshake.
A payload that is malformed is told on standard error with its place, what is
wrong and the code to answer with; the others are still decoded.

  -frame   whole frames instead, masked or not; several may follow each other in
           an argument or a line, up to one whose length cannot be told

Examples:
  $ closeframe decode 03e8627965
  {"wasClean":false,"code":1000,"reason":"bye","name":"Normal Closure","class":"registered"}
  $ closeframe decode -frame 88:05:03:e8:62:79:65
  {"wasClean":false,"code":1000,"reason":"bye","name":"Normal Closure","class":"registered"}

  # From a capture, the close frames that have a packet of their own:
  $ tshark -r FILE -Y websocket.opcode==8 -T fields -e tcp.payload |
        closeframe decode -frame
`,
	setup: func(f *flag.FlagSet) func([]string, streams) int {
		frames := f.Bool("frame", false, "")
		return func(args []string, s streams) int {
			d := decoder{streams: s, frames: *frames}
			if len(args) > 0 {
				d.decodeArgs(args)
			} else {
				d.decodeLines()
			}
			if d.failed {
				return exitFailed
			}
			return exitOK
		}
	},
}

// maxLine is the longest line of standard input in bytes. It has room for 500
// whole frames; a longer line is refused alone.
const maxLine = 1 << 18

// decoder turns hex into lines of JSON and diagnoses.
type decoder struct {
	streams
	frames bool   // whole frames, not payloads
	place  string // where the input came from, for diagnoses
	failed bool   // something was refused
	raw    []byte // the input's bytes, kept to spare a buffer for each
	line   []byte // the line of JSON, likewise
}

func (d *decoder) decodeArgs(args []string) {
	for i, arg := range args {
		d.place = "argument " + strconv.Itoa(i+1)
		d.decode([]byte(arg))
	}
}

// decodeLines reads line by line in constant memory.
func (d *decoder) decodeLines() {
	in := bufio.NewReaderSize(d.in, maxLine)
	for n := 1; ; n++ {
		d.place = "line " + strconv.Itoa(n)
		line, err := in.ReadSlice('\n')
		if errors.Is(err, bufio.ErrBufferFull) {
			d.refuse(fmt.Sprintf("longer than %d bytes", maxLine))
			err = skipLine(in)
		} else {
			d.decodeLine(line)
		}
		if err == io.EOF {
			return
		}
		if err != nil {
			d.refuse(err.Error())
			return
		}
	}
}

// skipLine reads what is left of a line that is too long.
func skipLine(in *bufio.Reader) error {
	for {
		if _, err := in.ReadSlice('\n'); !errors.Is(err, bufio.ErrBufferFull) {
			return err
		}
	}
}

// decodeLine passes over a line with no hex in it. An argument may be empty: it is
// the empty payload.
func (d *decoder) decodeLine(line []byte) {
	line, _, _ = bytes.Cut(line, []byte("#"))
	if len(bytes.TrimSpace(line)) > 0 {
		d.decode(line)
	}
}

func (d *decoder) decode(text []byte) {
	var err error
	if d.raw, err = appendHex(d.raw[:0], text); err != nil {
		d.refuse(err.Error())
		return
	}
	if !d.frames {
		d.payload(d.raw)
		return
	}
	for b := d.raw; ; {
		n := d.frame(b)
		if b = b[n:]; n == 0 || len(b) == 0 {
			return
		}
	}
}

// frame decodes the frame at the start of b and returns its length, or 0 where
// that cannot be told.
func (d *decoder) frame(b []byte) int {
	parse := frame.ParseFrame
	if len(b) > 1 && b[1]&0x80 != 0 {
		parse = frame.ParseMasked
	}
	payload, n, err := parse(b)
	if err != nil {
		d.refuse(diagnosis(err.(frame.Error), 0))
		return 0
	}
	d.payload(payload)
	return n
}

func (d *decoder) payload(p []byte) {
	e, err := event.Parse(p, false)
	if err != nil {
		c, _, _ := frame.Parse(p)
		d.refuse(diagnosis(err.(frame.Error), c))
		return
	}
	d.line = appendLine(d.line[:0], e)
	d.out.Write(d.line)
}

// appendLine appends the line of JSON for e: its own members, then name and class
// of the code, which need no escaping.
func appendLine(b []byte, e event.CloseEvent) []byte {
	b = e.AppendJSON(b)
	b = b[:len(b)-len("}")]
	b = append(b, `,"name":"`...)
	b = append(b, e.Code().Name()...)
	b = append(b, `","class":"`...)
	b = append(b, e.Code().Class().String()...)
	return append(b, "\"}\n"...)
}

// diagnosis says what is wrong and what to answer. c is the code that came with
// frame.ErrCode.
func diagnosis(e frame.Error, c code.Code) string {
	what := strings.TrimPrefix(e.Error(), "closeframe: ")
	if e == frame.ErrCode {
		what += ": " + c.String()
	}
	if a := e.Answer(); a != 0 {
		return what + "; answer " + a.String()
	}
	return what + "; no answer"
}

func (d *decoder) refuse(what string) {
	d.failed = true
	d.complain("%s: %s", d.place, what)
}

// appendHex appends the bytes that text gives in hex to b.
func appendHex(b, text []byte) ([]byte, error) {
	digits := make([]byte, 0, len(text))
	for _, c := range text {
		switch c {
		case ' ', '\t', '\r', '\n', ':':
		default:
			digits = append(digits, c)
		}
	}
	b, err := hex.AppendDecode(b, digits)
	if bad := hex.InvalidByteError(0); errors.As(err, &bad) {
		return b, fmt.Errorf("not hex: %q", rune(bad))
	}
	if err != nil {
		return b, errors.New("hex of half a byte")
	}
	return b, nil
}
