package bench

import (
	"fmt"
	"math/rand/v2"
	"unicode/utf8"

	"example.com/closeframe/code"
	"example.com/closeframe/event"
	"example.com/closeframe/frame"
)

// size is the number of different payloads of a row, in the same order for each
// implementation. The branch predictor of a Zen 5 learns 512 of them completely, and
// half of 4096.
const size = 8192

// A row is one line of the tables: payloads of one kind, in all forms that the
// operations need.
type row struct {
	name     string
	codes    [size]code.Code
	reasons  [size]string
	bytes    [size][]byte // the reasons again
	payloads [size][]byte
	keys     [size][4]byte
	events   [size]event.CloseEvent
}

// codes are those that every peer accepts, so that a walk never stops at one.
var codes = [8]code.Code{1000, 1001, 1002, 1008, 1011, 3000, 4000, 4999}

// scripts are the scripts of reasons. Cyrillic, CJK and emoji have no spaces: all runes
// have the same length, which is the best case for a validator with branches.
var scripts = []string{"ascii", "latin", "cyrillic", "cjk", "emoji", "mix"}

// changing are texts in which the length of the runes changes once: ASCII with an emoji
// at the end, an ASCII label before CJK, and Latin with one typographic apostrophe.
var changing = []string{"smile", "label", "french"}

// reasonNames are the reasons of the tables, in their order.
var reasonNames = func() []string {
	names := []string{"none", "code", "ascii3", "ascii18", "ascii60", "ascii123"}
	for _, s := range scripts[1:] {
		names = append(names, s+"18", s+"123")
	}
	for _, s := range changing {
		names = append(names, s+"18", s+"60")
	}
	return append(names, "blend")
}()

// last is the latest row of newRow: the implementations of a row run one after another.
var last = new(row)

// newRow returns the row with a name such as "none", "ascii18" or "blend", the same in
// each run.
func newRow(name string) *row {
	if last.name == name {
		return last
	}
	rnd := rand.New(rand.NewPCG(5, uint64(len(name))))
	r := &row{name: name}
	order := rnd.Perm(size)
	for i := range size {
		r.codes[i] = codes[order[i]%len(codes)]
		text := ""
		switch name {
		case "none":
			r.codes[i] = code.NoStatus
		case "code":
		case "blend":
			r.codes[i], text = blend(rnd, r.codes[i])
		default:
			script, n := splitName(name)
			text = makeText(rnd, script, n)
		}
		r.set(i, text)
		for k := range r.keys[i] {
			r.keys[i][k] = byte(rnd.Uint32())
		}
	}
	last = r
	return r
}

func (r *row) set(i int, text string) {
	r.reasons[i], r.bytes[i] = text, []byte(text)
	if r.codes[i] != code.NoStatus {
		c := r.codes[i]
		r.payloads[i] = append([]byte{byte(c >> 8), byte(c)}, text...)
	}
	if len(text) <= frame.MaxReason { // rows of Truncate have longer ones
		r.events[i] = event.MustNew(r.codes[i], text, true)
	}
}

// splitName splits "ascii18" into script and length.
func splitName(name string) (script string, n int) {
	for _, s := range append(scripts, changing...) {
		if len(name) > len(s) && name[:len(s)] == s {
			if _, err := fmt.Sscanf(name[len(s):], "%d", &n); err == nil {
				return s, n
			}
		}
	}
	panic("no row " + name)
}

// blend returns a close frame as servers receive them: most have no reason or a short
// one in ASCII. The shares are an estimate, not a measurement.
func blend(rnd *rand.Rand, c code.Code) (code.Code, string) {
	switch p := rnd.IntN(100); {
	case p < 25:
		return code.NoStatus, ""
	case p < 60:
		return c, ""
	case p < 80:
		return c, makeText(rnd, "ascii", 1+rnd.IntN(20))
	case p < 90:
		return c, makeText(rnd, "ascii", 21+rnd.IntN(40))
	case p < 94:
		return c, makeText(rnd, "ascii", 61+rnd.IntN(frame.MaxReason-60))
	default:
		return c, makeText(rnd, scripts[1+rnd.IntN(len(scripts)-1)], 2+rnd.IntN(frame.MaxReason-1))
	}
}

// makeText returns n bytes of a script, filled up with '.' if no rune fits.
func makeText(rnd *rand.Rand, script string, n int) string {
	switch script {
	case "smile":
		return makeText(rnd, "ascii", n-4) + makeText(rnd, "emoji", 4)
	case "label":
		k := 4 + rnd.IntN(9)
		return makeText(rnd, "ascii", k) + ": " + makeText(rnd, "cjk", n-k-2)
	case "french":
		k := rnd.IntN(n - 2)
		return makeText(rnd, "latin", k) + "’" + makeText(rnd, "latin", n-k-3)
	}
	b := make([]byte, 0, n)
	for len(b) < n {
		s := script
		if s == "mix" {
			s = [...]string{"ascii", "latin", "cyrillic", "cjk", "emoji"}[rnd.IntN(5)]
		}
		c := makeRune(rnd, s)
		if len(b)+utf8.RuneLen(c) > n {
			c = '.'
		}
		b = utf8.AppendRune(b, c)
	}
	return string(b)
}

func makeRune(rnd *rand.Rand, script string) rune {
	between := func(first, last rune) rune { return first + rnd.Int32N(last-first+1) }
	switch script {
	case "ascii":
		return between(' ', '~')
	case "latin": // every seventh letter has an accent, as in French
		if rnd.IntN(7) == 0 {
			return between('à', 'ý')
		}
		return between('a', 'z')
	case "cyrillic":
		return between('А', 'я')
	case "cjk":
		return between('一', '鿿')
	case "emoji":
		return between('😀', '🙏')
	}
	panic("no script " + script)
}
