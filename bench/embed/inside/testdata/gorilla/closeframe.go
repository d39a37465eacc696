//go:build go1.18

package websocket

import (
	"time"

	"example.com/closeframe/event"
	"example.com/closeframe/frame"
)

// This file is for the author of gorilla/websocket, or of fasthttp/websocket, and is in
// that package. The lines below are the changes to the other files.
//
// A close frame is checked where it is written, so that no way to write one is
// forgotten: WriteControl, and flushFrame for WriteMessage, NextWriter and prepared
// messages. FormatCloseMessage returns no error. It encodes a number outside 16 bits as
// 0, which the check rejects, and does not truncate it.
//
//inside:first FormatCloseMessage if closeCode < 0 || closeCode > 0xffff { closeCode = 0 }
//inside:first Conn.WriteControl if messageType == CloseMessage { if err := checkClose(data); err != nil { return err } }
//inside:first messageWriter.flushFrame if w.frameType == CloseMessage { if err := checkClose(append(w.c.writeBuf[maxFrameHeaderSize:w.pos:w.pos], extra...)); err != nil { return w.endMessage(err) } }
//
// frame.Parse checks a received close frame. The table of codes is no longer needed.
//
//inside:body Conn.advanceFrame[CloseMessage] return noFrame, c.receiveClose(payload)
//inside:remove isValidReceivedCloseCode
//inside:remove validReceivedCloseCodes
//
// No extension may set a reserved bit of a control frame (RFC 7692, section 6).
//
//inside:first Conn.advanceFrame[CloseMessage,PingMessage,PongMessage] if c.readDecompress { errors = append(errors, "RSV1 set on control") }

// checkClose returns an error if no close frame may have this payload. Then nothing is
// sent, and the connection stays open.
func checkClose(payload []byte) error {
	_, _, err := frame.Parse(payload)
	if err == frame.ErrTooLong {
		return errInvalidControlFrame
	}
	return err
}

// receiveClose checks a close frame of the peer and calls the close handler. It returns
// the error of the read call.
func (c *Conn) receiveClose(payload []byte) error {
	closeCode, reason, err := frame.Parse(payload)
	if err != nil {
		answer := FormatCloseMessage(int(frame.Answer(err)), err.Error())
		_ = c.WriteControl(CloseMessage, answer, time.Now().Add(writeWait))
		return &event.Error{Event: event.Abnormal(), Refused: closeCode, Err: err}
	}
	text := string(reason)
	if err := c.handleClose(int(closeCode), text); err != nil {
		return err
	}
	return &CloseError{Code: int(closeCode), Text: text}
}
