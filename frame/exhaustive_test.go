//go:build go1.24

package frame_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"
	"unicode/utf8"

	"example.com/closeframe/code"
	"example.com/closeframe/frame"
	"example.com/closeframe/fuzz/reference"
)

// With EXHAUSTIVE=1, as set by make exhaustive, the tests of this file try every case.
// Without it each tries a subset.
var exhaustive = os.Getenv("EXHAUSTIVE") != ""

// onAllCores calls work with 0 to units-1, on all cores, until a call fails. work
// returns how many cases it tried and how many of them are valid; onAllCores returns
// the sums. If it takes over a second, it prints a line of progress for each 1/64.
func onAllCores(t *testing.T, what string, units int, work func(unit int) (tried, good int, err error)) (tried, good int64) {
	t.Helper()
	var (
		next, finished, allTried, allGood atomic.Int64
		failed                            atomic.Bool
		wg                                sync.WaitGroup
		start                             = time.Now()
	)
	for range runtime.GOMAXPROCS(0) {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for !failed.Load() {
				unit := next.Add(1) - 1
				if unit >= int64(units) {
					return
				}
				n, g, err := work(int(unit))
				if err != nil {
					failed.Store(true)
					t.Error(err)
				}
				allGood.Add(int64(g))
				sum, done := allTried.Add(int64(n)), finished.Add(1)
				part, took := done*64/int64(units), time.Since(start)
				if part > (done-1)*64/int64(units) && exhaustive && took > time.Second {
					fmt.Printf("%s: %d/64, %d tried, %v\n", what, part, sum, took.Round(time.Second/10))
				}
			}
		}()
	}
	wg.Wait()
	tried, good = allTried.Load(), allGood.Load()
	t.Logf("%s: %d tried, %d valid, %d rejected, %v", what, tried, good, tried-good, time.Since(start).Round(time.Second/100))
	return tried, good
}

// padded returns n bytes of UTF-8: as many of char as fit, then ASCII.
func padded(char string, n int) []byte {
	b := bytes.Repeat([]byte(char), n/len(char))
	return append(b, bytes.Repeat([]byte{'x'}, n-len(b))...)
}

// TestExhaustiveCodes passes all codes, each with reasons of all lengths, to Append and
// Parse: a valid reason, and one with an invalid last byte.
func TestExhaustiveCodes(t *testing.T) {
	const longest = frame.MaxReason + 1
	var reasons [][]byte
	for n := range longest + 1 {
		valid := padded("aé€😀", n)
		reasons = append(reasons, valid)
		if n > 0 {
			invalid := bytes.Clone(valid)
			invalid[n-1] = 0xff
			reasons = append(reasons, invalid)
		}
	}
	atEdge := func(n int) bool { return n < 3 || n >= frame.MaxReason-1 }
	tried, good := onAllCores(t, "codes times lengths", 1<<16, func(c int) (tried, good int, err error) {
		for _, reason := range reasons {
			// The subset: 1005 and some others with all lengths, all codes with some
			// lengths.
			if !exhaustive && c%199 != 1005%199 && !atEdge(len(reason)) {
				continue
			}
			e, err := compareCodec(uint16(c), reason)
			if err != nil {
				return tried, good, err
			}
			tried++
			if e == 0 {
				good++
			}
		}
		return tried, good, nil
	})
	// 124 lengths for each of the 2012 codes that may be sent, and the empty payload.
	if want := int64(2012*(frame.MaxReason+1) + 1); exhaustive && good != want {
		t.Errorf("%d are valid, want %d", good, want)
	}
	if want := int64(1<<16) * (2*longest + 1); exhaustive && tried != want {
		t.Errorf("tried %d, want %d", tried, want)
	}
}

// compareCodec compares Append and Parse with the reference, and returns the error of
// Append.
func compareCodec(c uint16, reason []byte) (frame.Error, error) {
	var buf [frame.MaxPayload + 8]byte
	head := append(buf[:0], "head"...)
	got, err := frame.Append(head, code.Code(c), reason)
	want, e := reference.Append(c, reason)
	switch {
	case err != errOf(e):
		return e, fmt.Errorf("Append(%d, %q): got error %v, want %v", c, reason, err, e)
	case string(got) != "head"+string(want):
		return e, fmt.Errorf("Append(%d, %q): got %q, want %q after the head", c, reason, got, want)
	}
	payload := append(append(buf[:0], byte(c>>8), byte(c)), reason...)
	gotCode, gotReason, err := frame.Parse(payload)
	wantCode, wantReason, wantErr := reference.Parse(payload)
	switch {
	case err != errOf(wantErr):
		return e, fmt.Errorf("Parse(%x): got error %v, want %v", payload, err, wantErr)
	case uint16(gotCode) != wantCode || !bytes.Equal(gotReason, wantReason):
		return e, fmt.Errorf("Parse(%x): got %d %q, want %d %q", payload, gotCode, gotReason, wantCode, wantReason)
	}
	return e, nil
}

