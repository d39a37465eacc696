// Package reference is a second, straightforward implementation of packages frame and
// event: RFC 6455 and RFC 3629 transcribed. Tests, fuzz targets and benchmarks compare
// the fast code with it.
//
// Of closeframe it uses only the constants of frame.Error. Each function returns fresh
// memory and does not modify its arguments. The error 0 means no error.
package reference

import (
	"unicode/utf8"

	"example.com/closeframe/frame"
)

// Sendable reports whether a close frame may carry c.
func Sendable(c uint16) bool {
	switch c {
	// RFC 6455, section 7.4.1.
	case 1000, 1001, 1002, 1003:
		return true
	case 1004: // "Reserved. The specific meaning might be defined in the future."
		return false
	case 1005, 1006: // "MUST NOT be set as a status code in a Close control frame"
		return false
	case 1007, 1008, 1009, 1010, 1011:
		return true
	// Registered with IANA since.
	case 1012, 1013, 1014:
		return true
	case 1015: // "MUST NOT be set as a status code in a Close control frame"
		return false
	}
	// RFC 6455, section 7.4.2.
	switch {
	case c <= 999: // from 0, "are not used"
		return false
	case 1016 <= c && c <= 2999: // "reserved for definition by this protocol, its future revisions"
		return false
	case 3000 <= c && c <= 3999: // "reserved for use by libraries, frameworks, and applications"
		return true
	case 4000 <= c && c <= 4999: // "reserved for private use"
		return true
	default: // section 11.7: the registry ends at 4999
		return false
	}
}

// ValidUTF8 reports whether b is UTF8-octets:
//
//	UTF8-octets = *( UTF8-char )
func ValidUTF8(b []byte) bool {
	for len(b) > 0 {
		n := char(b)
		if n == 0 {
			return false
		}
		b = b[n:]
	}
	return true
}

// char returns the length of the UTF8-char at the start of b, or 0. The
// alternatives are those of RFC 3629, section 4, with UTF8-tail = %x80-BF.
func char(b []byte) int {
	switch {
	// UTF8-1 = %x00-7F
	case starts(b, 0x00, 0x7f):
		return 1
	// UTF8-2 = %xC2-DF UTF8-tail
	case starts(b, 0xc2, 0xdf, 0x80, 0xbf):
		return 2
	// UTF8-3 = %xE0 %xA0-BF UTF8-tail / %xE1-EC 2( UTF8-tail ) /
	//          %xED %x80-9F UTF8-tail / %xEE-EF 2( UTF8-tail )
	case starts(b, 0xe0, 0xe0, 0xa0, 0xbf, 0x80, 0xbf):
		return 3
	case starts(b, 0xe1, 0xec, 0x80, 0xbf, 0x80, 0xbf):
		return 3
	case starts(b, 0xed, 0xed, 0x80, 0x9f, 0x80, 0xbf):
		return 3
	case starts(b, 0xee, 0xef, 0x80, 0xbf, 0x80, 0xbf):
		return 3
	// UTF8-4 = %xF0 %x90-BF 2( UTF8-tail ) / %xF1-F3 3( UTF8-tail ) /
	//          %xF4 %x80-8F 2( UTF8-tail )
	case starts(b, 0xf0, 0xf0, 0x90, 0xbf, 0x80, 0xbf, 0x80, 0xbf):
		return 4
	case starts(b, 0xf1, 0xf3, 0x80, 0xbf, 0x80, 0xbf, 0x80, 0xbf):
		return 4
	case starts(b, 0xf4, 0xf4, 0x80, 0x8f, 0x80, 0xbf, 0x80, 0xbf):
		return 4
	}
	return 0
}

// starts reports whether b starts with one byte of each range. ranges has the first and
// the last byte of each.
func starts(b []byte, ranges ...byte) bool {
	if len(b) < len(ranges)/2 {
		return false
	}
	for i := 0; i < len(ranges); i += 2 {
		if b[i/2] < ranges[i] || b[i/2] > ranges[i+1] {
			return false
		}
	}
	return true
}

// Parse reads the payload of a close frame (RFC 6455, section 5.5.1). On error c is the
// code as received, or 0.
func Parse(payload []byte) (c uint16, reason []byte, e frame.Error) {
	// Section 7.1.5: "If this Close control frame contains no status code, _The
	// WebSocket Connection Close Code_ is considered to be 1005."
	if len(payload) == 0 {
		return 1005, nil, 0
	}
	// "the first two bytes of the body MUST be a 2-byte unsigned integer"
	if len(payload) == 1 {
		return 0, nil, frame.ErrShortPayload
	}
	// "in network byte order"
	c = uint16(payload[0])*256 + uint16(payload[1])
	// Section 5.5: "All control frames MUST have a payload length of 125 bytes or
	// less".
	if len(payload) > 125 {
		return c, nil, frame.ErrTooLong
	}
	if !Sendable(c) {
		return c, nil, frame.ErrCode
	}
	// "the body MAY contain UTF-8-encoded data"
	reason = append(reason, payload[2:]...)
	if !ValidUTF8(reason) {
		return c, nil, frame.ErrUTF8
	}
	return c, reason, 0
}

