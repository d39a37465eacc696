//go:build go1.24

package fuzz

import (
	"bytes"
	"strings"
	"testing"
	"unicode/utf8"

	"example.com/closeframe/code"
	"example.com/closeframe/event"
	"example.com/closeframe/frame"
	"example.com/closeframe/fuzz/reference"
)

const testdata = "../frame/testdata/"

// seeds calls add with the kind and the bytes of each vector and each captured frame.
func seeds(f *testing.F, add func(kind string, b []byte)) {
	f.Helper()
	vectors, err := reference.Vectors(testdata + "vectors.txt")
	if err != nil {
		f.Fatal(err)
	}
	for _, v := range vectors {
		add(v.Kind, v.Bytes)
	}
	captures, err := reference.Captures(testdata + "captured.txt")
	if err != nil {
		f.Fatal(err)
	}
	for _, c := range captures {
		kind := "frame"
		if c.Role == "client" {
			kind = "masked"
		}
		add(kind, c.Frame)
	}
}

// asError returns err as a frame.Error, 0 for nil.
func asError(t *testing.T, err error) frame.Error {
	t.Helper()
	if err == nil {
		return 0
	}
	e, ok := err.(frame.Error)
	if !ok {
		t.Fatalf("got error %T, want a frame.Error", err)
	}
	return e
}

func FuzzPayload(f *testing.F) {
	seeds(f, func(kind string, b []byte) {
		if kind == "payload" {
			f.Add(b)
		}
	})
	f.Fuzz(func(t *testing.T, p []byte) {
		before := bytes.Clone(p)
		c, reason, err := frame.Parse(p)
		got := asError(t, err)
		wantCode, wantReason, want := reference.Parse(before)
		if got != want || uint16(c) != wantCode || !bytes.Equal(reason, wantReason) {
			t.Fatalf("got %d, %q, %v, want %d, %q, %v", c, reason, got, wantCode, wantReason, want)
		}
		if !bytes.Equal(p, before) {
			t.Fatalf("payload changed: got %x, want %x", p, before)
		}
		e, err := event.Parse(p, true)
		if got := asError(t, err); got != want {
			t.Fatalf("event.Parse: got %v, want %v", got, want)
		}
		if want == 0 {
			checkAppend(t, p, c, reason)
			if e != event.MustNew(c, reason, true) {
				t.Fatalf("event.Parse: got %v", e)
			}
			return
		}
		if reason != nil || e != (event.CloseEvent{}) {
			t.Fatalf("got reason %q and event %v on error", reason, e)
		}
		if got, want := uint16(got.Answer()), reference.Answer(want); got != want {
			t.Fatalf("got answer %d, want %d", got, want)
		}
		checkRejected(t, p)
	})
}

// checkAppend appends the code and the reason that were parsed from p. The result must
// be p.
func checkAppend(t *testing.T, p []byte, c code.Code, reason []byte) {
	b, err := frame.Append([]byte("dst"), c, reason)
	if s, serr := frame.Append([]byte("dst"), c, string(reason)); !bytes.Equal(b, s) || err != serr {
		t.Fatalf("Append of bytes: %x, %v, of a string: %x, %v", b, err, s, serr)
	}
	if err != nil || !bytes.Equal(b, append([]byte("dst"), p...)) {
		t.Fatalf("got %x, %v, want %x after dst", b, err, p)
	}
	if err := frame.Check(c, reason); err != nil {
		t.Fatalf("Check: got %v", err)
	}
}

// checkRejected appends the code and the reason in p, which does not parse.
func checkRejected(t *testing.T, p []byte) {
	if len(p) < 2 {
		return
	}
	c, reason := code.Code(p[0])<<8|code.Code(p[1]), p[2:]
	if c == code.NoStatus && len(reason) == 0 {
		return // means the empty payload
	}
	b, err := frame.Append([]byte("dst"), c, reason)
	if err == nil || string(b) != "dst" {
		t.Fatalf("Append of a malformed payload: got %x, %v, want dst and an error", b, err)
	}
	if got := frame.Check(c, reason); got != err {
		t.Fatalf("Check: got %v, Append %v", got, err)
	}
}

func FuzzReason(f *testing.F) {
	seeds(f, func(kind string, b []byte) {
		if kind == "payload" && len(b) > 2 {
			f.Add(b[2:])
		}
	})
	f.Add([]byte(strings.Repeat("a", 122) + "\u00e9"))
	f.Add([]byte(strings.Repeat("\U0001f600", 40)))
	f.Fuzz(func(t *testing.T, reason []byte) {
		want := frame.Error(0)
		switch {
		case len(reason) > frame.MaxReason:
			want = frame.ErrTooLong
		case !utf8.Valid(reason):
			want = frame.ErrUTF8
		}
		for shift := range 8 {
			// Bytes around the reason that would change the result if they were read.
			for _, guard := range []byte{'a', 0x80, 0xc3, 0xff} {
				b := bytes.Repeat([]byte{guard}, shift+len(reason)+8)
				copy(b[shift:], reason)
				if got := asError(t, frame.CheckReason(b[shift:shift+len(reason)])); got != want {
					t.Fatalf("shift %d, guard %#x: got %v, want %v", shift, guard, got, want)
				}
			}
		}
		if got := asError(t, frame.CheckReason(string(reason))); got != want {
			t.Fatalf("string: got %v, want %v", got, want)
		}
		cut := frame.Truncate(reason)
		if want := reference.Truncate(reason); !bytes.Equal(cut, want) {
			t.Fatalf("Truncate: got %q, want %q", cut, want)
		}
		if got := frame.Truncate(string(reason)); got != string(cut) {
			t.Fatalf("Truncate: %q of a string, %q of bytes", got, cut)
		}
		for _, c := range []int64{1000, 1005, 1006, 4999, 66536, -1} {
			checkSanitize(t, c, reason)
		}
	})
}

// checkSanitize sanitizes twice and appends the result.
func checkSanitize(t *testing.T, c int64, reason []byte) {
	gotCode, got := frame.Sanitize(c, string(reason))
	wantCode, want := reference.Sanitize(c, reason)
	if uint16(gotCode) != wantCode || got != string(want) {
		t.Fatalf("Sanitize %d: got %d, %q, want %d, %q", c, gotCode, got, wantCode, want)
	}
	if again, twice := frame.Sanitize(gotCode, got); again != gotCode || twice != got {
		t.Fatalf("Sanitize again: got %d, %q, want %d, %q", again, twice, gotCode, got)
	}
	if _, err := frame.Append(nil, gotCode, got); err != nil {
		t.Fatalf("Append of Sanitize %d: %v", c, err)
	}
}
