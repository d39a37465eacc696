package ws

import (
	"encoding/binary"

	"example.com/closeframe/code"
	"example.com/closeframe/frame"
)

// This file is for the author of gobwas/ws, and is in that package, with another one in
// wsutil. The line below is the change to the other files: no extension may set a
// reserved bit of a control frame (RFC 7692, section 6).
//inside:first CheckHeader if h.OpCode.IsControl() && h.Rsv != 0 { return ErrProtocolNonZeroRsv }

// ParseCloseFrameData returns the code and the reason of a close frame, and no code if
// it is empty or too short for one. It returns no error: CheckCloseFrameData checks its
// results.
func ParseCloseFrameData(payload []byte) (StatusCode, string) {
	c, reason, err := frame.Parse(payload)
	switch {
	case len(payload) < 2:
		return 0, ""
	case err != nil:
		return StatusCode(binary.BigEndian.Uint16(payload)), string(payload[2:])
	}
	return StatusCode(c), string(reason)
}

// CheckCloseFrameData returns the same errors as before, which applications compare
// with.
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
	case c.Name() != "": // 1005, 1006 and 1015 are only for reports
		return ErrProtocolStatusCodeApplicationLevel
	}
	return ErrProtocolStatusCodeUnknown
}

// NewCloseFrameBody returns no error. It replaces an illegal code with 1011, and
// repairs a reason and cuts it between runes.
func NewCloseFrameBody(sc StatusCode, reason string) []byte {
	body, err := frame.Append([]byte{}, code.Code(sc), reason)
	if err != nil {
		c, reason := frame.Sanitize(sc, reason)
		body, _ = frame.Append([]byte{}, c, reason)
	}
	return body
}
