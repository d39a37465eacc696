package frame

import "unicode/utf8"

//go:generate go run utf8_gen.go

// valid reports whether r is UTF-8 as RFC 3629, section 4, defines it.
//
// A reason has 123 bytes at most, and utf8.Valid is made for longer text: it
// walks the last eight bytes of ASCII one by one, and mispredicts a branch for
// nearly every rune of a mixed text. Here ASCII goes by whole words and the rest
// through a state machine that has no branch to mispredict.
func valid[R ~string | ~[]byte](r R) bool {
	const high = 0x8080808080808080 // set in a word with a byte past ASCII
	switch {
	case len(r) == 0:
		return true
	case len(r) < 4:
		// First, middle and last are all there are.
		if r[0]|r[len(r)/2]|r[len(r)-1] >= utf8.RuneSelf {
			return run(r)
		}
		return true
	case len(r) < 8:
		// Two loads that overlap in the middle.
		if (word32(r, 0)|word32(r, len(r)-4))&(high>>32) != 0 {
			return run(r)
		}
		return true
	}
	// The last word, which overlaps the ones before it, spares a loop over the
	// bytes that are left.
	last := word64(r, len(r)-8)
	for len(r) >= 32 {
		if (word64(r, 0)|word64(r, 8)|word64(r, 16)|word64(r, 24))&high != 0 {
			return run(r)
		}
		r = r[32:]
	}
	w := last
	for i := 0; i+8 <= len(r); i += 8 {
		w |= word64(r, i)
	}
	if w&high != 0 {
		return run(r)
	}
	return true
}

// run takes r through the state machine of utf8_table.go, two bytes a step, and
// reports whether it ends where a character may begin.
//
// A row of pairs holds the next state for each state, in six bits: shifted right
// by a state, which is a multiple of six, its low six bits are the next one. So
// the time depends on the length alone, and only the shift waits for the step
// before it.
func run[R ~string | ~[]byte](r R) bool {
	s := uint64(accept)
	for len(r) >= 8 {
		s = pairs[first[r[0]]+second[r[1]]] >> (s & 63)
		s = pairs[first[r[2]]+second[r[3]]] >> (s & 63)
		s = pairs[first[r[4]]+second[r[5]]] >> (s & 63)
		s = pairs[first[r[6]]+second[r[7]]] >> (s & 63)
		r = r[8:]
	}
	for len(r) >= 2 {
		s = pairs[first[r[0]]+second[r[1]]] >> (s & 63)
		r = r[2:]
	}
	if len(r) > 0 {
		// ASCII, class 0, for the byte that is missing: it accepts only where a
		// character may begin.
		s = pairs[first[r[0]]] >> (s & 63)
	}
	return s&63 == accept
}

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
