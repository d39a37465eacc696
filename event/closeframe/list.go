package main

import (
	"strconv"
	"strings"
)

// parseList returns the bytes of the numbers that line has from at on, up to a
// closing bracket and with nothing but such after it. Base 0 finds out whether they
// are decimal, as Go and Python print them, or hex, as Rust can.
func parseList(line string, at, base int) ([]byte, error) {
	end := at
	for end < len(line) && strings.IndexByte("])}>", line[end]) < 0 {
		end++
	}
	if end == len(line) {
		return nil, &formError{end, "the closing bracket is missing", true}
	}
	if rest := strings.TrimLeft(line[end:], closers); rest != "" {
		return nil, wrong(len(line)-len(rest), "%q after the closing bracket", rest)
	}
	items := fields(line, at, end)
	if base == 0 {
		var err error
		if base, err = listBase(line, at, items); err != nil {
			return nil, err
		}
	}
	var b []byte
	for _, f := range items {
		n, err := parseNumber(line[f.at:f.end], base)
		if err != nil {
			return nil, wrong(f.at, "%q is not a byte in base %d%s", line[f.at:f.end], base, lost(line[f.at:]))
		}
		b = append(b, n)
	}
	return b, nil
}

// lost explains what Node prints of a long Buffer.
func lost(s string) string {
	if strings.HasPrefix(s, "...") {
		return ": the tool left bytes out"
	}
	return ""
}

// A field is a word of a line.
type field struct{ at, end int }

// fields splits line[at:end] at spaces and commas.
func fields(line string, at, end int) (list []field) {
	for at < end {
		if strings.IndexByte(" \t\n,", line[at]) >= 0 {
			at++
			continue
		}
		f := field{at: at}
		for at < end && strings.IndexByte(" \t\n,", line[at]) < 0 {
			at++
		}
		f.end = at
		list = append(list, f)
	}
	return list
}

// listBase returns the base of numbers, which may be 0 for those that say it
// themselves.
func listBase(line string, at int, items []field) (int, error) {
	var hex, decimal, either bool
	for _, f := range items {
		switch s := line[f.at:f.end]; {
		case strings.HasPrefix(s, "0x"):
		case len(s) == 2 && s[0] == '0', isHex(s) && strings.ContainsAny(s, "abcdefABCDEF"):
			hex = true
		case len(s) > 2, s[0] == '-': // bytes of Java are signed
			decimal = true
		case len(s) == 2:
			either = true
		}
	}
	switch {
	case hex && decimal:
		return 0, wrong(at, "some of these numbers are hex, some decimal")
	case hex:
		return 16, nil
	case either && !decimal:
		return 0, wrong(at, "two readings: decimal numbers, or hex; write []byte{...} or remove the brackets")
	}
	return 10, nil
}

// parseNumber returns the byte that s is in a base, or in hex where it begins so.
func parseNumber(s string, base int) (byte, error) {
	if hex := strings.TrimPrefix(s, "0x"); hex != s {
		n, err := strconv.ParseUint(hex, 16, 8)
		return byte(n), err
	}
	if strings.HasPrefix(s, "-") {
		n, err := strconv.ParseInt(s, base, 8)
		return byte(n), err
	}
	n, err := strconv.ParseUint(s, base, 8)
	return byte(n), err
}
