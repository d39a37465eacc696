//go:build go1.24

package frame_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"unicode/utf8"

	"example.com/closeframe/frame"
	"example.com/closeframe/fuzz/reference"
)

// isUTF8 compares CheckReason of b, as []byte and as string, with the reference and with
// unicode/utf8.
func isUTF8(t *testing.T, b []byte) {
	t.Helper()
	want := reference.ValidUTF8(b)
	if utf8.Valid(b) != want {
		t.Fatalf("% x: the reference returns %v, unicode/utf8 %v", b, want, !want)
	}
	if got := frame.CheckReason(b) == nil; got != want {
		t.Fatalf("% x: got %v, want %v", b, got, want)
	}
	if got := frame.CheckReason(string(b)) == nil; got != want {
		t.Fatalf("% x as a string: got %v, want %v", b, got, want)
	}
}

// edges has the first and the last byte of each class that RFC 3629's grammar
// distinguishes.
var edges = []byte{
	0x00, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xc1, 0xc2, 0xdf, 0xe0, 0xe1, 0xec,
	0xed, 0xee, 0xef, 0xf0, 0xf1, 0xf3, 0xf4, 0xf5, 0xff,
}

// classes has one byte of each class.
var classes = []byte{'a', 0x80, 0x90, 0xa0, 0xc0, 0xc2, 0xe0, 0xe1, 0xed, 0xf0, 0xf1, 0xf4}

func TestUTF8Short(t *testing.T) {
	isUTF8(t, nil)
	t.Run("one byte", func(t *testing.T) {
		for i := range 256 {
			isUTF8(t, []byte{byte(i)})
		}
	})
	t.Run("two bytes", func(t *testing.T) {
		for i := range 65536 {
			isUTF8(t, []byte{byte(i >> 8), byte(i)})
		}
	})
	for n := 3; n <= 4; n++ {
		t.Run(fmt.Sprintf("%d bytes, the edges of each class", n), func(t *testing.T) { isUTF8All(t, edges, n) })
	}
	for n := 5; n <= 6; n++ {
		t.Run(fmt.Sprintf("%d bytes, one of each class", n), func(t *testing.T) { isUTF8All(t, classes, n) })
	}
	t.Run("7 bytes, one of some classes", func(t *testing.T) {
		isUTF8All(t, []byte{'a', 0x80, 0xa0, 0xc2, 0xe1, 0xf1}, 7)
	})
}

// isUTF8All calls isUTF8 with all strings of n bytes of an alphabet.
func isUTF8All(t *testing.T, alphabet []byte, n int) {
	all := 1
	for range n {
		all *= len(alphabet)
	}
	b := make([]byte, n)
	for i := range all {
		for j := range b {
			b[j] = alphabet[i%len(alphabet)]
			i /= len(alphabet)
		}
		isUTF8(t, b)
	}
}

// sequences has characters and invalid sequences that resemble one.
var sequences = []string{
	"é", "\u07ff", "\u0800", "語", "\ud7ff", "\ue000", "\ufeff", "\uffff", "😀", "\U0010ffff", "\U00040000",
	"\x80", "\xbf", "\xc0", "\xc1", "\xc2", "\xdf", "\xe0", "\xed", "\xef", "\xf0", "\xf4", "\xf5", "\xff",
	"\xc0\x80", "\xc1\xbf", "\xc3\xc3", "\xc3a", "\xe0\x80\x80", "\xe0\x9f\xbf", "\xe8\xaa", "\xe8\xaaa",
	"\xed\xa0\x80", "\xed\xbf\xbf", "\xf0\x80\x80\x80", "\xf0\x8f\xbf\xbf", "\xf0\x9f", "\xf0\x9f\x98",
	"\xf0\x9f\x98a", "\xf4\x90\x80\x80", "\xf7\xbf\xbf\xbf", "\xf8\x88\x80\x80\x80", "é\x80", "語\x80", "😀\x80",
}

// Each sequence at each place in a text of each length, among ASCII, which is read in
// whole words, and among other characters.
func TestUTF8EveryPlace(t *testing.T) {
	for _, filling := range []string{"a", "é", "語", "😀"} {
		t.Run("among "+filling, func(t *testing.T) {
			text := strings.Repeat(filling, 125)
			b := make([]byte, 0, frame.MaxReason)
			for _, s := range sequences {
				for n := range frame.MaxReason + 1 {
					for at := 0; at+len(s) <= n; at++ {
						if filling != "a" && n%5 != 3 { // a sample of the lengths, for time
							continue
						}
						// The filling starts again after s, so that no character is cut.
						b = append(b[:0], text[:at-at%len(filling)]...)
						b = append(b, s...)
						b = append(b, text[:n-len(b)]...)
						isUTF8(t, b)
					}
				}
			}
		})
	}
}

