package main

import (
	"encoding/hex"
	"regexp"
	"strconv"
	"strings"
)

// A dump has the bytes of the rows that were read so far.
type dump struct {
	isOpen bool
	at     place // of its first row
	b      []byte
}

// rowStart matches the offset of a row: "00000000: " of xxd, "00000000  " of hexdump -C
// and "0000  " of Wireshark.
var rowStart = regexp.MustCompile(`^\s*([0-9a-fA-F]{4,8})(?::|  )\s*(.*)$`)

// parseRow returns the offset and the bytes of a row. Plain hex with spaces looks similar,
// so a row must have a text column that shows its bytes, or the offset want or 0.
func parseRow(line string, want int) (offset int, b []byte, ok bool) {
	m := rowStart.FindStringSubmatch(line)
	if m == nil {
		return 0, nil, false
	}
	n, _ := strconv.ParseUint(m[1], 16, 32)
	// The text column follows two spaces. hexdump -C has two spaces among the digits
	// too, and bars around its column. Other columns may contain a bar.
	digits, text, hasText := strings.Cut(m[2], "  |")
	b, err := unspaced(digits)
	if err != nil || !hasText {
		digits, text, hasText = strings.Cut(m[2], "  ")
		b, err = unspaced(digits)
	}
	if err != nil || len(b) == 0 {
		return 0, nil, false
	}
	// Without a column, the text before the first space could also be data.
	isShown := hasText && column(text) == column(string(b))
	return int(n), b, isShown || strings.TrimSpace(text) == "" && (n == 0 || int(n) == want)
}

// unspaced returns the bytes of hex digits with spaces between them.
func unspaced(digits string) ([]byte, error) {
	return hex.DecodeString(strings.ReplaceAll(digits, " ", ""))
}

// column returns the text column of s, without the spaces and bars around it.
func column(s string) string {
	b := []byte(s)
	for i, c := range b {
		if c < ' ' || c > '~' {
			b[i] = '.'
		}
	}
	return strings.Trim(string(b), " |")
}

// addRow adds a line of a dump: a row, the offset at the end of hexdump -C, or the * that
// it prints for repeated rows. It reports whether line was one of these.
func (d *decoder) addRow(line string) bool {
	want := len(d.dump.b)
	offset, b, ok := parseRow(line, want)
	if !ok { // not a row, but perhaps the end of the open dump
		text := strings.TrimSpace(line)
		n, err := strconv.ParseUint(text, 16, 32)
		switch {
		case !d.dump.isOpen:
			return false
		case text == "*":
			d.rejectDump("the dump omits rows; hexdump -v prints them")
			return true
		case len(text) != 8 || err != nil || int(n) != want:
			return false
		}
		d.endDump()
		return true
	}
	if offset == 0 { // a new dump begins
		d.endDump()
	}
	if !d.dump.isOpen {
		d.dump = dump{isOpen: true, at: d.at}
	}
	switch d.dump.b = append(d.dump.b, b...); {
	case len(d.dump.b)-len(b) != offset:
		d.rejectDump("the offset does not follow the previous row, and is not 0")
	case len(d.dump.b) > maxInput:
		d.rejectDump("the dump is " + tooLong)
	}
	return true
}

// rejectDump discards the open dump.
func (d *decoder) rejectDump(what string) {
	d.dump = dump{}
	d.reject(d.at, what)
}

// endDump decodes the open dump, if any, at the place of its first line.
func (d *decoder) endDump() {
	p, at := d.dump, d.at
	d.dump = dump{}
	if p.isOpen {
		d.at = p.at
		d.decode(p.b, "")
		d.at = at
	}
}
