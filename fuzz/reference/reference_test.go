//go:build go1.24

package reference_test

import (
	"bytes"
	"strings"
	"testing"
	"unicode/utf8"

	"example.com/closeframe/frame"
	"example.com/closeframe/fuzz/reference"
)

// These tests compare the reference with the standard library and with numbers counted by
// hand.

func TestSendable(t *testing.T) {
	n := 0
	for c := range 65536 {
		if reference.Sendable(uint16(c)) {
			n++
		}
	}
	// 1000-1003, 1007-1014, 3000-4999.
	if want := 4 + 8 + 2000; n != want {
		t.Errorf("%d codes are sendable, want %d", n, want)
	}
	for c, want := range map[uint16]bool{
		0: false, 999: false, 1000: true, 1003: true, 1004: false, 1006: false, 1007: true, 1014: true,
		1015: false, 1016: false, 2999: false, 3000: true, 4999: true, 5000: false, 65535: false,
	} {
		if got := reference.Sendable(c); got != want {
			t.Errorf("Sendable(%d) = %v, want %v", c, got, want)
		}
	}
}

// All byte strings in the form of one character of 1 to 4 bytes, overlong ones too.
func TestValidUTF8(t *testing.T) {
	check := func(b []byte) {
		if got, want := reference.ValidUTF8(b), utf8.Valid(b); got != want {
			t.Fatalf("ValidUTF8(% x) = %v, want %v", b, got, want)
		}
	}
	check(nil)
	for i := range 1 << 16 {
		check([]byte{byte(i >> 8)})
		check([]byte{byte(i >> 8), byte(i)})
		check([]byte{0xe0 | byte(i>>12), 0x80 | byte(i>>6)&0x3f, 0x80 | byte(i)&0x3f})
		check([]byte{'a', 0xe0 | byte(i>>12), 0x80 | byte(i>>6)&0x3f})
	}
	for i := range 1 << 21 {
		check([]byte{0xf0 | byte(i>>18), 0x80 | byte(i>>12)&0x3f, 0x80 | byte(i>>6)&0x3f, 0x80 | byte(i)&0x3f})
	}
}

func TestRoundTrip(t *testing.T) {
	key := [4]byte{1, 2, 3, 4}
	for _, reason := range []string{"", "bye", "до свидания", strings.Repeat("語", 41)} {
		payload, e := reference.Append(1001, []byte(reason))
		if e != 0 {
			t.Fatal(e)
		}
		c, r, e := reference.Parse(payload)
		if c != 1001 || string(r) != reason || e != 0 {
			t.Errorf("Parse = %d, %q, %v, want 1001, %q", c, r, e, reason)
		}
		for _, k := range []*[4]byte{nil, &key} {
			b, e := reference.AppendFrame(1001, []byte(reason), k)
			if e != 0 {
				t.Fatal(e)
			}
			before := bytes.Clone(b)
			got, n, e := reference.ParseFrame(b, k != nil)
			if !bytes.Equal(got, payload) || n != len(b) || e != 0 {
				t.Errorf("ParseFrame = % x, %d, %v, want % x, %d", got, n, e, payload, len(b))
			}
			if !bytes.Equal(b, before) {
				t.Error("ParseFrame wrote to its argument")
			}
		}
	}
}

func TestTruncate(t *testing.T) {
	for s, want := range map[string]int{
		"":                                    0,
		"bye":                                 3,
		strings.Repeat("a", 123):              123,
		strings.Repeat("a", 124):              123,
		strings.Repeat("a", 122) + "é":        122,
		strings.Repeat("a", 121) + "語":        121,
		strings.Repeat("a", 119) + "😀😀":       123,
		strings.Repeat("a", 120) + "😀":        120,
		strings.Repeat("\xff", 130):           123,
		strings.Repeat("a", 122) + "\xf0\x9f": 123,
	} {
		if got := reference.Truncate([]byte(s)); string(got) != s[:want] {
			t.Errorf("Truncate(%q) has %d bytes, want %d", s, len(got), want)
		}
	}
}

func TestAnswer(t *testing.T) {
	for e, want := range map[frame.Error]uint16{
		0: 0, frame.ErrIncomplete: 0, frame.ErrNotClose: 0, frame.ErrUTF8: 1007, frame.ErrCode: 1002, frame.ErrMask: 1002,
	} {
		if got := reference.Answer(e); got != want {
			t.Errorf("Answer(%d) = %d, want %d", e, got, want)
		}
	}
}
