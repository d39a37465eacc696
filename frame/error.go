package frame

import "example.com/closeframe/code"

// Error is what is wrong with a close frame. The constants below are its only
// values; each is an error that can be compared with ==, switched over, and
// found by errors.Is. Making one does not allocate.
type Error uint8

const (
	// ErrIncomplete: the buffer ends before the frame does. Read more and
	// parse again; nothing was consumed or changed.
	ErrIncomplete Error = iota + 1
	// ErrShortPayload: a payload of one byte (RFC 6455, section 5.5.1).
	ErrShortPayload
	// ErrTooLong: a reason of over 123 bytes, a payload of over 125, or a frame
	// whose length field is 126 or 127 (RFC 6455, section 5.5).
	ErrTooLong
	// ErrCode: a code that may not stand in a close frame (RFC 6455, section
	// 7.4), or a reason without a code.
	ErrCode
	// ErrUTF8: a reason that is not UTF-8 (RFC 6455, sections 5.5.1 and 8.1).
	ErrUTF8
	// ErrNotClose: a frame with another opcode than 8, to be read by another
	// parser.
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

// Error returns the fact alone, without a byte of what the peer sent, so that it
// is safe in a log. It does not allocate.
func (e Error) Error() string {
	switch e {
	case ErrIncomplete:
		return "closeframe: frame is incomplete"
	case ErrShortPayload:
		return "closeframe: payload of one byte"
	case ErrTooLong:
		return "closeframe: reason is over 123 bytes"
	case ErrCode:
		return "closeframe: code may not stand in a close frame"
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

// Answer returns the code to close with towards a peer whose bytes gave e
// (RFC 6455, section 7.4.1): code.InvalidPayload (1007) for ErrUTF8, 0 for
// ErrIncomplete and ErrNotClose, which are no fault of the peer and want no
// answer, and code.ProtocolError (1002) for the others. For an error of an
// Append function, where there is no peer, it means nothing. It does not
// allocate.
func (e Error) Answer() code.Code {
	switch e {
	case ErrUTF8:
		return code.InvalidPayload
	case ErrIncomplete, ErrNotClose:
		return 0
	default:
		return code.ProtocolError
	}
}
