package bench

import (
	"encoding/binary"
	"errors"
	"unicode/utf8"
)

// The same checks with the standard library: a codec of its own must be faster.

var errStd = errors.New("bench: refused")

func stdSendable(c uint16) bool {
	switch {
	case c >= 1000 && c <= 1003, c >= 1007 && c <= 1014, c >= 3000 && c <= 4999:
		return true
	}
	return false
}

func stdParse(p []byte) (c uint16, reason []byte, err error) {
	switch {
	case len(p) == 0:
		return 1005, nil, nil
	case len(p) == 1 || len(p) > 125:
		return 0, nil, errStd
	}
	if c = binary.BigEndian.Uint16(p); !stdSendable(c) {
		return c, nil, errStd
	}
	if reason = p[2:]; !utf8.Valid(reason) {
		return 0, nil, errStd
	}
	return c, reason, nil
}

func stdAppend(dst []byte, c uint16, reason string) ([]byte, error) {
	if c == 1005 && reason == "" {
		return dst, nil
	}
	if len(reason) > 123 || !stdSendable(c) || !utf8.ValidString(reason) {
		return dst, errStd
	}
	return append(binary.BigEndian.AppendUint16(dst, c), reason...), nil
}

func stdAppendMasked(dst []byte, c uint16, reason string, key [4]byte) ([]byte, error) {
	n := len(dst)
	dst = append(dst, 0x88, 0, key[0], key[1], key[2], key[3])
	dst, err := stdAppend(dst, c, reason)
	if err != nil {
		return dst[:n], err
	}
	dst[n+1] = 0x80 | byte(len(dst)-n-6)
	stdMask(dst[n+6:], key)
	return dst, nil
}

func stdParseMasked(b []byte) (payload []byte, err error) {
	if len(b) < 6 || b[0] != 0x88 || b[1] < 0x80 || b[1] > 0x80+125 || len(b) < 6+int(b[1]&0x7f) {
		return nil, errStd
	}
	payload = b[6 : 6+int(b[1]&0x7f)]
	stdMask(payload, [4]byte(b[2:6]))
	return payload, nil
}

func stdMask(p []byte, key [4]byte) {
	k := uint64(binary.LittleEndian.Uint32(key[:])) * (1<<32 + 1)
	for ; len(p) >= 8; p = p[8:] {
		binary.LittleEndian.PutUint64(p, binary.LittleEndian.Uint64(p)^k)
	}
	for i := range p {
		p[i] ^= key[i&3]
	}
}

func stdTruncate(s string) string {
	if len(s) <= 123 {
		return s
	}
	n := 123
	for n > 123-utf8.UTFMax+1 && !utf8.RuneStart(s[n]) {
		n--
	}
	if _, size := utf8.DecodeRuneInString(s[n:]); n+size > 123 {
		return s[:n]
	}
	return s[:123] // not UTF-8
}
