package gobwas

import (
	"bytes"
	"io"
	"time"

	"github.com/gobwas/ws"
	"github.com/gobwas/ws/wsutil"
)

// ReadMessage returns the next message, ws.OpText with valid UTF-8 or ws.OpBinary. It
// replies to pings and to the peer's close frame. After the end of the connection it
// returns an *event.Error. Its cause, if any, is the error of gobwas or of the
// transport, or the frame.Error of a malformed close frame.
func (c *Conn) ReadMessage() (ws.OpCode, []byte, error) {
	var m message
	for st := c.state; ; {
		h, err := c.readHeader(st)
		switch {
		case err != nil:
		case h.OpCode.IsControl():
			err = c.handleControl(h, c.r)
		default:
			err = c.readData(&m, h)
			st = st.Set(ws.StateFragmented)
		}
		switch {
		case err != nil:
			return 0, nil, c.End(err)
		case h.Fin && !h.OpCode.IsControl():
			return m.op, m.data.Bytes(), nil
		}
	}
}

// A message whose fragments are being read.
type message struct {
	op   ws.OpCode
	data bytes.Buffer
	utf8 wsutil.UTF8Reader // over all fragments
}

func (c *Conn) readHeader(st ws.State) (ws.Header, error) {
	if c.IdleTimeout > 0 {
		c.SetReadDeadline(time.Now().Add(c.IdleTimeout))
	}
	var size byte // which gobwas hides: 126 and 127 are the longer forms of the length
	if b, err := c.r.Peek(2); err == nil {
		size = b[1] & 0x7f
	}
	h, err := ws.ReadHeaderBuffer(c.r, c.head[:0])
	switch {
	case err != nil:
		return h, err
	case size == 126 && h.Length < 126, size == 127 && h.Length < 1<<16:
		return h, ws.ErrHeaderLengthUnexpected // RFC 6455, section 5.2: the shortest form is required
	}
	return h, ws.CheckHeader(h, st)
}

// readData adds a data frame to the message.
func (c *Conn) readData(m *message, h ws.Header) error {
	if h.OpCode != ws.OpContinuation {
		m.op = h.OpCode
	}
	if h.Length > c.MaxMessageSize-int64(m.data.Len()) {
		return wsutil.ErrMessageTooLarge
	}
	r := io.LimitReader(c.r, h.Length)
	if h.Masked {
		r = wsutil.NewCipherReader(r, h.Mask)
	}
	if m.op == ws.OpText {
		m.utf8.Source = r
		r = &m.utf8
	}
	switch n, err := m.data.ReadFrom(r); {
	case err != nil:
		return err
	case n < h.Length:
		return io.ErrUnexpectedEOF
	case h.Fin && !m.utf8.Valid():
		return wsutil.ErrInvalidUTF8
	}
	return nil
}

// HandleFrame is the wsutil.FrameHandlerFunc of a wsutil.Reader. Set it as
// OnIntermediate, and call it for each control frame of NextFrame. Pass its error to
// [Conn.End].
func (c *Conn) HandleFrame(h ws.Header, r io.Reader) error {
	h.Masked = false // wsutil.Reader has unmasked it
	return c.handleControl(h, r)
}

func (c *Conn) handleControl(h ws.Header, r io.Reader) error {
	if h.Length > int64(len(c.in)) {
		return ws.ErrProtocolControlPayloadOverflow
	}
	p := c.in[:h.Length]
	if _, err := io.ReadFull(r, p); err != nil {
		return err
	}
	if h.Masked {
		ws.Cipher(p, h.Mask, 0)
	}
	switch h.OpCode {
	case ws.OpClose:
		return c.Receive(p)
	case ws.OpPing:
		c.Pong(p)
	}
	return nil
}
