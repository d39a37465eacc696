package frame

import (
	"unicode/utf8"

	"example.com/closeframe/code"
)

// Parse reads the payload of a received close frame, already unmasked
// (RFC 6455, section 5.5.1). An empty payload is code.NoStatus without a reason.
//
// The reason is a part of payload, verbatim, and lives as long as payload does;
// nothing is kept, written or allocated. Its capacity ends with it, so that
// appending to it leaves payload alone.
//
// The error is, in the order in which they are looked for, ErrShortPayload for
// one byte, ErrTooLong for over 125, ErrCode for a code that is not
// [code.Code.IsSendable], ErrUTF8 for a reason that is not UTF-8; its
// [Error.Answer] is what to close with. On error reason is nil and c is 0, but
// on ErrCode c is the code as received: for logs only, never echo a code that
// came with an error.
func Parse(payload []byte) (c code.Code, reason []byte, err error) {
	if len(payload) < codeLen {
		if len(payload) == 0 {
			return code.NoStatus, nil, nil
		}
		return 0, nil, ErrShortPayload
	}
	if len(payload) > MaxPayload {
		return 0, nil, ErrTooLong
	}
	c = code.Code(payload[0])<<8 | code.Code(payload[1])
	if !c.IsSendable() {
		return c, nil, ErrCode
	}
	reason = payload[codeLen:len(payload):len(payload)]
	if !valid(reason) {
		return 0, nil, ErrUTF8
	}
	return c, reason, nil
}

// Append appends the payload of a close frame to dst: the code in two bytes,
// then the reason verbatim (RFC 6455, section 5.5.1). code.NoStatus with an
// empty reason is the empty payload and adds nothing.
//
// The error is ErrTooLong for a reason of over 123 bytes ([Truncate] cuts it),
// ErrCode for a code that may not be sent and for code.NoStatus with a reason,
// ErrUTF8 for a reason that is not UTF-8, looked for in this order; dst is then
// returned exactly as it came. dst may be nil, and reason may lie in its spare
// capacity, in any way, and is then overwritten. Append allocates only where that
// capacity is too little; MaxPayload bytes always are enough.
func Append[R ~string | ~[]byte](dst []byte, c code.Code, reason R) ([]byte, error) {
	if e := refused(c, len(reason)); e != 0 {
		return dst, e
	}
	if len(reason) == 0 {
		if c == code.NoStatus {
			return dst, nil
		}
		return append(dst, byte(c>>8), byte(c)), nil
	}
	if !valid(reason) {
		return dst, ErrUTF8
	}
	n, size := len(dst), codeLen+len(reason)
	dst = room(dst, size)
	put(dst[n:n+size], c, reason)
	return dst[:n+size], nil
}

// CheckReason returns nil for a reason that a close frame can carry (RFC 6455,
// sections 5.5 and 5.5.1), ErrTooLong for one of over 123 bytes, else ErrUTF8 for
// one that is not UTF-8 as RFC 3629 defines it: an overlong form, a surrogate, a
// code point past U+10FFFF, a sequence cut short. NUL, noncharacters and a byte
// order mark are legal. It does not allocate.
func CheckReason[R ~string | ~[]byte](reason R) error {
	switch {
	case len(reason) > MaxReason:
		return ErrTooLong
	case !check(reason):
		return ErrUTF8
	}
	return nil
}

// Truncate returns the longest prefix of reason that has at most 123 bytes (RFC
// 6455, section 5.5) and ends between runes, so that valid UTF-8 stays valid;
// reason itself where it is short enough. Bytes that are not UTF-8 anyway are cut
// at 123. The result is a part of reason, with all of its capacity; nothing is
// written or allocated.
//
// For text of unknown origin repair first, since the repair can make it longer:
//
//	frame.Truncate(strings.ToValidUTF8(s, "\uFFFD"))
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
		// The conversion copies four bytes at most, on the stack.
		tail := string(reason[i:min(i+utf8.UTFMax, len(reason))])
		if _, size := utf8.DecodeRuneInString(tail); i+size > MaxReason {
			return i
		}
		break
	}
	return MaxReason
}

// refused returns what a code and the length of a reason cannot be sent for, or 0.
// It leaves the reason's bytes to valid, since with them it would not inline.
func refused(c code.Code, reasonLen int) Error {
	switch {
	case reasonLen > MaxReason:
		return ErrTooLong
	case c.IsSendable() || c == code.NoStatus && reasonLen == 0:
		return 0
	default:
		return ErrCode
	}
}

// payloadLen returns the length in bytes of the payload for a code and a reason
// that refused let through.
func payloadLen(c code.Code, reasonLen int) int {
	if c == code.NoStatus {
		return 0
	}
	return codeLen + reasonLen
}

// put writes the payload to the start of p. The reason comes first: it may lie
// where the code goes.
func put[R ~string | ~[]byte](p []byte, c code.Code, reason R) {
	copy(p[codeLen:], reason)
	p[0], p[1] = byte(c>>8), byte(c)
}

// room returns dst with room for n bytes behind it. It never writes to dst's spare
// capacity, where a reason may lie.
func room(dst []byte, n int) []byte {
	if n <= cap(dst)-len(dst) {
		return dst
	}
	return append(dst, make([]byte, n)...)[:len(dst)]
}
