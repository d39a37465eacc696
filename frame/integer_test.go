//go:build go1.22

package frame_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
	"strings"
	"testing"

	"golang.org/x/exp/constraints"

	"example.com/closeframe/code"
	"example.com/closeframe/frame"
	"example.com/closeframe/fuzz/reference"
)

type hostCode int // the code type of another stack

// A code outside 16 bits is ErrCode in every function, also if its low 16 bits are a
// legal code.
func TestCodesOfAnyIntegerTypeDoNotWrap(t *testing.T) {
	wide[int8](t, math.MinInt8, -1, 0, math.MaxInt8)
	wide[uint8](t, 0, 232, math.MaxUint8) // 232 is the low byte of 1000
	wide[int16](t, math.MinInt16, -1, 999, 1000, 1005, 4999, math.MaxInt16)
	wide[uint16](t, 0, 1000, 1005, 4999, 5000, math.MaxUint16)
	wide[code.Code](t, 0, 1000, 1005, 4999, 5000, math.MaxUint16)
	wide[int32](t, math.MinInt32, -64536, -1, 1000, 65535, 65536, 66536, math.MaxInt32)
	wide[uint32](t, 1000, 66536, math.MaxUint32, math.MaxUint32-64535)
	wide[int](t, -65536+1000, -1, 0, 1000, 1005, 1006, 65536+1000, 65536+1005, math.MaxInt32)
	wide[hostCode](t, -65536+1000, 1000, 1005, 1006, 65536+1000)
	wide[uint](t, 1000, 65536+1000)
	wide[uintptr](t, 1000, 65536+1000)
	wide[int64](t, math.MinInt64, math.MinInt64+1000, -1<<32+1000, 1000, 1<<32+1000, math.MaxInt64)
	wide[uint64](t, 1000, 1<<32+1000, 1<<63+1000, math.MaxUint64, math.MaxUint64-64535)
	for bit := 16; bit < 64; bit++ {
		wide(t, uint64(1000)|1<<bit, int64OrUint(bit))
	}
}

func int64OrUint(bit int) uint64 { return uint64(int64(1000) | -1<<bit) }

func wide[C constraints.Integer](t *testing.T, values ...C) {
	t.Helper()
	for _, v := range values {
		for _, reason := range []string{"", "x", "\xff", string(fill(124))} {
			c, fits := code.From(v)
			if !fits {
				c = 0 // an illegal code too
			}
			name := fmt.Sprintf("(%T(%d), %.5q)", v, v, reason)
			for _, a := range []struct {
				name      string
				got, want func() ([]byte, error)
			}{
				{"Append", func() ([]byte, error) { return frame.Append([]byte("d"), v, reason) }, func() ([]byte, error) { return frame.Append([]byte("d"), c, reason) }},
				{"AppendFrame", func() ([]byte, error) { return frame.AppendFrame([]byte("d"), v, reason) }, func() ([]byte, error) { return frame.AppendFrame([]byte("d"), c, reason) }},
				{"AppendMasked", func() ([]byte, error) { return frame.AppendMasked([]byte("d"), v, reason, testKey) }, func() ([]byte, error) { return frame.AppendMasked([]byte("d"), c, reason, testKey) }},
			} {
				got, err := a.got()
				want, wantErr := a.want()
				if !bytes.Equal(got, want) || err != wantErr {
					t.Errorf("%s%s = %q, %v, want %q, %v", a.name, name, got, err, want, wantErr)
				}
				if check := frame.Check(v, reason); check != err {
					t.Errorf("Check%s = %v, but %s returns %v", name, check, a.name, err)
				}
			}
			gotCode, got := frame.Sanitize(v, reason)
			wantCode, want := frame.Sanitize(c, reason)
			if gotCode != wantCode || got != want {
				t.Errorf("Sanitize%s = %d, %q, want %d, %q", name, uint16(gotCode), got, uint16(wantCode), want)
			}
		}
	}
}

func TestCheckAllCodes(t *testing.T) {
	for _, reason := range []string{"", "x", "\xff", string(fill(123)), string(fill(124))} {
		for n := range 65536 {
			_, e := reference.Append(uint16(n), []byte(reason))
			if got := frame.Check(n, reason); got != errOf(e) {
				t.Fatalf("Check(%d, %.5q) = %v, want %v", n, reason, got, errOf(e))
			}
			if got := frame.Check(code.Code(n), []byte(reason)); got != errOf(e) {
				t.Fatalf("Check(Code(%d), %.5q) = %v, want %v", n, reason, got, errOf(e))
			}
		}
	}
}

