package main

import (
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"example.com/closeframe/frame"
)

// A formError is an error at a place in a text.
type formError struct {
	at   int // offset in the line, in bytes
	what string
}

func (e *formError) Error() string { return e.what }

func wrong(at int, format string, args ...any) error {
	return &formError{at, fmt.Sprintf(format, args...)}
}

var (
	// wrapping matches the text that Go, Python and JavaScript print before the bytes.
	wrapping = regexp.MustCompile(`^\s*(?:<Buffer|(?:\[\d*\](?:byte|uint8)|bytearray|bytes|(?:new )?Uint8Array(?:\(\d+\))?)?[ ({[]*)\s*`)
	// comment matches the end of a line without quotes.
	comment = regexp.MustCompile(`\s#|\s*$`)
	// hexText matches bytes as PostgreSQL prints them, which may also be \x03 and text.
	hexText = regexp.MustCompile(`^\\x((?:[0-9a-fA-F]{2}){2,})\s*$`)
	// pairs matches numbers that are decimal in Go and Python, and hex in Rust.
	pairs = regexp.MustCompile(`^\d\d(?:[ ,]+\d\d)*$`)
	// offset matches a row of a dump that addRow did not accept.
	offset = regexp.MustCompile(`^00[0-9a-fA-F]{2,}:? +[0-9a-fA-F]`)
)

// closers may follow the bytes.
const closers = " \t])}>;,"

