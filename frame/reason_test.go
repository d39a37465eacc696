//go:build go1.24

package frame_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"unicode/utf8"
	"unsafe"

	"example.com/closeframe/frame"
	"example.com/closeframe/fuzz/reference"
)

type (
	namedString string
	namedBytes  []byte
)

// Every function gives the same result for strings, bytes and named types of them.
func TestReasonTypes(t *testing.T) {
	for _, s := range []string{"", "a", "bye", "до свидания", "\xff", strings.Repeat("語", 41), strings.Repeat("a", 122) + "\xc3", strings.Repeat("é", 80)} {
		t.Run(fmt.Sprintf("%.6q of %d bytes", s, len(s)), func(t *testing.T) {
			reasonTypes(t, s, s)
			reasonTypes(t, []byte(s), s)
			reasonTypes(t, namedString(s), s)
			reasonTypes(t, namedBytes(s), s)
			reasonTypes(t, json.RawMessage(s), s)
		})
	}
	reasonTypes(t, []byte(nil), "")
	if got := frame.Truncate([]byte(nil)); got != nil {
		t.Errorf("Truncate(nil) = %v, want nil", got)
	}
}

func reasonTypes[R ~string | ~[]byte](t *testing.T, reason R, s string) {
	t.Helper()
	key := &testKey
	got, err := frame.Append(nil, 1000, reason)
	want, e := reference.Append(1000, []byte(s))
	if !bytes.Equal(got, want) || err != errOf(e) {
		t.Errorf("Append[%T] = % x, %v, want % x, %v", reason, got, err, want, errOf(e))
	}
	got, err = frame.AppendFrame(nil, 1000, reason)
	want, e = reference.AppendFrame(1000, []byte(s), nil)
	if !bytes.Equal(got, want) || err != errOf(e) {
		t.Errorf("AppendFrame[%T] = % x, %v, want % x, %v", reason, got, err, want, errOf(e))
	}
	got, err = frame.AppendMasked(nil, 1000, reason, *key)
	want, e = reference.AppendFrame(1000, []byte(s), key)
	if !bytes.Equal(got, want) || err != errOf(e) {
		t.Errorf("AppendMasked[%T] = % x, %v, want % x, %v", reason, got, err, want, errOf(e))
	}
	if err := frame.CheckReason(reason); err != errOf(e) {
		t.Errorf("CheckReason[%T] = %v, want %v", reason, err, errOf(e))
	}
	if got, want := string(frame.Truncate(reason)), string(reference.Truncate([]byte(s))); got != want {
		t.Errorf("Truncate[%T] = %q, want %q", reason, got, want)
	}
	if string(reason) != s {
		t.Errorf("the reason became %q, want %q", string(reason), s)
	}
}

func TestCheckReason(t *testing.T) {
	for n := range 300 {
		for _, unit := range []string{"a", "é", "語", "😀", "\xff", "\x00", "\xed\xa0\x80"} {
			s := strings.Repeat(unit, 300)[:n]
			var want error
			switch {
			case n > 123:
				want = frame.ErrTooLong
			case !utf8.ValidString(s):
				want = frame.ErrUTF8
			}
			if err := frame.CheckReason(s); err != want {
				t.Fatalf("CheckReason(%d bytes of %q) = %v, want %v", n, unit, err, want)
			}
		}
	}
}

// tails has sequences to put at the limit: characters, whole and cut, and invalid bytes.
var tails = []string{
	"a", "\x00", "é", "\u07ff", "\u0800", "語", "\ufffd", "\ufeff", "\uffff", "😀", "\U0010ffff", "e\u0301",
	"\x80", "\xbf", "\xc0", "\xc1\xbf", "\xc3", "\xe0\x80\x80", "\xe8", "\xe8\xaa", "\xed\xa0\x80",
	"\xf0", "\xf0\x9f", "\xf0\x9f\x98", "\xf0\x8f\xbf\xbf", "\xf4\x90\x80\x80", "\xf8\x88\x80\x80\x80", "\xff",
	"\x80\x80\x80\x80\x80", "é\x80", "語\x80", "😀\x80", "\xc3é", "\xe8\xaa語", "\xf0\x9f\x98😀",
}

func truncate(t *testing.T, s string) {
	t.Helper()
	want := string(reference.Truncate([]byte(s)))
	got := frame.Truncate(s)
	if got != want {
		t.Fatalf("Truncate(%q) has %d bytes, want %d", s, len(got), len(want))
	}
	if len(got) > 0 && unsafe.StringData(got) != unsafe.StringData(s) {
		t.Fatalf("Truncate(%q) does not share its memory", s)
	}
	if valid := utf8.ValidString(s); valid && !utf8.ValidString(got) || valid && len(s) > 123 && len(got) < 120 {
		t.Fatalf("Truncate(%q) = %q, which is cut inside a rune or too short", s, got)
	}
	b := []byte(s)
	cut := frame.Truncate(b)
	if string(cut) != want || string(b) != s || len(cut) > 0 && &cut[0] != &b[0] {
		t.Fatalf("Truncate([]byte(%q)) has %d bytes, want %d", s, len(cut), len(want))
	}
}

func TestTruncate(t *testing.T) {
	// Each tail repeated, shifted by up to four bytes, at each length.
	for _, tail := range tails {
		t.Run(fmt.Sprintf("many %+q", tail), func(t *testing.T) {
			for shift := range 5 {
				s := strings.Repeat("x", shift) + strings.Repeat(tail, 150)
				for n := range 150 {
					truncate(t, s[:n])
				}
			}
		})
	}
	// Each pair of tails after ASCII, around the limit.
	t.Run("one after the other", func(t *testing.T) {
		for _, a := range tails {
			for _, b := range tails {
				for n := 112; n <= 124; n++ {
					truncate(t, strings.Repeat("x", n)+a+b+"xxxx")
				}
			}
		}
	})
	// Each combination of kinds of bytes in the five places around the limit.
	t.Run("all kinds of bytes", func(t *testing.T) {
		kinds := []byte{0x00, 0x80, 0x9f, 0xbf, 0xc0, 0xc3, 0xe0, 0xe8, 0xed, 0xf0, 0xf4, 0xff}
		s := []byte(strings.Repeat("x", 119) + "....." + "\x80\x80x")
		for i := range 12 * 12 * 12 * 12 * 12 {
			for j := range 5 {
				s[119+j] = kinds[i%12]
				i /= 12
			}
			if got, want := frame.Truncate(s), reference.Truncate(s); !bytes.Equal(got, want) {
				t.Fatalf("Truncate(... % x) has %d bytes, want %d", s[119:], len(got), len(want))
			}
		}
	})
	t.Run("text of all kinds", func(t *testing.T) {
		r := rand.New(rand.NewPCG(1, 2))
		for range 2000 {
			var s string
			for n := 100 + r.IntN(60); len(s) < n; {
				s += tails[r.IntN(len(tails))]
			}
			truncate(t, s)
		}
	})
}

// A repaired and truncated reason may be sent, and is no shorter than needed.
func TestTruncateThenAppend(t *testing.T) {
	for _, tail := range tails {
		s := frame.Truncate(strings.ToValidUTF8(strings.Repeat(tail, 200), "\uFFFD"))
		if err := frame.CheckReason(s); err != nil || len(s) < 120 && len(tail) != 0 && s != "\uFFFD" {
			t.Errorf("%q: %d bytes, %v", tail, len(s), err)
		}
	}
}
