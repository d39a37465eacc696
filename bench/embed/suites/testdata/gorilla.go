package websocket

import (
	"errors"
	"time"

	"example.com/closeframe/code"
	"example.com/closeframe/frame"
)

// FormatCloseMessage has no error to return. A reason that cannot be sent is left
// out, as is a code that cannot: the message is then empty, not nil, as it has
// always been for 1005.
func FormatCloseMessage(closeCode int, text string) []byte {
	c, ok := code.From(closeCode)
	if !ok {
		return []byte{}
	}
	if frame.CheckReason(text) == frame.ErrUTF8 {
		text = ""
	}
	message, err := frame.Append([]byte{}, c, frame.Truncate(text))
	if err != nil {
		return []byte{}
	}
	return message
}

// receiveClose is what advanceFrame does with the payload of a close frame.
func (c *Conn) receiveClose(payload []byte) error {
	closeCode, reason, err := frame.Parse(payload)
	if err != nil {
		return c.refuseClose(err.(frame.Error))
	}
	text := string(reason)
	if err := c.handleClose(int(closeCode), text); err != nil {
		return err
	}
	return &CloseError{Code: int(closeCode), Text: text}
}

// refuseClose is handleProtocolError with the code that belongs to e: 1007 where the
// reason is not UTF-8.
func (c *Conn) refuseClose(e frame.Error) error {
	message := FormatCloseMessage(int(e.Answer()), e.Error())
	c.WriteControl(CloseMessage, message, time.Now().Add(writeWait))
	return errors.New("websocket: " + e.Error())
}
