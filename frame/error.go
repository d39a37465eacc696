package frame

import "example.com/closeframe/code"

// Error is the type of all errors of this package. Compare it with == or errors.Is,
// find it with errors.As, or switch over it. The zero Error is no error.
type Error uint8

const (
	// ErrIncomplete: the buffer ends before the frame does. Read more and parse
	// again.
	ErrIncomplete Error = iota + 1
	// ErrShortPayload: a payload of one byte (RFC 6455, section 5.5.1).
	ErrShortPayload
	// ErrTooLong: a reason of over 123 bytes, a payload of over 125, or a frame
	// whose length field is 126 or 127 (RFC 6455, section 5.5).
	ErrTooLong
	// ErrCode: a code that no close frame may carry (see code.Code.IsSendable) or that is
	// outside 16 bits. Check and the Append functions accept code.NoStatus without a
	// reason.
	ErrCode
	// ErrUTF8: a reason that is not UTF-8 (RFC 3629): it has an invalid byte,
	// an overlong form, a surrogate, a code point past U+10FFFF or a sequence cut
	// short. NUL, noncharacters and a byte order mark are valid.
	ErrUTF8
	// ErrNotClose: a frame whose opcode is not 8.
	ErrNotClose
	// ErrFragmented: a close frame without the FIN bit (RFC 6455, section 5.4).
	ErrFragmented
	// ErrReservedBits: a close frame with RSV1, RSV2 or RSV3 (RFC 6455, section
	// 5.2).
	ErrReservedBits
	// ErrMask: a masked frame from a server or an unmasked one from a client
	// (RFC 6455, section 5.1).
	ErrMask
)

// Error returns a fixed text. It holds no bytes from the peer.
func (e Error) Error() string {
	switch e {
	case ErrIncomplete:
		return "closeframe: frame is incomplete"
	case ErrShortPayload:
		return "closeframe: payload is a single byte"
	case ErrTooLong:
		return "closeframe: length is over the limit of a close frame"
	case ErrCode:
		return "closeframe: code is not allowed in a close frame"
	case ErrUTF8:
		return "closeframe: reason is not UTF-8"
	case ErrNotClose:
		return "closeframe: not a close frame"
	case ErrFragmented:
		return "closeframe: close frame is fragmented"
	case ErrReservedBits:
		return "closeframe: close frame has reserved bits set"
	case ErrMask:
		return "closeframe: mask bit is wrong for the sender"
	default:
		return "closeframe: unknown error"
	}
}

// Answer returns the code of the reply to a peer that sent bytes with the error e (RFC 6455,
// section 7.4.1). It is code.InvalidPayload (1007) for ErrUTF8, 0 for ErrIncomplete,
// ErrNotClose and the zero Error, which need no reply, and code.ProtocolError (1002) for the
// others.
func (e Error) Answer() code.Code {
	switch e {
	case ErrUTF8:
		return code.InvalidPayload
	case 0, ErrIncomplete, ErrNotClose:
		return 0
	default:
		return code.ProtocolError
	}
}

// Answer returns [Error.Answer] of the first Error in err's tree, parents before
// children, or 0 if there is none.
func Answer(err error) code.Code {
	e, _ := find(err)
	return e.Answer()
}

// find returns the first Error in err's tree. It does not call errors.As, which would
// move e to the heap.
func find(err error) (e Error, ok bool) {
	for {
		switch x := err.(type) {
		case Error:
			return x, true
		case interface{ Unwrap() error }:
			err = x.Unwrap()
		case interface{ Unwrap() []error }:
			for _, err := range x.Unwrap() {
				if e, ok := find(err); ok {
					return e, true
				}
			}
			return 0, false
		default:
			return 0, false
		}
	}
}