// The result of Sanitize agrees with the reference, may be sent, and stays the same when
// sanitized again.
func TestSanitize(t *testing.T) {
	reasons := []string{
		"", "bye", string(fill(123)), string(fill(124)), "\xff", "\xff\xfe\xfd", "a\xffb\xff\xffc", "\xed\xa0\x80",
		strings.Repeat("a", 122) + "é", strings.Repeat("a", 121) + "\xff\xff", strings.Repeat("a", 120) + "\xff", strings.Repeat("\xff", 200),
		strings.Repeat("\xffa", 100), strings.Repeat("語", 60) + "\xff", strings.Repeat("a", 120) + "👋", "\x00\ufeff\uffff",
	}
	for _, reason := range reasons {
		for n := range 65536 {
			if len(reason) > 10 && n%7 != 0 && (n < 990 || n > 1020) {
				continue
			}
			c, got := frame.Sanitize(n, reason)
			wantCode, want := reference.Sanitize(int64(n), []byte(reason))
			if uint16(c) != wantCode || got != string(want) {
				t.Fatalf("Sanitize(%d, %q) = %d, %q, want %d, %q", n, reason, uint16(c), got, wantCode, want)
			}
			if err := frame.Check(c, got); err != nil {
				t.Fatalf("Sanitize(%d, %q) = %d, %q, which must not be sent: %v", n, reason, uint16(c), got, err)
			}
			if c2, again := frame.Sanitize(c, got); c2 != c || again != got {
				t.Fatalf("Sanitize(%d, %q) again = %d, %q", uint16(c), got, uint16(c2), again)
			}
		}
	}
}

// Len agrees with the parsers on every header, and depends on two bytes only.
func TestLenEveryHeader(t *testing.T) {
	for header := range 65536 {
		b := append([]byte{byte(header >> 8), byte(header)}, fill(200)...)
		for _, size := range []int{2, 3, len(b)} {
			want, e := reference.Len(b[:2])
			if got, err := frame.Len(b[:size]); got != want || err != errOf(e) {
				t.Fatalf("Len(% x, of %d bytes) = %d, %v, want %d, %v", b[:2], size, got, err, want, errOf(e))
			}
		}
		parse := frame.ParseFrame
		if header&0x80 != 0 {
			parse = frame.ParseMasked
		}
		n, err := frame.Len(b)
		if _, got, parseErr := parse(b); got != n || parseErr != err {
			t.Fatalf("% x: Len = %d, %v, but the parser returns %d, %v", b[:2], n, err, got, parseErr)
		}
	}
	for first := range 256 {
		_, e := reference.Len([]byte{byte(first)})
		if got, err := frame.Len([]byte{byte(first)}); got != 0 || err != errOf(e) {
			t.Errorf("Len(%02x) = %d, %v, want 0, %v", first, got, err, errOf(e))
		}
	}
	if got, err := frame.Len(nil); got != 0 || err != frame.ErrIncomplete {
		t.Errorf("Len(nil) = %d, %v, want 0, ErrIncomplete", got, err)
	}
}

// one and many are errors whose Unwrap returns one error or several.
type (
	one  struct{ err error }
	many struct{ errs []error }
)

func (one) Error() string      { return "one" }
func (e one) Unwrap() error    { return e.err }
func (many) Error() string     { return "many" }
func (e many) Unwrap() []error { return e.errs }

func TestAnswerOfATree(t *testing.T) {
	for _, test := range []struct {
		name string
		err  error
		want code.Code
	}{
		{"nil", nil, 0},
		{"another error", io.EOF, 0},
		{"itself", frame.ErrUTF8, 1007},
		{"the zero Error", frame.Error(0), 0},
		{"not the peer's fault", frame.ErrIncomplete, 0},
		{"wrapped", fmt.Errorf("a: %w", fmt.Errorf("b: %w", frame.ErrMask)), 1002},
		{"printed, not wrapped", fmt.Errorf("a: %v", frame.ErrMask), 0},
		{"wraps nothing", one{nil}, 0},
		{"joins nothing", many{nil}, 0},
		{"joined", errors.Join(io.EOF, frame.ErrUTF8), 1007},
		{"the first of two", errors.Join(frame.ErrCode, frame.ErrUTF8), 1002},
		{"parents before children", many{[]error{one{one{frame.ErrUTF8}}, frame.ErrCode}}, 1007},
		{"a branch without one first", many{[]error{one{many{nil}}, nil, one{frame.ErrUTF8}}}, 1007},
		{"the first counts, also without an answer", errors.Join(frame.ErrNotClose, frame.ErrUTF8), 0},
	} {
		if got := frame.Answer(test.err); got != test.want {
			t.Errorf("%s: Answer = %d, want %d", test.name, uint16(got), uint16(test.want))
		}
		var e frame.Error
		if errors.As(test.err, &e); e.Answer() != test.want {
			t.Errorf("%s: errors.As finds %v, whose answer is %d, want %d", test.name, e, uint16(e.Answer()), uint16(test.want))
		}
	}
}
