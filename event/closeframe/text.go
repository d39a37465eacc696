package main

import (
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// isQuoted reports whether s begins as a string of Go, JSON, C, JavaScript, Python
// or Rust.
func isQuoted(s string) bool {
	s = strings.TrimPrefix(s, "b")
	return s != "" && (s[0] == '"' || s[0] == '\'')
}

// parseQuoted returns the bytes of the string that line has at a place.
func parseQuoted(line string, at int) (form, error) {
	if line[at] == 'b' {
		at++
	}
	quote := line[at]
	at++
	end := at
	for end < len(line) && line[end] != quote {
		if line[end] == '\\' {
			end++
		}
		end++
	}
	if end >= len(line) {
		return form{}, wrong(len(line), "the closing quote is missing")
	}
	if rest := strings.TrimLeft(line[end+1:], closers); rest != "" {
		return form{}, wrong(len(line)-len(rest), "%q after the closing quote", rest)
	}
	if isPrintableASCII(line[at:end]) {
		// No close frame or payload begins with two such characters, so the string
		// holds hex or base64, as hexlify of Python returns it and JSON carries it.
		return parsePlain(line, at, line[at:end])
	}
	return parseText(line, at, end)
}

func isPrintableASCII(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] < ' ' || s[i] > '~' || s[i] == '\\' {
			return false
		}
	}
	return true
}

// parseEscapes returns the bytes of a text with escapes that has no quotes.
func parseEscapes(line string, at int) (form, error) {
	if i := strings.Index(line[at:], " #"); i >= 0 {
		return form{}, wrong(at+i+1, "two readings: # begins a comment, or is of the text; put the text in quotes")
	}
	if digits := strings.TrimPrefix(line[at:], `\x`); len(digits) > 2 && len(digits)%2 == 0 && isHex(digits) {
		return form{}, wrong(at, `two readings: all of it hex, as PostgreSQL prints it, or only \x%s; write 0x%s or "\x%[2]s"`, digits[:2], digits)
	}
	return parseText(line, at, len(line))
}

func isHex(s string) bool {
	for i := 0; i < len(s); i++ {
		if hexValue(s[i]) < 0 {
			return false
		}
	}
	return true
}

// parseText returns the bytes of line[at:end]. Characters past ASCII are UTF-8, or
// bytes (Latin-1), as JavaScript prints binary strings, where only that makes a close
// frame.
func parseText(line string, at, end int) (form, error) {
	var b, latin1 []byte
	start := at
	isLatin1, isReplaced := true, false
	for at < end {
		r, size, err := unescape(line[at:end])
		if err != "" {
			return form{}, wrong(at, "%s", err)
		}
		at += size
		if r < 0 { // a byte
			b = append(b, byte(^r))
			latin1 = append(latin1, byte(^r))
			continue
		}
		b = utf8.AppendRune(b, r)
		latin1 = append(latin1, byte(r))
		isLatin1 = isLatin1 && r < 0x100
		isReplaced = isReplaced || r == utf8.RuneError
	}
	isLatin1 = isLatin1 && len(latin1) != len(b)
	switch {
	case isLatin1 && isClose(b) == isClose(latin1):
		return form{}, wrong(start, "two readings: characters past ASCII are UTF-8, or bytes; write hex")
	case isLatin1 && isClose(latin1):
		return form{latin1, "Latin-1"}, nil
	case isReplaced && !isClose(b):
		return form{}, wrong(start, "U+FFFD is in it: a tool wrote that in place of bytes, which are lost")
	}
	return form{b, ""}, nil
}

// unescape returns the character at the start of s or, for an escape of a byte, its
// complement, which is negative; how long it is; and what is wrong with it.
func unescape(s string) (r rune, size int, err string) {
	if s[0] != '\\' {
		r, size = utf8.DecodeRuneInString(s)
		if r == utf8.RuneError && size == 1 || r < ' ' {
			return 0, 0, "raw bytes: print them as hex first, for example with xxd -p"
		}
		return r, size, ""
	}
	if len(s) == 1 {
		return 0, 0, "nothing after the backslash"
	}
	if i := strings.IndexByte(`abtnvfre\"'/`, s[1]); i >= 0 {
		return rune("\a\b\t\n\v\f\r\x1b\\\"'/"[i]), 2, ""
	}
	switch s[1] {
	case 'x':
		return escaped(s, 2, 2, 16)
	case 'u':
		return unescapeUnicode(s)
	case 'U':
		if r, size, err = escaped(s, 2, 8, 16); err == "" {
			r = ^r
		}
		return r, size, err
	}
	n := 1
	for n < len(s) && n < 4 && '0' <= s[n] && s[n] <= '7' {
		n++
	}
	if n == 1 {
		return 0, 0, "not an escape: " + strconv.Quote(s[:2])
	}
	if r, size, err = escaped(s, 1, n-1, 8); ^r > 0xff {
		return 0, 0, "not a byte: " + s[:n]
	}
	return r, size, err
}

// escaped returns the complement of the number of n digits at s[at:].
func escaped(s string, at, n, base int) (rune, int, string) {
	if len(s) < at+n {
		return 0, 0, "the escape is cut short"
	}
	v, err := strconv.ParseUint(s[at:at+n], base, 31)
	if err != nil {
		return 0, 0, "not an escape: " + strconv.Quote(s[:at+n])
	}
	return ^rune(v), at + n, ""
}

// unescapeUnicode reads \uXXXX, a surrogate pair of such, and \u{X}.
func unescapeUnicode(s string) (rune, int, string) {
	if end := strings.IndexByte(s, '}'); strings.HasPrefix(s, `\u{`) && 3 < end && end <= 9 {
		r, size, err := escaped(s, 3, end-3, 16)
		return ^r, size + 1, err
	}
	r, size, err := escaped(s, 2, 4, 16)
	if err != "" {
		return 0, 0, err
	}
	if utf16.IsSurrogate(^r) && strings.HasPrefix(s[size:], `\u`) {
		if low, n, err := escaped(s[size:], 2, 4, 16); err == "" && utf16.DecodeRune(^r, ^low) != utf8.RuneError {
			return utf16.DecodeRune(^r, ^low), size + n, ""
		}
	}
	return ^r, size, ""
}
