package main

import (
	"bufio"
	"flag"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

var decodeVerb = verb{
	name:  "decode",
	args:  "[-frame|-payload] [-json|-text] [BYTES...]",
	short: "the bytes of close frames, to code and reason",
	help: `
Decodes close frames, each an argument or, without arguments, a line of standard
input. Bytes are in any form that tools print: hex (03e8, 03:e8, 0x03, 0xe8), text
with escapes (\x03\xe8bye, in quotes or not, b'\x03\xe8bye'), numbers in brackets
([3 232], []byte{0x3, 0xe8}), <Buffer 03 e8>, base64 of what is not also hex, and
the rows of hexdump -C, xxd and Wireshark, which follow each other. # begins a
comment. A text with two readings is an error.

decode finds out whether the bytes are a payload or whole frames, masked or not,
and prints which; where they may be both, a flag must decide. It explains a wrong
close frame: the code as received, what is wrong, and the code to answer with.

  -frame     whole frames; several may follow each other
  -payload   the payload of one frame
  -json      a line of JSON for each, as when standard output is no terminal
  -text      text for people, as when it is one

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

// A decoder reads texts and writes what the bytes in them are.
type decoder struct {
	streams
	isFrame, isPayload, json bool // as the flags say
	failed                   bool // something was rejected
	at                       place
	dump                     dump // the rows so far
}

// A place is that of a text: a line of standard input, or an argument. The other one
// is 0.
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

// maxInput is the longest line, and the longest dump, in bytes: room for hundreds of
// frames. A longer one is rejected alone.
const maxInput = 1 << 16

// decodeLines reads line by line in constant memory, until the end of the input or of
// an output.
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
		if isCut { // skip the rest of it
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

// decodeLine decodes a line, or keeps it where it is a row of a dump.
func (d *decoder) decodeLine(line string) {
	if !utf8.ValidString(line) {
		d.reject(d.at, "raw bytes: print them as hex first, for example with xxd -p")
		return
	}
	// A row first: as hex its offset would be a code.
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

// reject complains of a text that cannot be read.
func (d *decoder) reject(at place, what string) {
	d.failed = true
	d.complain("%v: %s", at, what)
}
