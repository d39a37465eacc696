package frame

import "example.com/closeframe/code"

// Bits of the first two header bytes (RFC 6455, section 5.2).
const (
	finBit    = 0x80
	rsvBits   = 0x70
	opBits    = 0x0f
	opClose   = 0x8
	maskBit   = 0x80
	lenBits   = 0x7f
	closeByte = finBit | opClose // the first byte of every good close frame
)

// ParseFrame reads an unmasked close frame, as a server sends it, at the start
// of b (RFC 6455, section 5.2). b may hold more than the frame. n is the length
// of the frame in bytes; payload is its part of b, for [Parse], and nothing is
// written or allocated.
//
// Where b holds less than the frame, the error is ErrIncomplete. A defect that
// can be seen in what is there is told at once, in this order: ErrNotClose,
// ErrReservedBits, ErrFragmented, ErrMask, ErrTooLong. On every error payload is
// nil and n is 0.
func ParseFrame(b []byte) (payload []byte, n int, err error) {
	n, e := frameLen(b, 0)
	if e != 0 {
		return nil, 0, e
	}
	return b[headerLen:n:n], n, nil
}

// ParseMasked unmasks b in place and zeroes its masking key: it reads a masked
// close frame, as a client sends it, at the start of b (RFC 6455, sections 5.2
// and 5.3). Since a key of zeros changes nothing, b stays a valid masked frame,
// and parsing it again gives the same payload.
//
// b may hold more than the frame; what follows it is left alone. n is the length
// of the frame in bytes and payload its part of b, for [Parse]. Nothing is
// allocated. The errors are those of [ParseFrame], and then b is as it was.
func ParseMasked(b []byte) (payload []byte, n int, err error) {
	n, e := frameLen(b, maskBit)
	if e != 0 {
		return nil, 0, e
	}
	payload = b[headerLen+keyLen : n : n]
	key := [keyLen]byte(b[headerLen:])
	xor(payload, key)
	clear(b[headerLen : headerLen+keyLen])
	return payload, n, nil
}

// frameLen returns the length of the close frame at the start of b, whose mask
// bit must be mask, or what is wrong with it.
func frameLen(b []byte, mask byte) (n int, e Error) {
	if len(b) == 0 {
		return 0, ErrIncomplete
	}
	if b[0] != closeByte {
		switch {
		case b[0]&opBits != opClose:
			return 0, ErrNotClose
		case b[0]&rsvBits != 0:
			return 0, ErrReservedBits
		default:
			return 0, ErrFragmented
		}
	}
	if len(b) < headerLen {
		return 0, ErrIncomplete
	}
	if b[1]&maskBit != mask {
		return 0, ErrMask
	}
	n = int(b[1] & lenBits)
	if n > MaxPayload {
		return 0, ErrTooLong
	}
	n += headerLen
	if mask != 0 {
		n += keyLen
	}
	if len(b) < n {
		return 0, ErrIncomplete
	}
	return n, 0
}

// AppendFrame appends an unmasked close frame to dst, as a server sends it (RFC
// 6455, section 5.2). All else is as for [Append], an overlap of dst and reason
// too; spare capacity of MaxFrame bytes always is enough. code.NoStatus with an
// empty reason gives the empty close frame, 88 00.
func AppendFrame[R ~string | ~[]byte](dst []byte, c code.Code, reason R) ([]byte, error) {
	if e := refused(c, len(reason)); e != 0 {
		return dst, e
	}
	if !valid(reason) {
		return dst, ErrUTF8
	}
	size := payloadLen(c, len(reason))
	n, end := len(dst), len(dst)+headerLen+size
	dst = room(dst, headerLen+size)
	f := dst[n:end]
	if size > 0 {
		put(f[headerLen:], c, reason)
	}
	f[0], f[1] = closeByte, byte(size)
	return dst[:end], nil
}

// AppendMasked appends a close frame masked with key to dst, as a client sends it
// (RFC 6455, sections 5.2 and 5.3). The key must be unpredictable and used once.
// All else is as for [Append], an overlap of dst and reason too; spare capacity of
// MaxFrame bytes always is enough. code.NoStatus with an empty reason gives 88 80
// and the key.
func AppendMasked[R ~string | ~[]byte](dst []byte, c code.Code, reason R, key [4]byte) ([]byte, error) {
	if e := refused(c, len(reason)); e != 0 {
		return dst, e
	}
	if !valid(reason) {
		return dst, ErrUTF8
	}
	size := payloadLen(c, len(reason))
	n, end := len(dst), len(dst)+headerLen+keyLen+size
	dst = room(dst, headerLen+keyLen+size)
	f := dst[n:end]
	payload := f[headerLen+keyLen:]
	switch {
	case size > codeLen:
		put(payload, c, reason)
		xor(payload, key)
	case size > 0:
		// The code alone needs no calls.
		payload[0], payload[1] = byte(c>>8)^key[0], byte(c)^key[1]
	}
	f[0], f[1] = closeByte, maskBit|byte(size)
	copy(f[headerLen:], key[:])
	return dst[:end], nil
}

// xor masks or unmasks p with key (RFC 6455, section 5.3).
func xor(p []byte, key [keyLen]byte) {
	k := uint64(key[0]) | uint64(key[1])<<8 | uint64(key[2])<<16 | uint64(key[3])<<24
	k |= k << 32
	n := len(p)
	if n < 8 {
		for i := range p {
			p[i] ^= byte(k)
			k >>= 8
		}
		return
	}
	// The last word overlaps the one before it, which spares a loop over the bytes
	// that are left: it is loaded before that one is masked, and the key turned to
	// how it stands there. A turn by 32 bits changes nothing.
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