// parseForm returns the bytes of a line in any form except a row of a dump. how is
// "base64 " for that form, otherwise "".
func parseForm(line string) (b []byte, how string, err error) {
	before := wrapping.FindString(line)
	at := len(before)
	before = strings.TrimSpace(before)
	switch s := line[at:]; {
	case strings.HasPrefix(strings.TrimPrefix(s, "b"), `"`), strings.HasPrefix(strings.TrimPrefix(s, "b"), "'"):
		return parseQuoted(line, at)
	case strings.HasPrefix(s, `\`):
		b, err = parseEscapes(line, at)
		return b, "", err
	}
	end := at + comment.FindStringIndex(line[at:])[0]
	if before == "" {
		return parsePlain(line, at, end)
	}
	inner := strings.TrimRight(line[at:end], closers)
	if !strings.ContainsAny(line[at+len(inner):end], "])}>") {
		return nil, "", wrong(end, "the closing bracket is missing; put the list into one line")
	}
	base := 10
	if before == "<Buffer" {
		base = 16
	} else if pairs.MatchString(inner) {
		return nil, "", wrong(at, "two readings: decimal numbers, or hex; remove the brackets, or write 0x before each")
	}
	b, err = parseNumbers(line, at, at+len(inner), base)
	return b, "", err
}

// parseNumbers returns the bytes of the numbers in line[at:end].
func parseNumbers(line string, at, end, base int) (b []byte, err error) {
	const separators = " \t:,-"
	for at < end {
		s := line[at:end]
		if i := strings.IndexAny(s, separators); i == 0 {
			at++
			continue
		} else if i > 0 {
			s = s[:i]
		}
		n, fault, what := parseNumber(s, base)
		if what != "" {
			return nil, wrong(at+fault, "%s", what)
		}
		b = append(b, n...)
		at += len(s)
	}
	return b, nil
}

// parseNumber returns the bytes of a number in base 10, which is one byte, or of any
// number of bytes in base 16 or after 0x. On an error it returns its offset and text.
func parseNumber(s string, base int) (b []byte, at int, what string) {
	digits := strings.TrimPrefix(strings.TrimPrefix(s, "0x"), "0X")
	at = len(s) - len(digits)
	if strings.HasPrefix(s, "...") {
		return nil, 0, "the tool omitted bytes"
	}
	if base == 10 && at == 0 {
		n, err := strconv.ParseUint(s, 10, 8)
		if err != nil || len(s) > 1 && s[0] == '0' {
			return nil, 0, fmt.Sprintf("%.9q is not a byte in base 10", s)
		}
		return []byte{byte(n)}, 0, ""
	}
	if digits == "" {
		return nil, 0, "no digits after 0x"
	}
	if i := strings.IndexFunc(digits, notHex); i >= 0 {
		r, _ := utf8.DecodeRuneInString(digits[i:])
		return nil, at + i, fmt.Sprintf("%q is not hex, and decode knows no other form of this line", r)
	}
	if at > 0 && len(digits) == 1 { // 0x3, as Go prints
		digits = "0" + digits
	}
	b, err := hex.DecodeString(digits)
	if err != nil {
		return nil, 0, fmt.Sprintf("%.9q is half a byte in hex; decimal numbers need brackets: [3 232]", s)
	}
	return b, 0, ""
}

func notHex(r rune) bool { return !strings.ContainsRune("0123456789abcdefABCDEF", r) }

// parsePlain returns the bytes of line[at:end] in hex, or in base64 if it cannot be
// hex.
func parsePlain(line string, at, end int) ([]byte, string, error) {
	s := strings.TrimSpace(line[at:end])
	b, err := parseNumbers(line, at, end, 16)
	standard := strings.NewReplacer("-", "+", "_", "/").Replace(strings.TrimRight(s, "="))
	b64, bad := base64.RawStdEncoding.DecodeString(standard)
	is64 := bad == nil && len(b64) > 1
	switch {
	// A plain word is also valid base64, so require a character of base64 or a valid close
	// payload.
	case err != nil && is64 && (strings.ContainsAny(s, "+/_=") || isClose(b64)):
		return b64, "base64 ", nil
	case err == nil && strings.HasSuffix(s, ","):
		err = wrong(end, "a comma at the end: if the list goes on, put it into one line")
	case err == nil && offset.MatchString(s):
		err = wrong(at, "two readings: an offset first, or the code 0; remove the offset, or the space after it")
	case err == nil && is64 && isClose(b64) && !isClose(b):
		err = wrong(at, "two readings: hex, or base64; write 0x%s or 0x%x", s, b64)
	}
	return b, "", err
}

// isClose reports whether b is the payload of a close frame, or begins with a whole close
// frame.
func isClose(b []byte) bool {
	_, _, err := frame.Parse(b)
	n, lenErr := frame.Len(b)
	return err == nil || lenErr == nil && n <= len(b)
}

// parseQuoted returns the bytes of the quoted string at line[at:]. Without escapes it holds
// hex or base64, because no close frame is printable text.
func parseQuoted(line string, at int) ([]byte, string, error) {
	if line[at] == 'b' {
		at++
	}
	b, end, err := unescape(line, at+1, line[at])
	if err != nil {
		return nil, "", err
	}
	if rest := strings.TrimLeft(line[end+1:], closers); rest != "" && rest[0] != '#' {
		return nil, "", wrong(len(line)-len(rest), "%.20q after the closing quote", rest)
	}
	if !strings.Contains(line[at:end], `\`) {
		return parsePlain(line, at+1, end)
	}
	return b, "", nil
}

// parseEscapes returns the bytes of a text with escapes that has no quotes.
func parseEscapes(line string, at int) ([]byte, error) {
	if i := strings.Index(line, " #"); i >= 0 {
		return nil, wrong(i+1, "two readings: # begins a comment, or belongs to the text; put the text in quotes")
	}
	if m := hexText.FindStringSubmatch(line[at:]); m != nil {
		return nil, wrong(at, `two readings: all of it hex, or only \x%.2s; write 0x%[1]s or "\x%[1]s"`, m[1])
	}
	b, _, err := unescape(line, at, 0)
	return b, err
}

// unescape returns the bytes of the text at line[at:] and its end: the closing quote, or
// the end of the line if quote is 0. It accepts Go's escapes, which include those of
// Python's bytes.
func unescape(line string, at int, quote byte) (b []byte, end int, err error) {
	for at < len(line) && line[at] != quote {
		r, isRune, rest, err := strconv.UnquoteChar(line[at:], quote)
		switch {
		case err != nil:
			return nil, 0, wrong(at, "not an escape: %.4q", line[at:])
		case r >= utf8.RuneSelf && isRune && len(b) < 2:
			// UTF-8 does not begin with a code, so the tool may have meant a byte.
			return nil, 0, wrong(at, "two readings: %q is UTF-8, or a byte; write hex", r)
		case isRune:
			b = utf8.AppendRune(b, r)
		default:
			b = append(b, byte(r))
		}
		at = len(line) - len(rest)
	}
	if quote != 0 && at == len(line) {
		return nil, 0, wrong(at, "the closing quote is missing")
	}
	return b, at, nil
}