// TestExhaustiveReasons checks all byte strings of one to four bytes.
func TestExhaustiveReasons(t *testing.T) {
	// want[n] is the number of strings of n bytes that are UTF-8: each is a character
	// of 1 to n bytes and a shorter string. chars has the number of characters of each
	// length (RFC 3629).
	chars := [...]int64{0, 0x80, 0x800 - 0x80, 0x10000 - 0x800 - 0x800, 0x110000 - 0x10000}
	want := []int64{1}
	for n := 1; n <= 4; n++ {
		sum := int64(0)
		for size := 1; size <= n; size++ {
			sum += chars[size] * want[n-size]
		}
		want = append(want, sum)
	}
	every := make([]byte, 256)
	for i := range every {
		every[i] = byte(i)
	}
	for n := 1; n <= 4; n++ {
		// A unit is all strings with the same first two bytes. The subset has only
		// the edges as bytes: for four bytes, and for three under the race detector.
		bytesOf, whole := every, exhaustive || n < 3 || n == 3 && !raceEnabled
		if !whole {
			bytesOf = edges
		}
		units, perUnit := len(bytesOf), 1
		if n > 1 {
			units *= len(bytesOf)
		}
		for range n - 2 {
			perUnit *= len(bytesOf)
		}
		tried, good := onAllCores(t, fmt.Sprintf("reasons of %d bytes", n), units, func(unit int) (tried, good int, err error) {
			b := make([]byte, n)
			b[0] = bytesOf[unit%len(bytesOf)]
			if n > 1 {
				b[1] = bytesOf[unit/len(bytesOf)]
			}
			for i := range perUnit {
				if n > 2 {
					b[2] = bytesOf[i%len(bytesOf)]
				}
				if n > 3 {
					b[3] = bytesOf[i/len(bytesOf)]
				}
				got, want := frame.CheckReason(b) == nil, utf8.Valid(b)
				if got != want {
					return i, good, fmt.Errorf("CheckReason(%x): valid %v, want %v", b, got, want)
				}
				if want {
					good++
				}
			}
			return perUnit, good, nil
		})
		if whole && (tried != 1<<(8*n) || good != want[n]) {
			t.Errorf("%d bytes: tried %d of %d, %d of them valid, want %d", n, tried, int64(1)<<(8*n), good, want[n])
		}
	}
}

// TestExhaustivePlaced puts four random bytes at every alignment near the start, the
// middle and the end of a reason of 123 bytes.
func TestExhaustivePlaced(t *testing.T) {
	const seed = 6455
	units, perUnit := 64, 4
	if exhaustive {
		perUnit = 1 << 17
	}
	type place struct {
		at     int
		filler []byte
	}
	var places []place
	for _, char := range []string{"a", "é", "語"} {
		for _, around := range []int{0, frame.MaxReason/2 - 6, frame.MaxReason - 4 - 7} {
			for at := around; at < around+8; at++ {
				filler := append(padded(char, at), "...."...)
				places = append(places, place{at, append(filler, padded(char, frame.MaxReason-len(filler))...)})
			}
		}
	}
	tried, good := onAllCores(t, "placed", units, func(unit int) (tried, good int, err error) {
		r := rand.New(rand.NewPCG(seed, uint64(unit)))
		buf := make([]byte, frame.MaxReason)
		for range perUnit {
			four := draw(r)
			valid := utf8.Valid(four[:])
			for _, p := range places {
				copy(buf, p.filler)
				copy(buf[p.at:], four[:])
				if got := frame.CheckReason(buf) == nil; got != valid || utf8.Valid(buf) != valid {
					return tried, good, fmt.Errorf("CheckReason(%x at %d of %q): valid %v, want %v", four, p.at, p.filler, got, valid)
				}
				tried++
				if valid {
					good++
				}
			}
		}
		return tried, good, nil
	})
	if want := int64(units * perUnit * len(places)); tried != want {
		t.Errorf("tried %d, want %d", tried, want)
	}
	if good == 0 || good == tried {
		t.Errorf("%d of %d are valid, want some of both", good, tried)
	}
}

// draw returns four random bytes: UTF-8 in a quarter of the calls, else any bytes, half
// of them edges.
func draw(r *rand.Rand) (four [4]byte) {
	if r.IntN(4) == 0 {
		b := four[:0]
		for len(b) < 4 {
			char := rune(r.IntN(1 << (7 + r.IntN(14))))
			if n := utf8.RuneLen(char); n > 0 && len(b)+n <= 4 {
				b = utf8.AppendRune(b, char)
			}
		}
		return four
	}
	for i := range four {
		four[i] = byte(r.Uint32())
		if r.IntN(2) == 0 {
			four[i] = edges[r.IntN(len(edges))]
		}
	}
	return four
}
