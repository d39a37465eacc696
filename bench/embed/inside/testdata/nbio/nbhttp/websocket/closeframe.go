//go:build go1.18

package websocket

import (
	"errors"
	"net"
	"time"

	"example.com/closeframe/code"
	"example.com/closeframe/event"
	"example.com/closeframe/frame"
)

// This file is for the author of lesismal/nbio/nbhttp/websocket, and is in that
// package. The lines below are the changes to the other files.
//
// A Conn has a Handshake next to the lock of its writes. writeFrame checks it: no
// second close frame is sent, and nothing after the first.
//
//inside:field Conn ending ending
//inside:rename Conn.writeFrame writeAnyFrame
//
// nextFrame checks a received close frame with the Handshake, and replies: with the
// poller, TCP may have ended before a handler runs. An application with its own close
// handler replies there.
//
//inside:field commonFields answersClose bool
//inside:first Upgrader.SetCloseHandler u.answersClose = u.answersClose || h != nil
//inside:body Conn.handleWsMessage[CloseMessage] c.receiveClose(pData)
//inside:remove validCloseCode
//inside:rename Conn.nextFrame nextAnyFrame

// closeTimeout bounds the end, whatever the peer does.
const closeTimeout = 5 * time.Second

// Conn.mux guards ending.
type ending = event.Handshake

// WriteClose starts the closing handshake, or replies to the peer's. If code or reason
// must not be sent, it sends nothing and the connection stays open.
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

// SetReadDeadline has no effect once the end has begun: a peer that still sends must
// not postpone it by renewing the keepalive.
func (c *Conn) SetReadDeadline(t time.Time) error {
	c.mux.Lock()
	begun := c.ending.State() != event.Open
	c.mux.Unlock()
	if begun {
		return nil
	}
	return c.Conn.SetReadDeadline(t)
}

// The caller of writeFrame holds c.mux.
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

// The caller of nextFrame holds c.mux. nextFrame replies to a close frame, also to one
// with a malformed header. It reads nothing after a close frame.
func (c *Conn) nextFrame() (n int, opcode MessageType, body []byte, ok, fin, rsv1 bool, err error) {
	if s := c.ending.State(); s == event.RemoteClosing || s == event.Complete {
		return
	}
	if err = c.checkHeader(); err == nil {
		n, opcode, body, ok, fin, rsv1, err = c.nextAnyFrame()
	}
	switch {
	case err != nil && !errors.Is(err, ErrMessageTooLarge):
		c.answerClose(code.ProtocolError)
	case err == nil && ok && opcode == CloseMessage && c.ending.State() == event.Open:
		malformed := c.ending.Receive(body) != nil
		if answer, due := c.ending.Reply(); due && (malformed || !c.answersClose) {
			c.answerClose(answer)
		}
	}
	return n, opcode, body, ok, fin, rsv1, err
}

// The caller of answerClose holds c.mux.
func (c *Conn) answerClose(cc code.Code) {
	_ = c.Conn.SetDeadline(time.Now().Add(closeTimeout))
	var b [2]byte
	payload, _ := frame.Append(b[:0], cc, "")
	_ = c.writeFrame(CloseMessage, true, true, payload, false)
}

// receiveClose keeps the error for OnClose and calls the close handler.
func (c *Conn) receiveClose(pData *[]byte) {
	payload := *c.safeBufferPointer(pData)
	c.mux.Lock()
	_ = c.ending.Receive(payload) // nextFrame does not record the reply to our own close
	c.mux.Unlock()
	closeCode, reason, err := frame.Parse(payload)
	switch err {
	case nil:
		text := string(reason)
		c.SetCloseError(&CloseError{Code: int(closeCode), Reason: text})
		c.closeMessageHandler(c, int(closeCode), text)
	case frame.ErrUTF8:
		c.SetCloseError(ErrInvalidUtf8)
	case frame.ErrCode:
		c.SetCloseError(ErrInvalidCloseCode)
	default:
		c.SetCloseError(ErrInvalidControlFrame)
	}
}

// checkHeader checks the mask bit and the opcode of a frame, and for a close frame the
// reserved bits, FIN and the form of the length.
func (c *Conn) checkHeader() error {
	b := *c.safeBufferPointer(c.bytesCached)
	if len(b) < 2 {
		return nil
	}
	if b[1]&maskBit != 0 == c.isClient {
		return frame.ErrMask
	}
	if b[0]&0xf > byte(PongMessage) {
		return ErrReservedMessageType
	}
	switch _, err := frame.Len(b); err {
	case nil, frame.ErrNotClose, frame.ErrIncomplete:
		return nil
	default:
		return err
	}
}

// CloseCode accepts the pointer that OnClose receives.
func CloseCode(err error) int {
	var ce *CloseError
	if errors.As(err, &ce) {
		return ce.Code
	}
	return -1
}

// CloseReason accepts it too.
func CloseReason(err error) string {
	var ce *CloseError
	if errors.As(err, &ce) {
		return ce.Reason
	}
	return ""
}