// Append returns the payload of a close frame.
func Append(c uint16, reason []byte) ([]byte, frame.Error) {
	if len(reason) > 125-2 {
		return nil, frame.ErrTooLong
	}
	if c == 1005 && len(reason) == 0 {
		return nil, 0
	}
	if !Sendable(c) {
		return nil, frame.ErrCode
	}
	if !ValidUTF8(reason) {
		return nil, frame.ErrUTF8
	}
	payload := []byte{byte(c / 256), byte(c % 256)}
	return append(payload, reason...), 0
}

// Len returns the length of the close frame at the start of b, masked or not, or the
// first error in the header.
func Len(b []byte) (n int, e frame.Error) {
	if len(b) >= 2 && b[1] >= 128 {
		b = append([]byte{}, b...)
		b[1] -= 128
		n, e = Len(b)
		if e == 0 {
			n += 4 // the masking key
		}
		return n, e
	}
	whole := append([]byte{}, b...)
	if len(b) >= 2 {
		whole = append(whole, make([]byte, 125)...)
	}
	_, n, e = ParseFrame(whole, false)
	return n, e
}

// Sanitize returns the code and the reason to send in place of c and reason.
func Sanitize(c int64, reason []byte) (uint16, []byte) {
	var repaired []byte
	invalid := false // in a run of bytes that are not UTF-8
	for len(reason) > 0 {
		n := char(reason)
		if n > 0 {
			repaired = append(repaired, reason[:n]...)
		} else if n = 1; !invalid {
			repaired = append(repaired, "\uFFFD"...)
		}
		invalid = n == 1 && char(reason) == 0
		reason = reason[n:]
	}
	repaired = Truncate(repaired)
	if c == 1005 && len(repaired) == 0 || 0 <= c && c <= 65535 && Sendable(uint16(c)) {
		return uint16(c), repaired
	}
	return 1011, repaired
}

// ParseFrame reads the close frame at the start of b, from a client if masked, else from a
// server (RFC 6455, section 5.2). It returns the payload, unmasked, and the length of the
// frame. b may hold more or less than the frame.
func ParseFrame(b []byte, masked bool) (payload []byte, n int, e frame.Error) {
	if len(b) < 1 {
		return nil, 0, frame.ErrIncomplete
	}
	var (
		fin    = b[0] >> 7
		rsv1   = b[0] >> 6 & 1
		rsv2   = b[0] >> 5 & 1
		rsv3   = b[0] >> 4 & 1
		opcode = b[0] & 15
	)
	if opcode != 8 { // "%x8 denotes a connection close"
		return nil, 0, frame.ErrNotClose
	}
	if rsv1 != 0 || rsv2 != 0 || rsv3 != 0 { // "MUST be 0 unless an extension is negotiated"
		return nil, 0, frame.ErrReservedBits
	}
	if fin != 1 { // section 5.5: control frames "MUST NOT be fragmented"
		return nil, 0, frame.ErrFragmented
	}
	if len(b) < 2 {
		return nil, 0, frame.ErrIncomplete
	}
	mask, length := b[1]>>7, int(b[1]%128)
	if (mask == 1) != masked { // section 5.1
		return nil, 0, frame.ErrMask
	}
	if length > 125 { // section 5.5
		return nil, 0, frame.ErrTooLong
	}
	rest := b[2:]
	n = 2 + length
	var key []byte
	if masked {
		n += 4
		if len(rest) < 4 {
			return nil, 0, frame.ErrIncomplete
		}
		key, rest = rest[:4], rest[4:]
	}
	if len(rest) < length {
		return nil, 0, frame.ErrIncomplete
	}
	payload = append(payload, rest[:length]...)
	if masked {
		transform(payload, key)
	}
	return payload, n, 0
}

// AppendFrame returns a close frame: a client's, masked with key, or a server's if key is
// nil.
func AppendFrame(c uint16, reason []byte, key *[4]byte) ([]byte, frame.Error) {
	payload, e := Append(c, reason)
	if e != 0 {
		return nil, e
	}
	if key == nil {
		return append([]byte{0x88, byte(len(payload))}, payload...), 0
	}
	b := []byte{0x88, 0x80 + byte(len(payload))}
	b = append(b, key[:]...)
	transform(payload, key[:])
	return append(b, payload...), 0
}

// transform masks or unmasks data (RFC 6455, section 5.3).
func transform(data, key []byte) {
	for i := range data {
		j := i % 4                 // "j = i MOD 4"
		data[i] = data[i] ^ key[j] // "transformed-octet-i = original-octet-i XOR masking-key-octet-j"
	}
}

// Truncate returns the longest prefix of b of at most 123 bytes that ends between runes.
// An invalid byte counts as a rune.
func Truncate(b []byte) []byte {
	n := 0
	for n < len(b) {
		_, size := utf8.DecodeRune(b[n:])
		if n+size > 123 {
			break
		}
		n += size
	}
	return append([]byte{}, b[:n]...)
}

// Answer returns the code to reply with to a peer whose bytes gave e (RFC 6455, section
// 7.4.1), or 0 for no reply.
func Answer(e frame.Error) uint16 {
	switch e {
	case 0, frame.ErrIncomplete, frame.ErrNotClose: // the peer broke no rule
		return 0
	case frame.ErrUTF8: // "data within a message that was not consistent with the type"
		return 1007
	default: // "terminating the connection due to a protocol error"
		return 1002
	}
}
