//go:build go1.24

package frame_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"unsafe"

	"example.com/closeframe/code"
	"example.com/closeframe/frame"
	"example.com/closeframe/fuzz/reference"
)

// fill returns n bytes of ASCII that differ from their neighbours.
func fill(n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte('!' + i%90)
	}
	return b
}

// sameSlice reports whether a and b have the same memory, length and capacity, or are
// both nil.
func sameSlice(a, b []byte) bool {
	return unsafe.SliceData(a) == unsafe.SliceData(b) && len(a) == len(b) && cap(a) == cap(b) && (a == nil) == (b == nil)
}

func TestParseAllCodes(t *testing.T) {
	tails := [][]byte{nil, []byte("x"), []byte("\xff"), fill(123)}
	for n := range 65536 {
		for _, tail := range tails {
			p := append([]byte{byte(n >> 8), byte(n)}, tail...)
			wc, wr, we := reference.Parse(p)
			c, reason, err := frame.Parse(p)
			if uint16(c) != wc || !bytes.Equal(reason, wr) || (reason == nil) != (err != nil) || err != errOf(we) {
				t.Fatalf("Parse(% x) = %d, %q, %v, want %d, %q, %v", p, uint16(c), reason, err, wc, wr, errOf(we))
			}
		}
	}
}

func TestParseLengths(t *testing.T) {
	for n := range 400 {
		for _, unit := range []string{"a", "é", "語", "😀", "\xff", "\x00"} {
			p := []byte(("\x03\xe8" + strings.Repeat(unit, 400))[:n])
			wc, wr, we := reference.Parse(p)
			c, reason, err := frame.Parse(p)
			if uint16(c) != wc || !bytes.Equal(reason, wr) || err != errOf(we) {
				t.Fatalf("Parse of %d bytes = %d, %q, %v, want %d, %q, %v", n, uint16(c), reason, err, wc, wr, errOf(we))
			}
		}
	}
}

func TestParseEmpty(t *testing.T) {
	for name, p := range map[string][]byte{"nil": nil, "empty": {}, "cut": []byte("\x03\xe8")[:0]} {
		if c, reason, err := frame.Parse(p); c != code.NoStatus || reason != nil || err != nil {
			t.Errorf("%s: Parse = %v, %v, %v, want 1005, nil, nil", name, c, reason, err)
		}
	}
}

// On error Parse returns no reason, and the code as received.
func TestParseErrorResults(t *testing.T) {
	for p, want := range map[string]struct {
		c   code.Code
		err error
	}{
		"\x03":                                {0, frame.ErrShortPayload},
		"\x03\xe8" + strings.Repeat("a", 124): {1000, frame.ErrTooLong},
		"\x03\xed" + strings.Repeat("a", 124): {1005, frame.ErrTooLong},
		"\x03\xed":                            {1005, frame.ErrCode},
		"\xff\xffbye":                         {65535, frame.ErrCode},
		"\x00\x00":                            {0, frame.ErrCode},
		"\x03\xe8\xff":                        {1000, frame.ErrUTF8},
		"\x0f\xa0" + strings.Repeat("a", 122) + "\xc3": {4000, frame.ErrUTF8},
	} {
		if c, reason, err := frame.Parse([]byte(p)); c != want.c || reason != nil || err != want.err {
			t.Errorf("Parse(%q) = %d, %v, %v, want %d, nil, %v", p, uint16(c), reason, err, uint16(want.c), want.err)
		}
	}
}

func TestParseReasonAliases(t *testing.T) {
	for n := 2; n <= frame.MaxPayload; n++ {
		b := append(append([]byte{0x03, 0xe8}, fill(n-2)...), "beyond"...)
		before := bytes.Clone(b)
		_, reason, err := frame.Parse(b[:n])
		if err != nil || reason == nil {
			t.Fatalf("Parse of %d bytes: reason %v, %v", n, reason, err)
		}
		if len(reason) != n-2 || cap(reason) != n-2 {
			t.Errorf("reason has length %d and capacity %d, want both %d", len(reason), cap(reason), n-2)
		}
		if n > 2 && &reason[0] != &b[2] {
			t.Errorf("the reason of %d bytes is not a subslice of the payload", n)
		}
		_ = append(reason, "xyz"...)
		if !bytes.Equal(b, before) {
			t.Errorf("the payload became % x, want % x", b, before)
		}
	}
}

