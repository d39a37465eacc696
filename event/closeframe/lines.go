package main

import (
	"bufio"
	"errors"
	"io"
	"regexp"
	"strconv"
	"strings"
)

// maxInput is the longest line, and the longest dump, in bytes: room for hundreds of
// frames. What is longer is rejected alone.
const maxInput = 1 << 18

// decodeLines reads line by line in constant memory, until the end of the input or
// of an output.
func (d *decoder) decodeLines() {
	in := bufio.NewReaderSize(d.in, maxInput)
	for d.n = 1; !d.dead(); d.n++ {
		line, err := in.ReadSlice('\n')
		if errors.Is(err, bufio.ErrBufferFull) {
			d.end()
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
	d.end()
}

// skipLine reads the rest of a line that is too long.
func skipLine(in *bufio.Reader) error {
	for {
		if _, err := in.ReadSlice('\n'); !errors.Is(err, bufio.ErrBufferFull) {
			return err
		}
	}
}

// decodeArgument accepts several lines too. An argument may be empty: it is the empty
// payload.
func (d *decoder) decodeArgument(arg string) {
	if strings.TrimSpace(arg) == "" {
		d.decode(form{})
	}
	for _, line := range strings.SplitAfter(arg, "\n") {
		d.decodeLine(line)
	}
	d.end()
}

// decodeLine decodes what the line says. A row of a dump and the lines of a list wait
// for the rest. It passes over a line with nothing in it.
func (d *decoder) decodeLine(line string) {
	line = strings.TrimRight(line, "\r\n")
	if d.holds(line) {
		return
	}
	if r, ok, err := d.dump.parseRow(line); err != nil {
		d.end()
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
	d.end()
	if line = cutComment(line); strings.TrimSpace(line) != "" {
		d.decodeText(line)
	}
}

// end decodes what waits.
func (d *decoder) end() {
	d.endDump()
	if d.list.text != "" {
		d.endList(d.list.text)
	}
}

// decodeText decodes a text, or holds it where it is the beginning of a list.
func (d *decoder) decodeText(text string) {
	if endsOpen.MatchString(text) {
		d.list = held{text, d.n}
		return
	}
	f, err := parseForm(text)
	if isOpen(err) {
		d.list = held{text, d.n}
	} else if err != nil {
		d.rejectForm(text, err)
	} else {
		d.decode(f)
	}
}

// Held are the first lines of a list that goes on: one whose bracket is open, as Node
// prints it, or an array of C, as xxd -i does.
type held struct {
	text string
	line int // of its beginning
}

// maxHeld bounds a list of several lines, in bytes.
const maxHeld = 1 << 12

var (
	endsOpen = regexp.MustCompile(`\b0x[0-9a-fA-F]{1,2},[ \t]*$`)
	listLine = regexp.MustCompile(`^[ \t]*[0-9a-fA-Fx\])}>][0-9a-fA-Fx, \t\])}>;-]*$`)
)

// holds reports whether the line goes on with a list, which it then ends if it can.
func (d *decoder) holds(line string) bool {
	if d.list.text == "" {
		return false
	}
	text := d.list.text + "\n" + line
	if !listLine.MatchString(line) || len(text) > maxHeld {
		d.end()
		return false
	}
	_, err := parseForm(text)
	if d.list.text = text; !isOpen(err) && !endsOpen.MatchString(text) {
		d.endList(text)
	}
	return true
}

func isOpen(err error) bool {
	e, ok := err.(*formError)
	return ok && e.isOpen
}

// endList decodes a list as of its first line.
func (d *decoder) endList(text string) {
	line := d.list.line
	d.list = held{}
	d.asOf(line, func() {
		if f, err := parseForm(text); err != nil {
			d.rejectForm(text, err)
		} else {
			d.decode(f)
		}
	})
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