// The result depends neither on the alignment of the text nor on the bytes around it.
func TestUTF8Surroundings(t *testing.T) {
	for _, around := range []byte{'a', 0x80, 0xc3, 0xff} {
		array := make([]byte, 160)
		for offset := range 16 {
			for n := range frame.MaxReason + 1 {
				for i := range array {
					array[i] = around
				}
				b := array[offset : offset+n]
				copy(b, fill(n))
				isUTF8(t, b)
				if n == 0 {
					continue
				}
				for _, at := range []int{0, n / 2, n - 1} {
					b[at] = 0xbf
					isUTF8(t, b)
					b[at] = 'x'
				}
				if n > 1 {
					copy(b[n-2:], "é")
					isUTF8(t, b)
				}
			}
		}
	}
}

func TestUTF8Mixed(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	pieces := append([]string{"a", " ", "bye", "abcdefgh", "ж", "す", "👋"}, sequences[:11]...)
	valid := 0
	for range 50000 {
		var b []byte
		for n := r.IntN(frame.MaxReason - 3); len(b) < n; {
			b = append(b, pieces[r.IntN(len(pieces))]...)
		}
		b = b[:min(len(b), frame.MaxReason)]
		if len(b) > 0 && r.IntN(2) == 0 {
			b[r.IntN(len(b))] = edges[r.IntN(len(edges))]
		}
		isUTF8(t, b)
		if utf8.Valid(b) {
			valid++
		}
	}
	if valid < 10000 || valid > 40000 {
		t.Errorf("%d of 50000 texts are valid, want some of both", valid)
	}
}

// grammar is RFC 3629, section 4, with UTF8-tail = %x80-BF. Each alternative has two
// bytes for each byte of a character: the first and the last of its range.
var grammar = []string{
	"\x00\x7f",                         // UTF8-1 = %x00-7F
	"\xc2\xdf\x80\xbf",                 // UTF8-2 = %xC2-DF UTF8-tail
	"\xe0\xe0\xa0\xbf\x80\xbf",         // UTF8-3 = %xE0 %xA0-BF UTF8-tail /
	"\xe1\xec\x80\xbf\x80\xbf",         //          %xE1-EC 2( UTF8-tail ) /
	"\xed\xed\x80\x9f\x80\xbf",         //          %xED %x80-9F UTF8-tail /
	"\xee\xef\x80\xbf\x80\xbf",         //          %xEE-EF 2( UTF8-tail )
	"\xf0\xf0\x90\xbf\x80\xbf\x80\xbf", // UTF8-4 = %xF0 %x90-BF 2( UTF8-tail ) /
	"\xf1\xf3\x80\xbf\x80\xbf\x80\xbf", //          %xF1-F3 3( UTF8-tail ) /
	"\xf4\xf4\x80\x8f\x80\xbf\x80\xbf", //          %xF4 %x80-8F 2( UTF8-tail )
}

// A state is the ranges of the bytes that must follow. In between a character may begin.
// No byte leads out of wrong.
const (
	between = ""
	wrong   = "wrong"
)

// next returns the state after byte c.
func next(state string, c byte) string {
	if state == wrong {
		return wrong
	}
	alternatives := grammar
	if state != between {
		alternatives = []string{state}
	}
	for _, a := range alternatives {
		if a[0] <= c && c <= a[1] {
			return a[2:]
		}
	}
	return wrong
}

// This proves the table. It walks the table and the grammar together, from the first
// state and by every pair of bytes, until no state is new. Each state of the grammar must
// have one state in the table, and the table must accept where the grammar does, after a
// pair and after an odd last byte. validUTF8 makes only such steps past ASCII, so it
// accepts the same text as the grammar, at any length.
func TestUTF8TableIsTheGrammar(t *testing.T) {
	step := func(s uint64, a, b byte) uint64 {
		row := int(frame.First[a]) + int(frame.Second[b])
		if row >= len(frame.Pairs) {
			t.Fatalf("the row of %02x %02x is %d, past the table", a, b, row)
		}
		return frame.Pairs[row] >> s & 63
	}
	states := map[string]uint64{between: frame.Accept}
	taken := map[uint64]string{frame.Accept: between}
	queue := []string{between}
	for len(queue) > 0 {
		g := queue[0]
		queue = queue[1:]
		s := states[g]
		for a := range 256 {
			mid := next(g, byte(a))
			// An odd last byte is followed by an assumed ASCII byte, class 0.
			if got, want := frame.Pairs[frame.First[a]]>>s&63 == frame.Accept, mid == between; got != want {
				t.Errorf("state % x, last byte %02x: accepted %v, want %v", g, a, got, want)
			}
			for b := range 256 {
				end, got := next(mid, byte(b)), step(s, byte(a), byte(b))
				want, known := states[end]
				if !known {
					if other, ok := taken[got]; ok {
						t.Fatalf("state % x, bytes %02x %02x: to the state of % x, want that of % x", g, a, b, other, end)
					}
					states[end], taken[got] = got, end
					queue = append(queue, end)
					continue
				}
				if got != want {
					t.Fatalf("state % x, bytes %02x %02x: to state %d, want %d", g, a, b, got, want)
				}
			}
		}
	}
	// The grammar of RFC 3629 has nine states.
	if len(states) != 9 {
		t.Errorf("%d states, want 9: %x", len(states), states)
	}
}