// appenders are the three Append functions, each with its reference.
var appenders = []struct {
	name   string
	header int // in bytes
	ours   func(dst []byte, c code.Code, reason []byte) ([]byte, error)
	text   func(dst []byte, c code.Code, reason string) ([]byte, error)
	slow   func(c uint16, reason []byte) ([]byte, frame.Error)
}{
	{"Append", 0, frame.Append[code.Code, []byte], frame.Append[code.Code, string], reference.Append},
	{"AppendFrame", 2, frame.AppendFrame[code.Code, []byte], frame.AppendFrame[code.Code, string],
		func(c uint16, reason []byte) ([]byte, frame.Error) { return reference.AppendFrame(c, reason, nil) }},
	{"AppendMasked", 6,
		func(dst []byte, c code.Code, reason []byte) ([]byte, error) {
			return frame.AppendMasked(dst, c, reason, testKey)
		},
		func(dst []byte, c code.Code, reason string) ([]byte, error) {
			return frame.AppendMasked(dst, c, reason, testKey)
		},
		func(c uint16, reason []byte) ([]byte, frame.Error) { return reference.AppendFrame(c, reason, &testKey) }},
}

var testKey = [4]byte{0x37, 0xfa, 0x21, 0x3d}

func TestAppendAllCodes(t *testing.T) {
	reasons := [][]byte{nil, []byte("x"), []byte("\xff"), fill(123), fill(124)}
	for _, a := range appenders {
		t.Run(a.name, func(t *testing.T) {
			buf := make([]byte, 0, frame.MaxFrame)
			for n := range 65536 {
				for _, reason := range reasons {
					want, e := a.slow(uint16(n), reason)
					got, err := a.ours(buf, code.Code(n), reason)
					if !bytes.Equal(got, want) || err != errOf(e) {
						t.Fatalf("%s(%d, %q) = % x, %v, want % x, %v", a.name, n, reason, got, err, want, errOf(e))
					}
				}
			}
		})
	}
}

func TestAppendLengths(t *testing.T) {
	for _, a := range appenders {
		t.Run(a.name, func(t *testing.T) {
			for n := range 300 {
				for _, unit := range []string{"a", "é", "語", "😀", "\xff", "\x00"} {
					reason := strings.Repeat(unit, 300)[:n]
					want, e := a.slow(4999, []byte(reason))
					want = append([]byte("head"), want...)
					got, err := a.text([]byte("head"), 4999, reason)
					if !bytes.Equal(got, want) || err != errOf(e) {
						t.Fatalf("%d bytes: % x, %v, want % x, %v", n, got, err, want, errOf(e))
					}
				}
			}
		})
	}
}

func TestAppendNoStatus(t *testing.T) {
	want := map[string][]byte{
		"Append":       {},
		"AppendFrame":  {0x88, 0x00},
		"AppendMasked": {0x88, 0x80, 0x37, 0xfa, 0x21, 0x3d},
	}
	for _, a := range appenders {
		for _, dst := range [][]byte{nil, {}, []byte("head"), make([]byte, 2, 50)} {
			if got, err := a.text(dst, code.NoStatus, ""); !bytes.Equal(got, append(bytes.Clone(dst), want[a.name]...)) || err != nil {
				t.Errorf("%s(%q, 1005, \"\") = % x, %v, want % x", a.name, dst, got, err, want[a.name])
			}
			if got, err := a.text(dst, code.NoStatus, "x"); !sameSlice(got, dst) || err != frame.ErrCode {
				t.Errorf("%s(%q, 1005, \"x\") = % x, %v, want ErrCode", a.name, dst, got, err)
			}
		}
	}
	// Append adds nothing, and returns dst itself.
	dst := make([]byte, 3, 9)
	if got, err := frame.Append(dst, code.NoStatus, ""); !sameSlice(got, dst) || err != nil {
		t.Errorf("Append(1005, \"\") = %v, %v, want dst itself", got, err)
	}
	if got, err := frame.Append(nil, code.NoStatus, ""); got != nil || err != nil {
		t.Errorf("Append(nil, 1005, \"\") = %v, %v, want nil", got, err)
	}
}

