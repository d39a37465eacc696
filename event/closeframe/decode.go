package main

import (
	"bufio"
	"flag"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

var decodeCommand = subcommand{
	name:  "decode",
	args:  "[-frame|-payload] [-json|-text] [BYTES...]",
	short: "print the code and the reason of close frames",
	help: `
Decodes the close frames in its arguments. Without arguments it reads standard input,
where each line is one input. Consecutive rows of a dump are one input too. The bytes
may have any form that tools print:

  hex                03e8  03:e8  0x03, 0xe8
  escaped text       \x03\xe8bye  "\x03\xe8bye"  b'\x03\xe8bye'
  numbers            [3 232]  []byte{0x3, 0xe8}  <Buffer 03 e8>
  base64             if the text is not also valid hex
  rows of a dump     from hexdump -C, xxd or Wireshark

# begins a comment. decode detects whether the bytes are a payload or whole frames,
masked or not, and prints which. Ambiguous bytes are an error; -frame or -payload may
resolve it. For a malformed close frame decode prints the code as received, the
error, and the code to reply with.

  -frame     the bytes are whole frames, one or more
  -payload   the bytes are the payload of one frame
  -json      print one line of JSON for each frame; the default unless standard
             output is a terminal
  -text      print text; the default on a terminal

Examples:
  $ closeframe decode -text 'b"\x03\xe8bye"' '<Buffer 88 02 0f a1>'
  1000 (Normal Closure) "bye" [payload]
  4001 (private) [unmasked frame]
  $ closeframe decode -json 03e8627965
  {"argument":1,"code":1000,"reason":"bye","name":"Normal Closure","class":"registered","as":"payload"}
`,
	setup: setupDecode,
}

func setupDecode(f *flag.FlagSet) func([]string, streams) int {
	isFrame := f.Bool("frame", false, "")
	isPayload := f.Bool("payload", false, "")
	isJSON := f.Bool("json", false, "")
	isText := f.Bool("text", false, "")
	return func(args []string, s streams) int {
		if *isFrame && *isPayload || *isJSON && *isText {
			s.complain("decode accepts one of -frame and -payload, and one of -json and -text")
			return exitUsage
		}
		d := decoder{streams: s, isFrame: *isFrame, isPayload: *isPayload, json: *isJSON || !*isText && !s.out.isTerminal()}
		if len(args) == 0 {
			d.decodeLines(s.in)
		}
		for i := 0; i < len(args) && !s.dead(); i++ {
			d.at = place{Argument: i + 1}
			if strings.TrimSpace(args[i]) == "" {
				d.decode(nil, "") // the empty payload; in a file empty lines are only space
			}
			d.decodeLines(strings.NewReader(args[i]))
		}
		if d.failed {
			return exitFailed
		}
		return exitOK
	}
}

// A decoder reads texts with bytes and prints the close frames in them.
type decoder struct {
	streams
	isFrame, isPayload, json bool // the flags
	failed                   bool // something was rejected
	at                       place
	dump                     dump // the rows so far
}

// A place is the position of a text: a line of standard input, or an argument. The other
// field is 0.
type place struct {
	Line     int `json:"line,omitempty"`
	Argument int `json:"argument,omitempty"`
}

func (p place) String() string {
	if p.Argument > 0 {
		return fmt.Sprintf("argument %d", p.Argument)
	}
	return fmt.Sprintf("line %d", p.Line)
}

// maxInput is the longest line, and the longest dump, in bytes: enough for hundreds of
// frames. A longer one is rejected, and decoding continues after it.
const maxInput = 1 << 16

// decodeLines reads line by line in constant memory, until the input ends or an output
// fails.
func (d *decoder) decodeLines(r io.Reader) {
	in := bufio.NewReaderSize(r, maxInput)
	for !d.dead() {
		line, isCut, err := in.ReadLine()
		if d.at.Argument == 0 {
			d.at.Line++
		}
		if err != nil {
			if err != io.EOF {
				d.reject(d.at, err.Error())
			}
			break
		}
		if isCut { // skip the rest of the line
			for isCut && err == nil {
				_, isCut, err = in.ReadLine()
			}
			d.endDump()
			d.reject(d.at, tooLong)
			continue
		}
		d.decodeLine(string(line))
	}
	d.endDump()
}

var tooLong = fmt.Sprintf("longer than %d bytes", maxInput)

// decodeLine decodes a line, or adds it to the dump if it is a row.
func (d *decoder) decodeLine(line string) {
	if !utf8.ValidString(line) {
		d.reject(d.at, "raw bytes: print them as hex first, for example with xxd -p")
		return
	}
	// Try a row first: read as hex, its offset would be a code.
	if d.addRow(line) {
		return
	}
	d.endDump()
	if text := strings.TrimSpace(line); text == "" || text[0] == '#' {
		return
	}
	b, how, err := parseForm(line)
	if e, ok := err.(*formError); ok {
		column := utf8.RuneCountInString(line[:e.at]) + 1
		d.failed = true
		d.complain("%v, column %d: %s", d.at, column, e.what)
		return
	}
	d.decode(b, how)
}

// reject reports a text that cannot be decoded.
func (d *decoder) reject(at place, what string) {
	d.failed = true
	d.complain("%v: %s", at, what)
}
