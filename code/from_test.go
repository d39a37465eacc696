//go:build go1.24

package code_test

import (
	"fmt"
	"math"
	"testing"

	"golang.org/x/exp/constraints"

	"example.com/closeframe/code"
)

// Code types as in other stacks, signed and unsigned.
type (
	statusCode  int
	statusCode2 uint16
	tinyCode    int8
	hugeCode    uint64
)

// from compares From(v) with the decimal form of v.
func from[T constraints.Integer](t *testing.T, v T) {
	t.Helper()
	text := fmt.Sprintf("%d", v)
	var want code.Code
	var n int
	_, err := fmt.Sscanf(text, "%d", &n) // fails past int64
	wantOK := err == nil && 0 <= n && n <= math.MaxUint16
	if wantOK {
		want = code.Code(n)
	}
	if got, ok := code.From(v); got != want || ok != wantOK {
		t.Errorf("From[%T](%s) = %d, %v, want %d, %v", v, text, uint16(got), ok, uint16(want), wantOK)
	}
}

func TestFrom(t *testing.T) {
	t.Run("limits", func(t *testing.T) {
		for _, v := range []int8{math.MinInt8, -1, 0, 1, math.MaxInt8} {
			from(t, v)
			from(t, tinyCode(v))
		}
		for _, v := range []int16{math.MinInt16, -1000, -1, 0, 999, 1000, 4999, 5000, math.MaxInt16} {
			from(t, v)
		}
		for _, v := range []uint16{0, 999, 1000, 4999, 5000, math.MaxInt16, math.MaxInt16 + 1, math.MaxUint16} {
			from(t, v)
			from(t, statusCode2(v))
			from(t, code.Code(v))
		}
		for _, v := range []int32{math.MinInt32, math.MinInt32 + 1000, -65536, -64536, -1, 0, 1000, 65535, 65536, 66536, math.MaxInt32} {
			from(t, v)
			from(t, int(v))
			from(t, int64(v))
			from(t, statusCode(v))
		}
		for _, v := range []uint32{0, 1000, 65535, 65536, 66536, math.MaxInt32 + 1001, math.MaxUint32 - 64535, math.MaxUint32} {
			from(t, v)
			from(t, uint(v))
			from(t, uintptr(v))
			from(t, hugeCode(v))
		}
		for _, v := range []int64{math.MinInt64, math.MinInt64 + 1000, -1 << 32, 1<<32 + 1000, math.MaxInt64 - 64535, math.MaxInt64} {
			from(t, v)
		}
		for _, v := range []uint64{1<<32 + 1000, math.MaxInt64 + 1, math.MaxInt64 + 1001, math.MaxUint64 - 64535, math.MaxUint64} {
			from(t, v)
			from(t, hugeCode(v))
		}
	})
	// A plain conversion would make a legal code of each of these.
	t.Run("no truncation", func(t *testing.T) {
		for bit := 16; bit < 64; bit++ {
			if c, ok := code.From(uint64(1000) | 1<<bit); c != 0 || ok {
				t.Errorf("From(1000 | 1<<%d) = %d, %v, want 0, false", bit, uint16(c), ok)
			}
			if c, ok := code.From(int64(1000) | -1<<bit); c != 0 || ok {
				t.Errorf("From(1000 | -1<<%d) = %d, %v, want 0, false", bit, uint16(c), ok)
			}
		}
		for _, v := range []int{-1, -1000, 66536, 65536} {
			if c, ok := code.From(v); c != 0 || ok {
				t.Errorf("From(%d) = %d, %v, want 0, false", v, uint16(c), ok)
			}
		}
	})
	t.Run("every value of one byte", func(t *testing.T) {
		for n := range 256 {
			from(t, uint8(n))
			from(t, int8(n))
		}
	})
	t.Run("every value of two bytes", func(t *testing.T) {
		for n := range 65536 {
			if c, ok := code.From(uint16(n)); c != code.Code(n) || !ok {
				t.Fatalf("From(uint16(%d)) = %d, %v", n, uint16(c), ok)
			}
			if c, ok := code.From(int16(n)); ok != (n < 32768) || ok && c != code.Code(n) || !ok && c != 0 {
				t.Fatalf("From(int16(%d)) = %d, %v", int16(n), uint16(c), ok)
			}
			if c, ok := code.From(n); c != code.Code(n) || !ok {
				t.Fatalf("From(%d) = %d, %v", n, uint16(c), ok)
			}
			if c, ok := code.From(n + 65536); c != 0 || ok {
				t.Fatalf("From(%d) = %d, %v", n+65536, uint16(c), ok)
			}
			if c, ok := code.From(n - 65536); c != 0 || ok {
				t.Fatalf("From(%d) = %d, %v", n-65536, uint16(c), ok)
			}
		}
	})
}
