package ws

import (
	"encoding/binary"
	"strings"

	"example.com/closeframe/code"
	"example.com/closeframe/frame"
)

// ParseCloseFrameData returns what frame.Parse finds. It has no error to return:
// what is malformed it hands on as it came, for CheckCloseFrameData to refuse.
func ParseCloseFrameData(payload []byte) (StatusCode, string) {
	c, reason, err := frame.Parse(payload)
	switch {
	case len(payload) < 2: // the callers' sign for "no code"; 1005 would be refused
		return 0, ""
	case err != nil:
		return StatusCode(binary.BigEndian.Uint16(payload)), string(payload[2:])
	}
	return StatusCode(c), string(reason)
}

// ParseCloseFrameDataUnsafe is the same. Its reason is a copy: only a stack that
// takes reasons as bytes can do without one and without unsafe.
func ParseCloseFrameDataUnsafe(payload []byte) (StatusCode, string) {
	return ParseCloseFrameData(payload)
}

// CheckCloseFrameData keeps the errors by which this package's users know a verdict.
func CheckCloseFrameData(sc StatusCode, reason string) error {
	c := code.Code(sc)
	switch {
	case c.IsSendable():
		if frame.CheckReason(reason) != nil {
			return ErrProtocolInvalidUTF8
		}
		return nil
	case c.Class() == code.Unused:
		return ErrProtocolStatusCodeNotInUse
	case sc == StatusNoMeaningYet:
		return ErrProtocolStatusCodeNoMeaning
	case c.Name() != "": // 1005, 1006 and 1015 only describe an end
		return ErrProtocolStatusCodeApplicationLevel
	}
	return ErrProtocolStatusCodeUnknown
}

// NewCloseFrameBody cuts a reason between runes. It has no error to return: bytes
// that are not UTF-8 it replaces, and for a code that cannot be sent it returns an
// empty body, which says as much as that code may.
func NewCloseFrameBody(sc StatusCode, reason string) []byte {
	reason = frame.Truncate(strings.ToValidUTF8(reason, "\uFFFD"))
	body, err := frame.Append([]byte{}, code.Code(sc), reason)
	if err != nil {
		return []byte{}
	}
	return body
}

// PutCloseFrameBody panics where p is too short, as it always did, and where there
// are no bytes that could fill it.
func PutCloseFrameBody(p []byte, sc StatusCode, reason string) {
	_ = p[1+len(reason)]
	body, err := frame.Append(p[:0], code.Code(sc), reason)
	if err != nil {
		panic(err)
	}
	if len(body) == 0 {
		panic(frame.ErrCode) // 1005 is no bytes
	}
}
