package event

import (
	"encoding/json"
	"strconv"
	"unicode/utf8"

	"example.com/closeframe/frame"
)

// maxJSON is the length of the longest JSON form of an event: with each byte of the
// reason as \u00xx, the longest code and the longer boolean.
const maxJSON = len(`{"wasClean":false,"code":65535,"reason":""}`) + len(`\u00xx`)*frame.MaxReason

// AppendJSON appends e as a JSON object that a browser's CloseEvent constructor accepts,
// and returns the extended slice:
//
//	{"wasClean":true,"code":1000,"reason":"bye"}
//
// It escapes the same characters as encoding/json, and those that a terminal interprets:
// DEL, the C1 controls and the bidirectional controls.
func (e CloseEvent) AppendJSON(b []byte) []byte {
	b = append(b, `{"wasClean":`...)
	b = strconv.AppendBool(b, e.wasClean)
	b = append(b, `,"code":`...)
	b = strconv.AppendUint(b, uint64(e.code), 10)
	b = append(b, `,"reason":"`...)
	b = appendEscaped(b, e.reason[:e.length])
	return append(b, `"}`...)
}

// appendEscaped appends p, which is UTF-8, as the inside of a JSON string. It appends
// whole runs without an escape, because rune by rune is slower than json.Marshal.
func appendEscaped(b, p []byte) []byte {
	done := 0
	for i := 0; i < len(p); {
		r, n := rune(p[i]), 1
		if r >= utf8.RuneSelf {
			r, n = utf8.DecodeRune(p[i:])
		}
		if isEscaped(r) {
			b = append(b, p[done:i]...)
			b = appendEscape(b, r)
			done = i + n
		}
		i += n
	}
	return append(b, p[done:]...)
}

// isEscaped reports whether r is escaped in a JSON string. All such runes are below
// U+10000.
func isEscaped(r rune) bool {
	switch {
	case r < 0x20, r == '"', r == '\\': // RFC 8259, section 7
		return true
	case r == '<', r == '>', r == '&': // as encoding/json
		return true
	case r < 0x7f:
		return false
	case r <= 0x9f: // DEL and C1
		return true
	case r == 0x2028, r == 0x2029: // as encoding/json
		return true
	}
	// Unicode, Bidi_Control.
	return r == 0x061c || r == 0x200e || r == 0x200f ||
		0x202a <= r && r <= 0x202e || 0x2066 <= r && r <= 0x2069
}

// appendEscape appends r escaped as by encoding/json.
func appendEscape(b []byte, r rune) []byte {
	switch r {
	case '"', '\\':
		return append(b, '\\', byte(r))
	case '\b':
		return append(b, `\b`...)
	case '\f':
		return append(b, `\f`...)
	case '\n':
		return append(b, `\n`...)
	case '\r':
		return append(b, `\r`...)
	case '\t':
		return append(b, `\t`...)
	}
	const hex = "0123456789abcdef"
	return append(b, '\\', 'u', hex[r>>12], hex[r>>8&0xf], hex[r>>4&0xf], hex[r&0xf])
}

// MarshalJSON returns the bytes of [CloseEvent.AppendJSON]. The error is always nil.
func (e CloseEvent) MarshalJSON() ([]byte, error) {
	var buf [maxJSON]byte
	return append([]byte(nil), e.AppendJSON(buf[:0])...), nil
}

// UnmarshalJSON decodes b as encoding/json decodes
// struct{WasClean bool; Code uint16; Reason string}, and calls [New]. An absent member is
// false, 0 or "" (React Native sends no wasClean), and JSON null is the zero event, as in
// the DOM. Invalid UTF-8 in a reason becomes U+FFFD.
//
// UnmarshalJSON returns the errors of encoding/json; a code outside 16 bits is one of them.
// It returns frame.ErrTooLong for a reason of over 123 bytes. On error e is unchanged.
func (e *CloseEvent) UnmarshalJSON(b []byte) error {
	var v struct {
		WasClean bool
		Code     uint16
		Reason   string
	}
	if err := json.Unmarshal(b, &v); err != nil {
		return err
	}
	n, err := New(v.Code, v.Reason, v.WasClean)
	if err != nil {
		return err
	}
	*e = n
	return nil
}
