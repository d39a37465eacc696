package main

import (
	"bufio"
	"errors"
	"flag"
	"io"
	"strconv"
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

// maxInput is the longest line, and the longest dump, in bytes: room for hundreds of
// frames. What is longer is rejected alone.
const maxInput = 1 << 18

// A decoder reads texts and writes what they say.
type decoder struct {
	streams
	json   bool
	kind   kind
	source string // of the text at hand: "line" or "argument"
	n      int    // and its number
	failed bool   // something was rejected
	dump   dump
}

// decodeLines reads line by line in constant memory, until the end of the input or
// of an output.
func (d *decoder) decodeLines() {
	in := bufio.NewReaderSize(d.in, maxInput)
	for d.n = 1; !d.dead(); d.n++ {
		line, err := in.ReadSlice('\n')
		if errors.Is(err, bufio.ErrBufferFull) {
			d.endDump()
			d.reject(0, "longer than "+strconv.Itoa(maxInput)+" bytes")
			err = skipLine(in)
		} else {
			d.decodeLine(string(line))
		}
		if err == io.EOF {
			break
		}
		if err != nil {
			d.reject(0, err.Error())
			break
		}
	}
	d.endDump()
}

// skipLine reads the rest of a line that is too long.
func skipLine(in *bufio.Reader) error {
	for {
		if _, err := in.ReadSlice('\n'); !errors.Is(err, bufio.ErrBufferFull) {
			return err
		}
	}
}

// decodeArgument accepts the lines of a dump too. An argument may be empty: it is the
// empty payload.
func (d *decoder) decodeArgument(arg string) {
	if strings.TrimSpace(arg) == "" {
		d.decode(form{})
	}
	for _, line := range strings.SplitAfter(arg, "\n") {
		d.decodeLine(line)
	}
	d.endDump()
}

// decodeLine decodes what the line says, unless it is a row of a dump: a dump waits
// for its end. It passes over a line with nothing in it.
func (d *decoder) decodeLine(line string) {
	line = strings.TrimRight(line, "\r\n")
	if r, ok, err := d.dump.parseRow(line); err != nil {
		d.endDump()
		d.rejectForm(line, err)
		return
	} else if ok {
		d.addRow(r)
		return
	}
	if d.dump.isOpen && strings.TrimSpace(line) == "*" {
		d.dump.repeats = true
		return
	}
	d.endDump()
	if line = cutComment(line); strings.TrimSpace(line) == "" {
		return
	}
	f, err := parseForm(line)
	if err != nil {
		d.rejectForm(line, err)
		return
	}
	d.decode(f)
}

// cutComment returns the line up to a comment: a # at its start or after a space, but
// not in a text.
func cutComment(line string) string {
	if strings.HasPrefix(strings.TrimLeft(line, " \t"), `\`) {
		return line // a text without quotes, whose end cannot be found
	}
	for i := 0; i < len(line); i++ {
		switch c := line[i]; {
		case c == '"' || c == '\'':
			for i++; i < len(line) && line[i] != c; i++ {
				if line[i] == '\\' {
					i++
				}
			}
		case c == '#' && (i == 0 || line[i-1] == ' ' || line[i-1] == '\t'):
			return line[:i]
		}
	}
	return line
}

// rejectForm complains of a line that has no form.
func (d *decoder) rejectForm(line string, err error) {
	var at int
	if e := (*formError)(nil); errors.As(err, &e) {
		at = e.at
	}
	d.reject(utf8.RuneCountInString(line[:at])+1, err.Error())
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
