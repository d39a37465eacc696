package frame

import "unicode/utf8"

//go:generate go run utf8_gen.go

// valid reports whether r is UTF-8 as RFC 3629, section 4, defines it. It inlines, so
// that an empty reason, which most close frames have, costs no call.
func valid[R ~string | ~[]byte](r R) bool { return len(r) == 0 || validUTF8(r) }

// validUTF8 is valid without the shortcut for an empty r.
//
// utf8.Valid is made for text longer than the 123 bytes of a reason: it reads the last
// eight bytes of ASCII one by one, and mispredicts a branch for nearly every rune of
// mixed text. validUTF8 reads ASCII in whole words, of which the last may overlap the
// one before it. It passes other text to a state machine, which has no branch to
// mispredict.
func validUTF8[R ~string | ~[]byte](r R) bool {
	const high = 0x8080808080808080 // set in a word with a byte past ASCII
	n := len(r)
	if n < 8 {
		if n >= 4 {
			head := word32(r, 0)
			if (head|word32(r, n-4))&(high>>32) == 0 {
				return true
			}
			// The steps of walk without its loops, which would make this slower
			// than utf8.Valid.
			s := next(accept, first[uint8(head)], second[uint8(head>>8)])
			s = next(s, first[uint8(head>>16)], second[uint8(head>>24)])
			if n >= 6 {
				s = next(s, first[r[4]], second[r[5]])
			}
			if n&1 != 0 {
				s = next(s, first[r[n-1]], 0)
			}
			return s&63 == accept
		}
		if n < 2 {
			return n == 0 || r[0] < utf8.RuneSelf
		}
		s := next(accept, first[r[0]], second[r[1]])
		if n == 3 {
			s = next(s, first[r[2]], 0)
		}
		return s&63 == accept
	}
	var w uint64 // all words but the last
	switch {
	case n >= 32:
		w = word64(r, 0) | word64(r, 8) | word64(r, 16) | word64(r, 24)
		if w&high != 0 {
			return walk(r) // text in another script rarely begins with 32 bytes of ASCII
		}
		for p := r[32:]; len(p) > 32; p = p[32:] {
			w |= word64(p, 0) | word64(p, 8) | word64(p, 16) | word64(p, 24)
		}
		w |= word64(r, n-32) | word64(r, n-24) | word64(r, n-16)
	case n >= 16:
		w = word64(r, 0) | word64(r, 8) | word64(r, n-16)
	default:
		w = word64(r, 0)
	}
	if w&high != 0 {
		return walk(r)
	}
	// ASCII may end with an emoji or a quotation mark, all in the last word.
	return word64(r, n-8)&high == 0 || walk(r[n-8:])
}

// walk reports whether r is valid UTF-8. It passes r through the state machine of
// utf8_table.go, two bytes a step.
func walk[R ~string | ~[]byte](r R) bool {
	s := uint64(accept)
	i := 0
	for ; i < len(r)-7; i += 8 {
		s = next(s, first[r[i]], second[r[i+1]])
		s = next(s, first[r[i+2]], second[r[i+3]])
		s = next(s, first[r[i+4]], second[r[i+5]])
		s = next(s, first[r[i+6]], second[r[i+7]])
	}
	for ; i < len(r)-1; i += 2 {
		s = next(s, first[r[i]], second[r[i+1]])
	}
	if i < len(r) {
		s = next(s, first[r[i]], 0)
	}
	return s&63 == accept
}

// next returns the state after two bytes, from first of the one and second of the other.
// A last odd byte has the second class 0, as if ASCII followed: the machine accepts that
// only where a character may begin.
//
// A row of pairs holds the next state for each state, in six bits. A state is a multiple
// of six, so shifting the row right by a state leaves the next one in the low six bits.
// The time depends on the length alone, and only the shift waits for the previous step.
func next(s uint64, a, b uint8) uint64 { return pairs[uint64(a)|uint64(b)] >> (s & 63) }

// word64 loads r[i:i+8], little-endian. The compiler makes it one load.
func word64[R ~string | ~[]byte](r R, i int) uint64 {
	r = r[i : i+8]
	return uint64(r[0]) | uint64(r[1])<<8 | uint64(r[2])<<16 | uint64(r[3])<<24 |
		uint64(r[4])<<32 | uint64(r[5])<<40 | uint64(r[6])<<48 | uint64(r[7])<<56
}

// word32 loads r[i:i+4], little-endian. The compiler makes it one load.
func word32[R ~string | ~[]byte](r R, i int) uint32 {
	r = r[i : i+4]
	return uint32(r[0]) | uint32(r[1])<<8 | uint32(r[2])<<16 | uint32(r[3])<<24
}
