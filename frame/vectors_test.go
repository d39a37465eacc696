package frame_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"example.com/closeframe/frame"
	"example.com/closeframe/fuzz/reference"
)

// This file also runs with Go 1.18, and has the loop variables of Go before 1.22.

func vectors(t *testing.T) []reference.Vector {
	t.Helper()
	all, err := reference.Vectors("testdata/vectors.txt")
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// errOf returns e as an error: nil for 0.
func errOf(e frame.Error) error {
	if e == 0 {
		return nil
	}
	return e
}

// The library and the reference agree with every line of testdata/vectors.txt.
func TestVectors(t *testing.T) {
	for _, v := range vectors(t) {
		v := v
		t.Run(fmt.Sprintf("line %d: %s", v.Line, v.Source), func(t *testing.T) {
			b := append([]byte{}, v.Bytes...)
			payload, n, e, err := v.Bytes, len(b), frame.Error(0), error(nil)
			switch v.Kind {
			case "payload":
				payload = b
			case "frame":
				payload, n, err = frame.ParseFrame(b)
				_, _, e = reference.ParseFrame(v.Bytes, false)
			case "masked":
				payload, n, err = frame.ParseMasked(b)
				_, _, e = reference.ParseFrame(v.Bytes, true)
			}
			if err != errOf(e) {
				t.Fatalf("%s % x: %v, the reference returns %v", v.Kind, v.Bytes, err, errOf(e))
			}
			if err != nil {
				if err != errOf(v.Err) || payload != nil || n != 0 {
					t.Errorf("%s % x = % x, %d, %v, want nil, 0, %v", v.Kind, v.Bytes, payload, n, err, v.Err)
				}
				if v.Code != 0 || v.Reason != nil {
					t.Error("the vector has a code or a reason, but no payload")
				}
				if !bytes.Equal(b, v.Bytes) {
					t.Errorf("the buffer became % x, want % x", b, v.Bytes)
				}
				return
			}
			c, reason, err := frame.Parse(payload)
			if uint16(c) != v.Code || !bytes.Equal(reason, v.Reason) || err != errOf(v.Err) {
				t.Errorf("Parse(% x) = %d, %q, %v, want %d, %q, %v", payload, uint16(c), reason, err, v.Code, v.Reason, errOf(v.Err))
			}
			rc, rr, re := reference.Parse(payload)
			if rc != v.Code || !bytes.Equal(rr, v.Reason) || re != v.Err {
				t.Errorf("reference.Parse(% x) = %d, %q, %v, want %d, %q, %v", payload, rc, rr, errOf(re), v.Code, v.Reason, errOf(v.Err))
			}
			if err == nil {
				err = frame.Check(int64(c), reason)
			}
			if err != errOf(v.Err) {
				t.Errorf("Check(%d, %q) = %v, want %v", c, reason, err, errOf(v.Err))
			}
			if err != nil {
				return
			}
			// Append reproduces the payload.
			if got, err := frame.Append(nil, c, reason); !bytes.Equal(got, payload) || err != nil {
				t.Errorf("Append = % x, %v, want % x", got, err, payload)
			}
			if got, err := frame.Append(nil, c, string(reason)); !bytes.Equal(got, payload) || err != nil {
				t.Errorf("Append of a string = % x, %v, want % x", got, err, payload)
			}
			var got []byte
			switch v.Kind {
			case "frame":
				got, err = frame.AppendFrame(nil, c, reason)
			case "masked":
				var key [4]byte
				copy(key[:], v.Bytes[2:])
				got, err = frame.AppendMasked(nil, c, reason, key)
			default:
				return
			}
			if !bytes.Equal(got, v.Bytes[:n]) || err != nil {
				t.Errorf("%s: appended % x, %v, want % x", v.Kind, got, err, v.Bytes[:n])
			}
		})
	}
}

// The file has the cases that the other tests and the fuzz seeds need.
func TestVectorsAreComplete(t *testing.T) {
	lengths := map[int]bool{}
	sources := map[string]bool{}
	errors := map[string]bool{}
	for _, v := range vectors(t) {
		if v.Kind == "payload" {
			lengths[len(v.Bytes)] = true
		}
		id, _, _ := strings.Cut(v.Source, ":")
		sources[id] = true
		errors[fmt.Sprintf("%s %d", v.Kind, v.Err)] = true
	}
	for n := 0; n < 131; n++ {
		if !lengths[n] {
			t.Errorf("no payload of length %d", n)
		}
	}
	for group, cases := range map[string]int{"7.1": 6, "7.3": 6, "7.5": 1, "7.7": 13, "7.9": 9, "7.13": 2} {
		for i := 0; i < cases; i++ {
			if id := fmt.Sprintf("autobahn %s.%d", group, i+1); !sources[id] {
				t.Errorf("no case of %s", id)
			}
		}
	}
	for e := frame.Error(0); e <= frame.ErrMask; e++ {
		ofPayload := e == 0 || frame.ErrShortPayload <= e && e <= frame.ErrUTF8
		for _, kind := range []string{"payload", "frame", "masked"} {
			if want := kind != "payload" || ofPayload; errors[fmt.Sprintf("%s %d", kind, e)] != want {
				t.Errorf("%s with error %d (%v): %v, want %v", kind, e, errOf(e), !want, want)
			}
		}
	}
}
