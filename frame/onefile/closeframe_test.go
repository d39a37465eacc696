//go:build go1.22

package onefile

import (
	"bytes"
	"strings"
	"testing"

	"example.com/closeframe/frame"
	"example.com/closeframe/fuzz/reference"
)

// compareParse reports where closeParse differs from frame.Parse.
func compareParse(t *testing.T, payload []byte) {
	t.Helper()
	c, reason, err := closeParse(payload)
	wantCode, wantReason, want := frame.Parse(payload)
	if c != int(wantCode) || reason != string(wantReason) || differ(err, want) {
		t.Fatalf("closeParse(%d bytes, %.40q) = %d, %q, %v, want %d, %q, %v", len(payload), payload, c, reason, err, int(wantCode), wantReason, want)
	}
}

// compareSend reports where the functions for sending differ from those of package
// frame.
func compareSend(t *testing.T, c int, reason string) {
	t.Helper()
	want := frame.Check(c, reason)
	if err := closeCheck(c, reason); differ(err, want) {
		t.Fatalf("closeCheck(%d, %.40q) = %v, want %v", c, reason, err, want)
	}
	dst := []byte("dst")
	wantPayload, want := frame.Append(dst, c, reason)
	if got, err := closeAppend(dst, c, reason); !bytes.Equal(got, wantPayload) || differ(err, want) {
		t.Fatalf("closeAppend(%d, %.40q) = %q, %v, want %q, %v", c, reason, got, err, wantPayload, want)
	}
	if got, want := closeTruncate(reason), frame.Truncate(reason); got != want {
		t.Fatalf("closeTruncate(%d bytes, %.40q) has %d bytes, want %d", len(reason), reason, len(got), len(want))
	}
	wantCode, wantReason := frame.Sanitize(c, reason)
	if got, text := closeSanitize(c, reason); got != int(wantCode) || text != wantReason {
		t.Fatalf("closeSanitize(%d, %.40q) = %d, %q, want %d, %q", c, reason, got, text, int(wantCode), wantReason)
	}
}

// differ reports whether err differs from the error of package frame in its text, its
// answer, or by its type.
func differ(err, want error) bool {
	if err == nil || want == nil {
		return err != nil || want != nil
	}
	e, ok := err.(closeError)
	return !ok || e.Error() != want.Error() || e.answer() != int(frame.Answer(want))
}

func TestVectors(t *testing.T) {
	all, err := reference.Vectors("../testdata/vectors.txt")
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range all {
		compareParse(t, v.Bytes)
		compareSend(t, int(v.Code), string(v.Reason))
		compareSend(t, 1000, string(v.Bytes))
	}
}

func TestEveryCode(t *testing.T) {
	for c := -70_000; c < 140_000; c++ {
		compareSend(t, c, "")
		compareSend(t, c, "bye")
	}
	for c := range 1 << 16 {
		for _, reason := range []string{"", "bye", "\xff", strings.Repeat("a", 124)} {
			compareParse(t, append([]byte{byte(c >> 8), byte(c)}, reason...))
		}
	}
}

func FuzzOneFile(f *testing.F) {
	for _, unit := range []string{"a", "é", "語", "😀", "\xff", "\xed\xa0\x80", "\xf0\x9f\x98", "a\xe8"} {
		for n := 119; n <= 126; n++ {
			f.Add(1000, strings.Repeat("x", n-119)+strings.Repeat(unit, n))
		}
	}
	f.Fuzz(func(t *testing.T, c int, s string) {
		compareParse(t, []byte(s))
		compareSend(t, c, s)
	})
}
