package main

import (
	"encoding/base64"
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"

	"example.com/closeframe/frame"
)

// A formError says what is wrong with a text, and where.
type formError struct {
	at     int // in the text, in bytes
	what   string
	isOpen bool // the rest may be in the next line
}

func (e *formError) Error() string { return e.what }

func wrong(at int, format string, args ...any) error {
	return &formError{at: at, what: fmt.Sprintf(format, args...)}
}

// A form is the bytes of a text and how it was read, "" where that is plain to see.
type form struct {
	b   []byte
	how string
}

// wrapping matches what tools print before the bytes themselves: Go's %#v, Python's
// bytearray, Node's Buffer and its JSON, Uint8Array, Rust's vec!, Erlang's <<.
var wrapping = regexp.MustCompile(`^(?:\[\]byte\(?|\[\]uint8|\[\d+\](?:byte|uint8)|bytearray\(|bytes\(|<Buffer|` +
	`\{"type":"Buffer","data":|Buffer\.from\(|(?:new )?Uint8Array(?:\(\d+\))?\(?|vec!|<<) *`)

// closers may follow the bytes.
const closers = " \t\n])}>;,"

// parseForm returns the bytes that a line gives in any form but a row of a dump.
func parseForm(line string) (form, error) {
	at := len(line) - len(strings.TrimLeft(line, " \t"))
	if w := wrapping.FindString(line[at:]); w != "" {
		return parseWrapped(line, at+len(w), strings.TrimSpace(w))
	}
	switch s := line[at:]; {
	case isQuoted(s):
		return parseQuoted(line, at)
	case s != "" && s[0] == '\\':
		return parseEscapes(line, at)
	case s != "" && (s[0] == '[' || s[0] == '{'):
		b, err := parseList(line, at+1, 0)
		return form{b, ""}, err
	default:
		return parsePlain(line, at, strings.TrimRight(s, " \t"))
	}
}

// parseWrapped returns the bytes after a wrapping, which says their base.
func parseWrapped(line string, at int, w string) (form, error) {
	var b []byte
	var err error
	switch s := line[at:]; {
	case isQuoted(s):
		return parseQuoted(line, at)
	case w == "<Buffer":
		b, err = parseList(line, at, 16)
	case w == "<<":
		b, err = parseList(line, at, 10)
	case s != "" && (s[0] == '[' || s[0] == '{'):
		b, err = parseList(line, at+1, 10)
	default:
		err = wrong(at, "no bytes after %q", w)
	}
	return form{b, ""}, err
}

// parsePlain returns the bytes of s, at a place of line: hex, or base64 where s
// cannot be hex.
func parsePlain(line string, at int, s string) (form, error) {
	if rest := strings.TrimPrefix(s, "base64:"); rest != s {
		if b := parseBase64(rest); b != nil {
			return form{b, "base64"}, nil
		}
		return form{}, wrong(at, "not base64 of two bytes or more")
	}
	b, hexErr := parseHex(line, at, s)
	b64 := parseBase64(s)
	switch {
	case hexErr == nil && isClose(b64) && !isClose(b):
		// The reverse cannot be: what is a close frame in hex begins with 0, 1 or 8,
		// and in base64 these are of no code.
		return form{}, wrong(at, "two readings: hex, or base64 of %x; write 0x%s or base64:%[2]s", b64, s)
	case hexErr != nil && (strings.ContainsAny(s, "+/_=") && b64 != nil || isClose(b64)):
		return form{b64, "base64"}, nil
	default:
		return form{b, ""}, hexErr
	}
}

// separators may stand between bytes in hex.
const separators = " \t\n:,-"

// parseHex accepts pairs of hex digits, and between them spaces, colons, commas,
// dashes, and 0x, after which one digit is enough.
func parseHex(line string, at int, s string) ([]byte, error) {
	var b []byte
	end := at + len(s)
	for at < end {
		if strings.IndexByte(separators, line[at]) >= 0 {
			at++
			continue
		}
		start := at
		if p := line[at:end]; len(p) > 2 && (p[:2] == "0x" || p[:2] == "0X") {
			at += 2
		}
		digits := at
		for at < end && hexValue(line[at]) >= 0 {
			at++
		}
		if n := at - digits; n == 0 && at == end {
			return nil, wrong(start, "no digits after 0x")
		} else if n == 0 || at < end && strings.IndexByte(separators, line[at]) < 0 {
			r, _ := utf8.DecodeRuneInString(line[at:])
			if r < ' ' || r == utf8.RuneError {
				return nil, wrong(at, "raw bytes: print them as hex first, for example with xxd -p")
			}
			return nil, wrong(at, "%q is not hex, and the line has no other form that decode knows", r)
		} else if n == 1 && start < digits {
			b = append(b, byte(hexValue(line[digits])))
		} else if n%2 != 0 {
			return nil, wrong(start, "%q is half a byte in hex; decimal numbers need brackets: [3 232]", line[start:at])
		} else {
			b = appendHex(b, line[digits:at])
		}
	}
	return b, nil
}

// appendHex appends the bytes of an even number of hex digits.
func appendHex(b []byte, digits string) []byte {
	for ; digits != ""; digits = digits[2:] {
		b = append(b, byte(hexValue(digits[0])<<4|hexValue(digits[1])))
	}
	return b
}

// hexValue returns the value of a hex digit, or -1.
func hexValue(c byte) int {
	switch {
	case '0' <= c && c <= '9':
		return int(c - '0')
	case 'a' <= c|0x20 && c|0x20 <= 'f':
		return int(c|0x20-'a') + 10
	}
	return -1
}

// urlAlphabet turns base64 for URLs into the standard one.
var urlAlphabet = strings.NewReplacer("-", "+", "_", "/")

// parseBase64 returns nil for what is not base64 of two bytes or more, of either
// alphabet, padded or not.
func parseBase64(s string) []byte {
	b, err := base64.RawStdEncoding.DecodeString(urlAlphabet.Replace(strings.TrimRight(s, "=")))
	if err != nil || len(b) < 2 {
		return nil
	}
	return b
}

// isClose reports whether b is the payload of a close frame that is right and not
// empty, or begins as a close frame and is made of whole frames.
func isClose(b []byte) bool {
	if len(b) < 2 {
		return false
	}
	_, _, err := frame.Parse(b)
	return err == nil || b[0] == firstByte && areFrames(b)
}
