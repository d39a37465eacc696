package main

import (
	"flag"
	"strings"
	"unicode/utf8"
)

var decodeVerb = verb{
	name:  "decode",
	args:  "[-frame|-payload] [-json|-text] [BYTES...]",
	short: "the bytes of close frames, to code and reason",
	help: `
Decodes close frames, each an argument or, without arguments, a line of standard
input. Bytes are in any form that tools print: hex (03e8, 03:e8, 0x03e8, 0x03,
0xe8), text with escapes (\x03\xe8bye, in quotes or not, b'\x03\xe8bye'), numbers
([3 232], []byte{0x3, 0xe8}, <Buffer 03 e8>), base64 of what is not also hex, and
the rows of hexdump -C, xxd, od -t x1 and Wireshark, which follow each other.
# begins a comment. A text with two readings is an error.

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
		d := decoder{streams: s, json: *isJSON || !*isText && !s.out.isTerminal()}
		switch {
		case *isFrame:
			d.kind = frames
		case *isPayload:
			d.kind = payload
		}
		if len(args) == 0 {
			d.source = "line"
			d.decodeLines()
		}
		d.source = "argument"
		for i := 0; i < len(args) && !s.dead(); i++ {
			d.n = i + 1
			d.decodeArgument(args[i])
		}
		if d.failed {
			return exitFailed
		}
		return exitOK
	}
}

// A decoder reads texts and writes what they say.
type decoder struct {
	streams
	json   bool
	kind   kind
	source string // of the text at hand: "line" or "argument"
	n      int    // and its number
	failed bool   // something was rejected
	dump   dump   // the rows so far
	list   held   // the lines of a list so far
}

// rejectForm complains of a text that has no form. The text begins in the line at
// hand and may have more of them.
func (d *decoder) rejectForm(text string, err error) {
	before := text
	if e, ok := err.(*formError); ok {
		before = text[:e.at]
	}
	column := utf8.RuneCountInString(before[strings.LastIndex(before, "\n")+1:]) + 1
	d.asOf(d.n+strings.Count(before, "\n"), func() { d.reject(column, err.Error()) })
}

// asOf does something as of another line than the one at hand.
func (d *decoder) asOf(line int, do func()) {
	n := d.n
	if d.source == "line" {
		d.n = line
	}
	do()
	d.n = n
}

// reject complains of the text at hand, from a column on unless that is 0.
func (d *decoder) reject(column int, what string) {
	d.failed = true
	if column > 0 {
		d.complain("%s %d, column %d: %s", d.source, d.n, column, what)
		return
	}
	d.complain("%s %d: %s", d.source, d.n, what)
}
