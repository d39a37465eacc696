package frame

import (
	"math"
	"strings"
	"unicode/utf8"

	"golang.org/x/exp/constraints"

	"example.com/closeframe/code"
)

// Parse reads the payload of a received close frame, already unmasked
// (RFC 6455, section 5.5.1). An empty payload is code.NoStatus without a reason.
// The reason is a subslice of payload, verbatim, with no capacity beyond its length.
//
// Parse returns the first error that applies: ErrShortPayload for one byte, ErrTooLong
// for more than 125 bytes, ErrCode for a code that is not [code.Code.IsSendable],
// ErrUTF8 for a reason that is not UTF-8. On error reason is nil, and c is the code as
// received, or 0 if payload has no two bytes. Use that code only in logs; never send it.
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

// Append appends the payload of a close frame to dst: the code in two bytes, then
// the reason verbatim (RFC 6455, section 5.5.1). For code.NoStatus with an empty reason
// it appends nothing. c may have any integer type; a value outside 16 bits is ErrCode.
//
// On error, Append returns dst unchanged and the error of [Check]. dst may be nil.
// reason may overlap dst's spare capacity in any way; Append then overwrites reason.
// Spare capacity of MaxPayload bytes is always enough.
func Append[C constraints.Integer, R ~string | ~[]byte](dst []byte, c C, reason R) ([]byte, error) {
	return appendPayload(dst, uint64(c), reason)
}

// appendPayload is Append for a code that is widened to 64 bits, so that each
// further integer type costs a conversion and not a copy of this function. A
// negative code is far over 65535 then.
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

// Check returns the error that every Append function would return, or nil. The first of
// these applies: ErrTooLong for a reason longer than 123 bytes; ErrCode for a code that
// cannot be sent (code.NoStatus can, with an empty reason); ErrUTF8 for a reason that
// is not UTF-8.
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

// CheckReason returns ErrTooLong if reason is longer than 123 bytes, ErrUTF8 if it is
// not UTF-8, and nil otherwise (RFC 6455, sections 5.5 and 5.5.1). By RFC 3629 an
// overlong form, a surrogate, a code point past U+10FFFF and a sequence cut short are
// invalid. NUL, noncharacters and a byte order mark are valid.
func CheckReason[R ~string | ~[]byte](reason R) error {
	switch {
	case len(reason) > MaxReason:
		return ErrTooLong
	case !check(reason):
		return ErrUTF8
	}
	return nil
}

// Truncate returns the longest prefix of reason that has at most 123 bytes and ends
// between runes, so that valid UTF-8 stays valid. If the bytes at the limit are not
// UTF-8, it cuts at byte 123. The result keeps the capacity of reason. For text of
// unknown origin use [Sanitize], which repairs before it cuts.
func Truncate[R ~string | ~[]byte](reason R) R {
	if len(reason) <= MaxReason {
		return reason
	}
	return reason[:boundary(reason)]
}

// boundary returns where Truncate cuts a reason of over MaxReason bytes.
func boundary[R ~string | ~[]byte](reason R) int {
	if utf8.RuneStart(reason[MaxReason]) {
		return MaxReason // nothing reaches past it
	}
	// Only a rune that begins less than utf8.UTFMax bytes before the limit can
	// reach past it.
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

// Sanitize returns a code and a reason that can be sent in place of c and reason, for
// callers who would rather send something than get an error. Every Append function
// accepts the result, and a second Sanitize does not change it.
//
// The reason is repaired, then cut:
//
//	Truncate(strings.ToValidUTF8(reason, "\uFFFD"))
//
// The code is c if it can be sent with that reason (code.NoStatus only with an empty
// one), and code.InternalError otherwise.
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

// checkCode returns the error for a reason that is too long or a code that cannot
// be sent with it, or 0. It leaves the reason's bytes to valid, since it would not
// inline with them.
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

// payloadLen returns the length in bytes of the payload for a code and a reason
// that checkCode accepts.
func payloadLen(c uint64, reasonLen int) int {
	if c == uint64(code.NoStatus) {
		return 0
	}
	return codeLen + reasonLen
}

// putPayload writes the payload to the start of p. The reason comes first: it may
// lie where the code goes.
func putPayload[R ~string | ~[]byte](p []byte, c code.Code, reason R) {
	copy(p[codeLen:], reason)
	p[0], p[1] = byte(c>>8), byte(c)
}

// grow returns dst with spare capacity for n bytes. It never writes to dst's spare
// capacity, where a reason may lie.
func grow(dst []byte, n int) []byte {
	if n <= cap(dst)-len(dst) {
		return dst
	}
	return append(dst, make([]byte, n)...)[:len(dst)]
}