// On error Append returns dst itself and writes nothing to its spare capacity.
func TestAppendErrorReturnsDst(t *testing.T) {
	rejected := []struct {
		c      code.Code
		reason string
		err    frame.Error
	}{
		{1000, strings.Repeat("a", 124), frame.ErrTooLong},
		{1005, strings.Repeat("a", 124), frame.ErrTooLong},
		{1000, strings.Repeat("\xff", 124), frame.ErrTooLong},
		{1000, strings.Repeat("a", 70000), frame.ErrTooLong},
		{999, "", frame.ErrCode},
		{1004, "bye", frame.ErrCode},
		{1005, "bye", frame.ErrCode},
		{1006, "\xff", frame.ErrCode},
		{5000, "", frame.ErrCode},
		{1000, "\xff", frame.ErrUTF8},
		{1000, strings.Repeat("a", 122) + "\xc3", frame.ErrUTF8},
	}
	for _, a := range appenders {
		for _, v := range rejected {
			t.Run(fmt.Sprintf("%s %d %.5q of %d bytes", a.name, uint16(v.c), v.reason, len(v.reason)), func(t *testing.T) {
				array := fill(200)
				for _, dst := range [][]byte{nil, {}, array[:0], array[:0:0], array[:4], array[:4:4], array} {
					if got, err := a.text(dst, v.c, v.reason); !sameSlice(got, dst) || err != v.err {
						t.Errorf("dst of %d (%d): got %d bytes, %v, want dst itself, %v", len(dst), cap(dst), len(got), err, v.err)
					}
					if got, err := a.ours(dst, v.c, []byte(v.reason)); !sameSlice(got, dst) || err != v.err {
						t.Errorf("[]byte, dst of %d (%d): got %d bytes, %v, want dst itself, %v", len(dst), cap(dst), len(got), err, v.err)
					}
				}
				if !bytes.Equal(array, fill(200)) {
					t.Errorf("the array became %q", array)
				}
			})
		}
	}
}

// With enough spare capacity Append writes only what it appends. Without, it writes
// nothing to the old array.
func TestAppendWritesNothingElse(t *testing.T) {
	for _, a := range appenders {
		t.Run(a.name, func(t *testing.T) {
			for _, reason := range []string{"", "x", "bye", "до свидания", string(fill(123))} {
				frameBytes, _ := a.slow(1000, []byte(reason))
				size := len(frameBytes)
				for spare := range size + 20 {
					array := bytes.Repeat([]byte{0xee}, 5+size+20)
					dst := array[: 5 : 5+spare]
					got, err := a.text(dst, 1000, reason)
					want := append(bytes.Repeat([]byte{0xee}, 5), frameBytes...)
					if !bytes.Equal(got, want) || err != nil {
						t.Fatalf("spare capacity %d: % x, %v, want % x", spare, got, err, want)
					}
					inPlace := &got[0] == &array[0]
					if inPlace != (spare >= size) {
						t.Errorf("spare capacity %d for %d bytes: in place %v", spare, size, inPlace)
					}
					if inPlace && cap(got) != cap(dst) {
						t.Errorf("capacity became %d, want %d", cap(got), cap(dst))
					}
					rest := array[5:]
					if inPlace {
						rest = array[5+size:]
					}
					if len(bytes.Trim(rest, "\xee")) != 0 {
						t.Errorf("spare capacity %d: wrote past the appended bytes: % x", spare, rest)
					}
				}
			}
			// Spare capacity of MaxFrame is enough for the longest frame.
			longest, err := a.ours(make([]byte, 0, frame.MaxFrame), 1000, fill(frame.MaxReason))
			if want := frame.MaxPayload + a.header; len(longest) != want || cap(longest) != frame.MaxFrame || err != nil {
				t.Errorf("the longest has %d bytes and capacity %d, %v, want %d bytes", len(longest), cap(longest), err, want)
			}
		})
	}
	if frame.MaxReason != 123 || frame.MaxPayload != 125 || frame.MaxFrame != 131 {
		t.Errorf("MaxReason, MaxPayload, MaxFrame = %d, %d, %d", frame.MaxReason, frame.MaxPayload, frame.MaxFrame)
	}
}

// The reason may overlap dst's array anywhere: within the length, in the spare capacity,
// across both, and past the capacity.
func TestAppendOverlap(t *testing.T) {
	for _, a := range appenders {
		t.Run(a.name, func(t *testing.T) {
			const head = 9
			for _, n := range []int{0, 1, 2, 3, 5, 6, 7, 8, 9, 16, 33, 123} {
				size := a.header + 2 + n
				for _, spare := range []int{size, size + 1, size + 64, size - 1, 0} {
					total := head + max(spare, n) + 40
					for at := 0; at+n <= total; at++ {
						array := fill(total)
						reason := array[at : at+n : total]
						want, e := a.slow(1001, reason)
						got, err := a.ours(array[:head:head+spare], 1001, reason)
						if !bytes.Equal(got[head:], want) || !bytes.Equal(got[:head], fill(head)) || err != errOf(e) {
							t.Fatalf("reason of %d at %d, spare %d: % x, %v, want % x", n, at, spare, got, err, want)
						}
						if spare < size && !bytes.Equal(array, fill(total)) {
							t.Fatalf("reason of %d at %d, spare %d: wrote to the old array", n, at, spare)
						}
						if !bytes.Equal(array[:head], fill(head)) || !bytes.Equal(array[head+max(spare, 0):], fill(total)[head+max(spare, 0):]) {
							t.Fatalf("reason of %d at %d, spare %d: wrote outside the spare capacity", n, at, spare)
						}
					}
				}
			}
		})
	}
}
