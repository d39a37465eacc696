package main

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// A row is a line of a hex dump: of hexdump -C, xxd, od -t x1, Wireshark, curl
// --trace or Go's hex.Dump.
type row struct {
	offset int
	b      []byte // none in the row that only says where the dump ends
}

// A dump is one in the making, of the rows that were read.
type dump struct {
	isOpen  bool
	line    int    // of its first row
	start   int    // the offset of that
	end     int    // the offset that the next row should have
	b       []byte // all bytes, or none once there are too many
	row     []byte // those of the last row
	repeats bool   // a row of * came, in place of rows that are the same
}

// expects reports whether a row with that offset is the dump's next one, or the first
// of a dump where none is open.
func (p *dump) expects(offset int) bool {
	if p.repeats && len(p.row) > 0 {
		return offset > p.end && (offset-p.end)%len(p.row) == 0
	}
	return offset == p.end
}

// parseRow returns the row that line is, if it is one. Bytes with spaces between look
// the same as a row without a text column: where nothing decides, it is an error.
func (p *dump) parseRow(line string) (r row, ok bool, err error) {
	at := len(line) - len(strings.TrimLeft(line, " \t"))
	end := at
	for end < len(line) && hexValue(line[end]) >= 0 {
		end++
	}
	offset, rest := line[at:end], line[end:]
	if len(offset) < 4 || len(offset) > 16 {
		return row{}, false, nil
	}
	hasColon := strings.HasPrefix(rest, ": ")
	rest = strings.TrimPrefix(rest, ":")
	base := 16
	if len(offset) == 7 && !hasColon { // of od
		base = 8
	}
	n, parseErr := strconv.ParseInt(offset, base, 32)
	if parseErr != nil {
		return row{}, false, nil
	}
	r.offset = int(n)
	if strings.TrimSpace(rest) == "" {
		return r, p.isOpen && p.expects(r.offset), nil
	}
	if found := withText(rest); len(found) > 0 {
		_, err := parseHex(line, at, strings.TrimRight(line[at:], " \t"))
		if len(found) > 1 || err == nil && !hasColon && !p.expects(r.offset) {
			return row{}, false, wrong(at, "two readings: which of this row are bytes, and which are its text column")
		}
		r.b = found[0]
		return r, true, nil
	}
	return p.parseBareRow(r, at, offset, rest, hasColon)
}

// parseBareRow is parseRow where no text column was found.
func (p *dump) parseBareRow(r row, at int, offset, rest string, hasColon bool) (row, bool, error) {
	rest, _, _ = strings.Cut(rest, " #")
	isPairs := true
	for _, pair := range strings.Fields(rest) {
		if isPairs = isPairs && len(pair) == 2 && isHex(pair); isPairs {
			r.b = appendHex(r.b, pair)
		}
	}
	gap := len(rest) - len(strings.TrimLeft(rest, " "))
	isOctal := len(offset) == 7 && !hasColon
	switch {
	case hasColon && !isPairs:
		return row{}, false, wrong(at, "the text column of this row is not that of its bytes")
	case isOctal && !isPairs:
		return row{}, false, wrong(at, "a dump of words, whose bytes may be swapped: use hexdump -C, xxd or od -t x1")
	case hasColon, isOctal, isPairs && p.isOpen && p.expects(r.offset):
		return r, true, nil
	case !isPairs:
		return row{}, false, nil
	case r.offset == 0 && (gap > 1 || len(offset) > 4): // as bytes, the code 0
		return r, true, nil
	case r.offset == 0 || gap > 1:
		return row{}, false, wrong(at, "two readings: %s is an offset, or bytes; remove it, or the spaces after it", offset)
	}
	return row{}, false, nil
}

// withText returns the bytes of rest for each place where a text column can begin:
// one that shows these bytes.
func withText(rest string) (found [][]byte) {
	var b []byte
	for at := 0; at < len(rest) && len(b) < 64; {
		if rest[at] == ' ' {
			at++
			continue
		}
		end := at
		for end < len(rest) && hexValue(rest[end]) >= 0 {
			end++
		}
		if (end-at)%2 != 0 || end == at || end < len(rest) && rest[end] != ' ' {
			break
		}
		b = appendHex(b, rest[at:end])
		if showsBytes(rest[end:], b) {
			found = append(found, append([]byte(nil), b...))
		}
		at = end
	}
	return found
}

// showsBytes reports whether column is spaces and then b as a dump shows bytes in
// text: itself where it is printable ASCII, else a dot or what the tool has for it.
// Spaces at its end may be missing.
func showsBytes(column string, b []byte) bool {
	text := strings.TrimLeft(column, " ")
	if len(column) > 1024 || len(text) > utf8.UTFMax*len(b)+2 {
		return false
	}
	if inner := strings.TrimRight(text, " "); len(inner) > len(b)+1 {
		if ends := inner[:1] + inner[len(inner)-1:]; ends == "||" || ends == "><" { // of hexdump -C, od -t x1z
			return showsText(inner[1:len(inner)-1], b)
		}
	}
	for pad := 0; pad <= len(b); pad++ {
		padded := column + strings.Repeat(" ", pad)
		skip := utf8.RuneCountInString(padded) - len(b)
		if skip > 0 && len(padded) > skip && strings.TrimLeft(padded[:skip], " ") == "" && showsText(padded[skip:], b) {
			return true
		}
	}
	return false
}

func showsText(text string, b []byte) bool {
	if utf8.RuneCountInString(text) != len(b) {
		return false
	}
	i := 0
	for _, r := range text {
		isPrintable := ' ' <= b[i] && b[i] <= '~'
		if isPrintable && r != rune(b[i]) || !isPrintable && r != '.' && r < utf8.RuneSelf {
			return false
		}
		i++
	}
	return true
}

// addRow appends a row to the open dump, or begins a new one with it.
func (d *decoder) addRow(r row) {
	p := &d.dump
	if !p.isOpen || !p.expects(r.offset) {
		d.endDump()
		*p = dump{isOpen: true, line: d.n, start: r.offset, end: r.offset, b: []byte{}}
	}
	if r.offset-p.start+len(r.b) > maxInput && p.b != nil {
		d.reject(0, "a dump longer than "+strconv.Itoa(maxInput)+" bytes")
		p.b = nil
	}
	for p.b != nil && p.end < r.offset { // rows that * stands for
		p.b = append(p.b, p.row...)
		p.end += len(p.row)
	}
	if p.b != nil {
		p.b = append(p.b, r.b...)
	}
	p.end = r.offset + len(r.b)
	p.row, p.repeats = r.b, false
	if len(r.b) == 0 {
		d.endDump()
	}
}

// endDump decodes the open dump, if there is one, as of its first line.
func (d *decoder) endDump() {
	p := d.dump
	d.dump = dump{}
	if p.isOpen && p.b != nil {
		d.asOf(p.line, func() { d.decode(form{p.b, ""}) })
	}
}
