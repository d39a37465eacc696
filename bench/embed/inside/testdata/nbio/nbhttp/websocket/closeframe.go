//go:build go1.18

package websocket

import (
	"errors"
	"net"
	"time"

	"example.com/closeframe/event"
	"example.com/closeframe/frame"
)

// This file stands in lesismal/nbio/nbhttp/websocket and is for its author. The lines
// below are the changes to the other files.
//
// A Conn gets a Handshake beside the lock that orders its writes. writeFrame asks it,
// so no second close frame leaves and nothing behind the first, whoever writes.
//
//inside:field Conn ending ending
//inside:rename Conn.writeFrame writeAnyFrame
//
// A close frame that arrives is judged by the Handshake.
//
//inside:body Conn.handleWsMessage[CloseMessage] c.receiveClose(pData)
//inside:remove validCloseCode
//
// A frame whose header is wrong is answered, under the same lock.
//
//inside:rename Conn.nextFrame nextAnyFrame

// closeTimeout bounds the end, whatever the peer does.
const closeTimeout = 5 * time.Second

// ending is guarded by Conn.mux.
type ending = event.Handshake

// WriteClose starts the closing handshake, or answers the peer's. If no close frame
// can carry code and reason, nothing is sent and the connection goes on.
func (c *Conn) WriteClose(code int, reason string) error {
	payload, err := frame.Append(nil, code, reason)
	switch {
	case err == frame.ErrTooLong:
		return ErrControlMessageTooBig
	case err != nil:
		return err
	}
	_ = c.Conn.SetDeadline(time.Now().Add(closeTimeout))
	return c.WriteMessage(CloseMessage, payload)
}

// SetReadDeadline has no effect once the end has begun: a peer that goes on sending
// must not postpone it by renewing the keepalive.
func (c *Conn) SetReadDeadline(t time.Time) error {
	c.mux.Lock()
	begun := c.ending.State() != event.Open
	c.mux.Unlock()
	if begun {
		return nil
	}
	return c.Conn.SetReadDeadline(t)
}

// writeFrame runs with c.mux locked.
func (c *Conn) writeFrame(messageType MessageType, sendOpcode, fin bool, data []byte, compress bool) error {
	may := c.ending.MaySendData()
	switch messageType {
	case CloseMessage:
		may = c.ending.MaySendClose()
	case PongMessage:
		may = c.ending.MaySendPong()
	}
	if !may {
		return net.ErrClosed
	}
	closeCode, _, err := frame.Parse(data)
	if messageType == CloseMessage && (err != nil || !sendOpcode || !fin) {
		return ErrInvalidControlFrame
	}
	err = c.writeAnyFrame(messageType, sendOpcode, fin, data, compress)
	switch {
	case err == nil && messageType == CloseMessage:
		c.ending.Sent(closeCode)
	case err != nil && err != ErrMessageSendQuqueIsFull:
		c.ending.WriteFailed()
	}
	return err
}

// receiveClose judges a close frame of the peer. The close handler answers a good one.
func (c *Conn) receiveClose(pData *[]byte) {
	payload := *c.safeBufferPointer(pData)
	closeCode, reason, err := frame.Parse(payload)
	c.mux.Lock()
	_ = c.ending.Receive(payload)
	answer, due := c.ending.Reply()
	c.mux.Unlock()
	_ = c.Conn.SetDeadline(time.Now().Add(closeTimeout))
	if err == nil {
		text := string(reason)
		c.SetCloseError(&CloseError{Code: int(closeCode), Reason: text})
		c.closeMessageHandler(c, int(closeCode), text)
		return
	}
	switch err {
	case frame.ErrUTF8:
		c.SetCloseError(ErrInvalidUtf8)
	case frame.ErrCode:
		c.SetCloseError(ErrInvalidCloseCode)
	default:
		c.SetCloseError(ErrInvalidControlFrame)
	}
	if due {
		_ = c.WriteClose(int(answer), "")
	}
}

// nextFrame runs with c.mux locked.
func (c *Conn) nextFrame() (n int, opcode MessageType, body []byte, ok, fin, rsv1 bool, err error) {
	if err = c.checkHeader(); err == nil {
		n, opcode, body, ok, fin, rsv1, err = c.nextAnyFrame()
	}
	if err != nil && !errors.Is(err, ErrMessageTooLarge) {
		_ = c.writeFrame(CloseMessage, true, true, []byte{1002 >> 8, 1002 & 0xff}, false)
	}
	return n, opcode, body, ok, fin, rsv1, err
}

// checkHeader judges the mask bit of a frame, and of a close frame the reserved bits,
// FIN and the length as written.
func (c *Conn) checkHeader() error {
	b := *c.safeBufferPointer(c.bytesCached)
	if len(b) < 2 {
		return nil
	}
	if b[1]&maskBit != 0 == c.isClient {
		return frame.ErrMask
	}
	switch _, err := frame.Len(b); err {
	case nil, frame.ErrNotClose, frame.ErrIncomplete:
		return nil
	default:
		return err
	}
}

// CloseCode finds the pointer that OnClose gets.
func CloseCode(err error) int {
	var ce *CloseError
	if errors.As(err, &ce) {
		return ce.Code
	}
	return -1
}

// CloseReason finds it too.
func CloseReason(err error) string {
	var ce *CloseError
	if errors.As(err, &ce) {
		return ce.Reason
	}
	return ""
}
