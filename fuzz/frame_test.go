//go:build go1.24

package fuzz

import (
	"bytes"
	"testing"

	"example.com/closeframe/frame"
	"example.com/closeframe/fuzz/reference"
)

func FuzzFrame(f *testing.F) {
	seeds(f, func(kind string, b []byte) {
		if kind != "payload" {
			f.Add(b)
			f.Add(append(bytes.Clone(b), b...))
		}
	})
	f.Fuzz(func(t *testing.T, b []byte) {
		checkFrame(t, b, false)
		checkFrame(t, b, true)
		n, err := frame.Len(b)
		if wantN, want := reference.Len(b); n != wantN || asError(t, err) != want {
			t.Fatalf("Len: got %d, %v, want %d, %v", n, err, wantN, want)
		}
	})
}

// parse parses a copy of b and returns that copy too.
func parse(t *testing.T, b []byte, masked bool) (after, payload []byte, n int, e frame.Error) {
	t.Helper()
	after = bytes.Clone(b)
	var err error
	if masked {
		payload, n, err = frame.ParseMasked(after)
	} else {
		payload, n, err = frame.ParseFrame(after)
	}
	return after, payload, n, asError(t, err)
}

func checkFrame(t *testing.T, b []byte, masked bool) {
	after, payload, n, e := parse(t, b, masked)
	wantPayload, wantN, want := reference.ParseFrame(b, masked)
	if e != want || n != wantN || !bytes.Equal(payload, wantPayload) {
		t.Fatalf("masked %v: got %x, %d, %v, want %x, %d, %v", masked, payload, n, e, wantPayload, wantN, want)
	}
	if n > len(b) || cap(payload) != len(payload) && e == 0 {
		t.Fatalf("masked %v: %d of %d bytes consumed, payload %d of %d", masked, n, len(b), len(payload), cap(payload))
	}
	if (e != 0 || !masked) && !bytes.Equal(after, b) {
		t.Fatalf("masked %v, %v: got %x, want %x unchanged", masked, e, after, b)
	}
	if !bytes.Equal(after[n:], b[n:]) {
		t.Fatalf("masked %v: got %x after the frame, want %x", masked, after[n:], b[n:])
	}
	checkPrefixes(t, b, masked, n, e)
	if e == 0 && masked {
		checkTwin(t, b, after, payload, n)
	}
}

// checkPrefixes parses every prefix of b.
func checkPrefixes(t *testing.T, b []byte, masked bool, n int, e frame.Error) {
	for i := range min(len(b), frame.MaxFrame+1) {
		_, _, m, got := parse(t, b[:i], masked)
		switch {
		case e == 0 && i >= n:
			if got != 0 || m != n {
				t.Fatalf("masked %v: got %d, %v from %d bytes of a frame of %d", masked, m, got, i, n)
			}
		case got == frame.ErrIncomplete || got == e && e != 0:
			if m != 0 {
				t.Fatalf("masked %v: %v with n = %d", masked, got, m)
			}
		default:
			t.Fatalf("masked %v: got %v from %d bytes, want ErrIncomplete or %v", masked, got, i, e)
		}
	}
}

// checkTwin compares the masked frame at the start of b, parsed to after, with its
// unmasked twin.
func checkTwin(t *testing.T, b, after, payload []byte, n int) {
	twin := append([]byte{b[0], b[1] &^ 0x80}, payload...)
	if _, p, _, e := parse(t, twin, false); e != 0 || !bytes.Equal(p, payload) {
		t.Fatalf("unmasked twin: got %x, %v, want %x", p, e, payload)
	}
	if _, again, m, e := parse(t, after, true); e != 0 || m != n || !bytes.Equal(again, payload) {
		t.Fatalf("parsed again: got %x, %d, %v, want %x, %d", again, m, e, payload, n)
	}
	c, reason, err := frame.Parse(payload)
	if err != nil {
		return
	}
	made, err := frame.AppendMasked(nil, c, reason, [4]byte(b[2:6]))
	if err != nil || !bytes.Equal(made, b[:n]) {
		t.Fatalf("appended: got %x, %v, want %x", made, err, b[:n])
	}
}
