package reference

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"

	"example.com/closeframe/frame"
)

// Vector is one line of frame/testdata/vectors.txt, which describes the format.
type Vector struct {
	Line   int
	Kind   string // "payload", "frame" (from a server) or "masked" (from a client)
	Bytes  []byte
	Code   uint16 // as received, also on error; 0 without a payload of two bytes
	Reason []byte
	Err    frame.Error // of the frame, else of its payload, else 0
	Source string
}

// errorNames has the values of the error column.
var errorNames = map[string]frame.Error{
	"-":               0,
	"ErrIncomplete":   frame.ErrIncomplete,
	"ErrShortPayload": frame.ErrShortPayload,
	"ErrTooLong":      frame.ErrTooLong,
	"ErrCode":         frame.ErrCode,
	"ErrUTF8":         frame.ErrUTF8,
	"ErrNotClose":     frame.ErrNotClose,
	"ErrFragmented":   frame.ErrFragmented,
	"ErrReservedBits": frame.ErrReservedBits,
	"ErrMask":         frame.ErrMask,
}

// Vectors reads the file of vectors at path.
func Vectors(path string) ([]Vector, error) {
	return lines(path, vector)
}

func vector(line string) (v Vector, err error) {
	var code, name string
	v.Kind, line = field(line)
	if v.Kind != "payload" && v.Kind != "frame" && v.Kind != "masked" {
		return v, fmt.Errorf("kind %q", v.Kind)
	}
	digits, line := field(line)
	if v.Bytes, err = repeated(digits); err != nil {
		return v, err
	}
	code, line = field(line)
	if v.Code, err = number(code); err != nil {
		return v, err
	}
	if v.Reason, line, err = quoted(line); err != nil {
		return v, err
	}
	name, line = field(line)
	e, ok := errorNames[name]
	if !ok {
		return v, fmt.Errorf("error %q", name)
	}
	v.Err = e
	if v.Source = line; line == "" {
		return v, errors.New("no source")
	}
	return v, nil
}

// Capture is one line of frame/testdata/captured.txt: a close frame that another stack
// sent.
type Capture struct {
	Frame          []byte
	Stack, Version string
	Role           string // "server", or "client" for a masked frame
	Code           uint16
	Reason         string
}

// Captures reads the file of captured frames at path. Its lines are
//
//	<hex>  # <stack> <version> <server|client> <code> <reason, quoted as in Go>
func Captures(path string) ([]Capture, error) {
	return lines(path, capture)
}

func capture(line string) (c Capture, err error) {
	digits, line := field(line)
	if c.Frame, err = hex.DecodeString(digits); err != nil {
		return c, err
	}
	mark, line := field(line)
	if mark != "#" {
		return c, fmt.Errorf("%q, want #", mark)
	}
	c.Stack, line = field(line)
	c.Version, line = field(line)
	c.Role, line = field(line)
	if c.Role != "server" && c.Role != "client" {
		return c, fmt.Errorf("role %q", c.Role)
	}
	code, line := field(line)
	if c.Code, err = number(code); err != nil {
		return c, err
	}
	c.Reason, err = strconv.Unquote(line)
	return c, err
}

// lines reads a file with a T on each line. It skips empty lines and those that start with
// '#'.
func lines[T any](path string, parse func(line string) (T, error)) (all []T, err error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	for i, line := range strings.Split(string(text), "\n") {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		v, err := parse(line)
		if err != nil {
			return nil, fmt.Errorf("%s:%d: %w", path, i+1, err)
		}
		if v, ok := any(&v).(*Vector); ok {
			v.Line = i + 1
		}
		all = append(all, v)
	}
	return all, nil
}

// field splits line at the first run of spaces.
func field(line string) (first, rest string) {
	if i := strings.IndexAny(line, " \t"); i >= 0 {
		return line[:i], strings.TrimLeft(line[i:], " \t")
	}
	return line, ""
}

// repeated returns the bytes of a hex column such as "03e8+61*123", "-" for none.
func repeated(column string) ([]byte, error) {
	b := []byte{}
	if column == "-" {
		return b, nil
	}
	for _, part := range strings.Split(column, "+") {
		digits, times, found := strings.Cut(part, "*")
		n := 1
		if found {
			var err error
			if n, err = count(times); err != nil {
				return nil, err
			}
		}
		p, err := hex.DecodeString(digits)
		if err != nil {
			return nil, err
		}
		if len(p) == 0 {
			return nil, fmt.Errorf("empty part in %q", column)
		}
		b = append(b, bytes.Repeat(p, n)...)
	}
	return b, nil
}

// quoted returns the reason at the start of line, such as `"bye"`, `"a"*121+"é"` or "-"
// for none, and the rest of the line.
func quoted(line string) (reason []byte, rest string, err error) {
	if column, rest := field(line); column == "-" {
		return nil, rest, nil
	}
	for more := true; more; {
		q, err := strconv.QuotedPrefix(line)
		if err != nil {
			return nil, "", fmt.Errorf("reason at %q: %w", line, err)
		}
		s, err := strconv.Unquote(q)
		if err != nil {
			return nil, "", err
		}
		line = line[len(q):]
		if strings.HasPrefix(line, "*") {
			end := strings.IndexAny(line, "+ \t")
			if end < 0 {
				end = len(line)
			}
			n, err := count(line[1:end])
			if err != nil {
				return nil, "", err
			}
			s, line = strings.Repeat(s, n), line[end:]
		}
		reason = append(reason, s...)
		if more = strings.HasPrefix(line, "+"); more {
			line = line[1:]
		}
	}
	tail, rest := field(line)
	if tail != "" {
		return nil, "", fmt.Errorf("%q after the reason", tail)
	}
	return reason, rest, nil
}

func count(s string) (int, error) {
	n, err := strconv.ParseUint(s, 10, 16)
	return int(n), err
}

// number returns the code of a column, 0 for "-".
func number(s string) (uint16, error) {
	if s == "-" {
		return 0, nil
	}
	n, err := strconv.ParseUint(s, 10, 16)
	return uint16(n), err
}
