package frame

import (
	"math"
	"strings"
	"unicode/utf8"

	"golang.org/x/exp/constraints"

	"example.com/closeframe/code"
)

// Parse reads the payload of a received close frame, already unmasked. The reason is a
// subslice of payload without spare capacity.
//
// Parse returns the first error that applies: ErrShortPayload, ErrTooLong, ErrCode,
// ErrUTF8. On error reason is nil, and c is the code as received, or 0 if payload has
// one byte. Use that code only in logs; never send it.
func Parse(payload []byte) (c code.Code, reason []byte, err error) {
	if len(payload) < codeLen {
		if len(payload) == 0 {
			return code.NoStatus, nil, nil
		}
		return 0, nil, ErrShortPayload
	}
	c = code.Code(payload[0])<<8 | code.Code(payload[1])
	if len(payload) > MaxPayload {
		return c, nil, ErrTooLong
	}
	if !c.IsSendable() {
		return c, nil, ErrCode
	}
	reason = payload[codeLen:len(payload):len(payload)]
	if !valid(reason) {
		return c, nil, ErrUTF8
	}
	return c, reason, nil
}

// Append appends the payload of a close frame to dst. It reproduces, byte for byte, any
// payload that [Parse] accepts. On error it returns dst unchanged and the error of
// [Check]. reason may overlap dst's spare capacity; Append may then overwrite it.
func Append[C constraints.Integer, R ~string | ~[]byte](dst []byte, c C, reason R) ([]byte, error) {
	return appendPayload(dst, uint64(c), reason)
}

// appendPayload is Append for a code widened to 64 bits, so that each further integer
// type costs a conversion and not a copy of this function. A negative code becomes far
// larger than 65535.
func appendPayload[R ~string | ~[]byte](dst []byte, c uint64, reason R) ([]byte, error) {
	if e := checkCode(c, len(reason)); e != 0 {
		return dst, e
	}
	if len(reason) == 0 {
		if c == uint64(code.NoStatus) {
			return dst, nil
		}
		return append(dst, byte(c>>8), byte(c)), nil
	}
	if !valid(reason) {
		return dst, ErrUTF8
	}
	n, size := len(dst), codeLen+len(reason)
	dst = grow(dst, size)
	putPayload(dst[n:n+size], code.Code(c), reason)
	return dst[:n+size], nil
}

// Check returns the error that the Append functions return for c and reason: the first
// of ErrTooLong, ErrCode and ErrUTF8 that applies, or nil.
func Check[C constraints.Integer, R ~string | ~[]byte](c C, reason R) error {
	return checkPayload(uint64(c), reason)
}

func checkPayload[R ~string | ~[]byte](c uint64, reason R) error {
	if e := checkCode(c, len(reason)); e != 0 {
		return e
	}
	if !valid(reason) {
		return ErrUTF8
	}
	return nil
}

// CheckReason is [Check] for a reason alone: it returns ErrTooLong, ErrUTF8 or nil.
func CheckReason[R ~string | ~[]byte](reason R) error {
	switch {
	case len(reason) > MaxReason:
		return ErrTooLong
	case !validUTF8(reason):
		return ErrUTF8
	}
	return nil
}

// Truncate returns the longest prefix of reason that has at most 123 bytes and ends
// between runes. If the bytes at the limit are not UTF-8, it cuts at byte 123. The
// result keeps the capacity of reason. For text that may be invalid use [Sanitize].
func Truncate[R ~string | ~[]byte](reason R) R {
	if len(reason) <= MaxReason {
		return reason
	}
	return reason[:boundary(reason)]
}

// boundary returns the length to which Truncate cuts a reason of over MaxReason bytes.
func boundary[R ~string | ~[]byte](reason R) int {
	if utf8.RuneStart(reason[MaxReason]) {
		return MaxReason // no rune extends past the limit
	}
	// Only a rune that begins less than utf8.UTFMax bytes before the limit can extend
	// past it.
	for i := MaxReason - 1; i > MaxReason-utf8.UTFMax; i-- {
		if !utf8.RuneStart(reason[i]) {
			continue
		}
		end := i + utf8.UTFMax
		if end > len(reason) {
			end = len(reason)
		}
		// The conversion copies four bytes at most, on the stack.
		tail := string(reason[i:end])
		if _, size := utf8.DecodeRuneInString(tail); i+size > MaxReason {
			return i
		}
		break
	}
	return MaxReason
}

// Sanitize returns a code and a reason that may be sent in place of c and reason. Every
// Append function accepts them, and a second Sanitize does not change them. The reason
// is repaired, then cut:
//
//	Truncate(strings.ToValidUTF8(reason, "\uFFFD"))
//
// The code is c if it may be sent with that reason, and code.InternalError otherwise.
func Sanitize[C constraints.Integer](c C, reason string) (code.Code, string) {
	return sanitize(uint64(c), reason)
}

func sanitize(c uint64, reason string) (code.Code, string) {
	reason = Truncate(strings.ToValidUTF8(reason, "\uFFFD"))
	if checkCode(c, len(reason)) != 0 {
		return code.InternalError, reason
	}
	return code.Code(c), reason
}

// checkCode returns ErrTooLong, ErrCode or 0 for a code and the length of its reason. The
// callers check the reason's bytes, since checkCode would not inline with that check.
func checkCode(c uint64, reasonLen int) Error {
	switch {
	case reasonLen > MaxReason:
		return ErrTooLong
	case c > math.MaxUint16:
		return ErrCode
	case code.Code(c).IsSendable() || c == uint64(code.NoStatus) && reasonLen == 0:
		return 0
	default:
		return ErrCode
	}
}

// payloadLen returns the length of the payload for arguments that checkCode accepts.
func payloadLen(c uint64, reasonLen int) int {
	if c == uint64(code.NoStatus) {
		return 0
	}
	return codeLen + reasonLen
}

// putPayload writes a payload to the start of p. It moves the reason first, because the
// reason may overlap the bytes of the code.
func putPayload[R ~string | ~[]byte](p []byte, c code.Code, reason R) {
	copy(p[codeLen:], reason)
	p[0], p[1] = byte(c>>8), byte(c)
}

// grow returns dst with spare capacity for n bytes. It does not write to the spare
// capacity of dst, which a reason may overlap.
func grow(dst []byte, n int) []byte {
	if n <= cap(dst)-len(dst) {
		return dst
	}
	return append(dst, make([]byte, n)...)[:len(dst)]
}
