package frame

import (
	"golang.org/x/exp/constraints"

	"example.com/closeframe/code"
)

// Bits of the first two header bytes (RFC 6455, section 5.2).
const (
	finBit    = 0x80
	rsvBits   = 0x70
	opBits    = 0x0f
	opClose   = 0x8
	maskBit   = 0x80
	lenBits   = 0x7f
	closeByte = finBit | opClose // the first byte of every valid close frame
)

// ParseFrame reads an unmasked close frame, as a server sends it, at the start of b. b
// may hold more. payload is a subslice of b; pass it to [Parse]. n is the length of the
// frame in bytes.
//
// ParseFrame returns the first error that the bytes in b show, in this order:
// ErrNotClose, ErrReservedBits, ErrFragmented, ErrMask, ErrTooLong, ErrIncomplete. On
// error payload is nil and n is 0.
func ParseFrame(b []byte) (payload []byte, n int, err error) {
	if len(b) < headerLen || b[0] != closeByte || b[1] > MaxPayload || len(b) < headerLen+int(b[1]) {
		return nil, 0, headerError(b, 0)
	}
	n = headerLen + int(b[1])
	return b[headerLen:n:n], n, nil
}

// ParseMasked reads a masked close frame, as a client sends it, and unmasks it in place.
// It is otherwise like [ParseFrame]. It zeroes the masking key, so parsing b again gives
// the same payload. On error b is unchanged.
func ParseMasked(b []byte) (payload []byte, n int, err error) {
	if len(b) < headerLen+keyLen || b[0] != closeByte || b[1]-maskBit > MaxPayload || len(b) < headerLen+keyLen+int(b[1]-maskBit) {
		return nil, 0, headerError(b, maskBit)
	}
	n = headerLen + keyLen + int(b[1]-maskBit)
	payload = b[headerLen+keyLen : n : n]
	xor(payload, word32(b, headerLen))
	*(*[keyLen]byte)(b[headerLen:]) = [keyLen]byte{}
	return payload, n, nil
}

// Len returns the length in bytes of the close frame at the start of b, masked or not,
// from its first two bytes. n may exceed len(b): it is the number of bytes to read or
// peek. Len never returns ErrMask. It returns ErrIncomplete only if b has fewer than two
// bytes. Its other errors are those of [ParseFrame]. On error n is 0.
func Len(b []byte) (n int, err error) {
	if len(b) < headerLen {
		return 0, headerError(b, 0)
	}
	if b[0] != closeByte || b[1]&lenBits > MaxPayload {
		return 0, headerError(b, b[1]&maskBit) // accepts either mask bit
	}
	n = headerLen + int(b[1]&lenBits)
	if b[1]&maskBit != 0 {
		n += keyLen
	}
	return n, nil
}

// headerError returns the first error in the header at the start of b, or ErrIncomplete.
// mask is the mask bit that the header must have.
func headerError(b []byte, mask byte) Error {
	switch {
	case len(b) == 0:
		return ErrIncomplete
	case b[0]&opBits != opClose:
		return ErrNotClose
	case b[0]&rsvBits != 0:
		return ErrReservedBits
	case b[0]&finBit == 0:
		return ErrFragmented
	case len(b) < headerLen:
		return ErrIncomplete
	case b[1]&maskBit != mask:
		return ErrMask
	case b[1]&lenBits > MaxPayload:
		return ErrTooLong
	default:
		return ErrIncomplete
	}
}

// AppendFrame is [Append] for a whole close frame, unmasked, as a server sends it.
func AppendFrame[C constraints.Integer, R ~string | ~[]byte](dst []byte, c C, reason R) ([]byte, error) {
	return appendFrame(dst, uint64(c), reason)
}

func appendFrame[R ~string | ~[]byte](dst []byte, c uint64, reason R) ([]byte, error) {
	if e := checkCode(c, len(reason)); e != 0 {
		return dst, e
	}
	if !valid(reason) {
		return dst, ErrUTF8
	}
	size := payloadLen(c, len(reason))
	n, end := len(dst), len(dst)+headerLen+size
	dst = grow(dst, headerLen+size)
	f := dst[n:end]
	if size > 0 {
		putPayload(f[headerLen:], code.Code(c), reason)
	}
	f[0], f[1] = closeByte, byte(size)
	return dst[:end], nil
}

// AppendMasked is [Append] for a whole close frame, masked with key, as a client sends
// it. The key must be unpredictable and used once (RFC 6455, section 5.3).
func AppendMasked[C constraints.Integer, R ~string | ~[]byte](dst []byte, c C, reason R, key [4]byte) ([]byte, error) {
	return appendMasked(dst, uint64(c), reason, key)
}

func appendMasked[R ~string | ~[]byte](dst []byte, c uint64, reason R, key [4]byte) ([]byte, error) {
	if e := checkCode(c, len(reason)); e != 0 {
		return dst, e
	}
	if !valid(reason) {
		return dst, ErrUTF8
	}
	size := payloadLen(c, len(reason))
	n, end := len(dst), len(dst)+headerLen+keyLen+size
	dst = grow(dst, headerLen+keyLen+size)
	f := dst[n:end]
	payload := f[headerLen+keyLen:]
	switch {
	case size > codeLen:
		putPayload(payload, code.Code(c), reason)
		xor(payload, word32(key[:], 0))
	case size > 0:
		// A code alone is masked without a call.
		payload[0], payload[1] = byte(c>>8)^key[0], byte(c)^key[1]
	}
	f[0], f[1] = closeByte, maskBit|byte(size)
	copy(f[headerLen:], key[:])
	return dst[:end], nil
}

// xor masks or unmasks p (RFC 6455, section 5.3) with a key loaded little-endian.
func xor(p []byte, key uint32) {
	k := uint64(key)<<32 | uint64(key)
	n := len(p)
	if n < 8 {
		// Two bytes a step: Parse loads the code as one word, which is slow after two
		// one-byte stores.
		for ; len(p) >= 2; p = p[2:] {
			w := uint16(p[0]) | uint16(p[1])<<8 ^ uint16(k)
			p[0], p[1] = byte(w), byte(w>>8)
			k >>= 16
		}
		if len(p) > 0 {
			p[0] ^= byte(k)
		}
		return
	}
	// The final word may overlap the previous one, so that no loop over single bytes
	// is needed. Load it before the loop changes it, and rotate the key to its offset.
	// The key repeats after 32 bits, so the offset is n&3.
	turn := 8 * (n & 3)
	last := word64(p, n-8) ^ (k>>turn | k<<(32-turn))
	for q := p; len(q) > 8; q = q[8:] {
		putWord(q, word64(q, 0)^k)
	}
	putWord(p[n-8:], last)
}

// putWord stores w in p[:8], little-endian. The compiler makes it one store.
func putWord(p []byte, w uint64) {
	p = p[:8]
	p[0], p[1], p[2], p[3] = byte(w), byte(w>>8), byte(w>>16), byte(w>>24)
	p[4], p[5], p[6], p[7] = byte(w>>32), byte(w>>40), byte(w>>48), byte(w>>56)
}
