package gobwas

import (
	"bytes"
	"io"
	"time"

	"github.com/gobwas/ws"
	"github.com/gobwas/ws/wsutil"

	"example.com/closeframe/event"
)

// ReadMessage returns the next message, ws.OpText with valid UTF-8 or ws.OpBinary.
// Pings and the peer's close frame are answered meanwhile. When the connection has
// ended the error is an *event.Error with the close event, and the listeners have
// been called, or are being called by Terminate. Its cause, if any, is the error
// of gobwas or of the transport, or the frame.Error of a malformed close frame.
func (c *Conn) ReadMessage() (ws.OpCode, []byte, error) {
	op, p, err := c.readMessage()
	if err != nil {
		return 0, nil, c.End(err)
	}
	return op, p, nil
}

// A message is one that is being read.
type message struct {
	op   ws.OpCode
	data bytes.Buffer
	utf8 wsutil.UTF8Reader // over all fragments
}

func (c *Conn) readMessage() (ws.OpCode, []byte, error) {
	var m message
	for st := c.state; ; {
		h, err := c.readHeader(st)
		if err != nil {
			return 0, nil, err
		}
		if h.OpCode.IsControl() {
			if err := c.readControl(h); err != nil {
				return 0, nil, err
			}
			continue
		}
		if err := c.readData(&m, h); err != nil {
			return 0, nil, err
		}
		if h.Fin {
			return m.op, m.data.Bytes(), nil
		}
		st = st.Set(ws.StateFragmented)
	}
}

// errLength: a length has to take the fewest bytes (RFC 6455, section 5.2).
var errLength error = ws.ProtocolError("gobwas: length in more bytes than it needs")

func (c *Conn) readHeader(st ws.State) (ws.Header, error) {
	if c.IdleTimeout > 0 {
		c.SetReadDeadline(time.Now().Add(c.IdleTimeout))
	}
	var size byte // what gobwas does not tell: 126 and 127 are longer forms of the length
	if b, err := c.r.Peek(2); err == nil {
		size = b[1] & 0x7f
	}
	h, err := ws.ReadHeaderBuffer(c.r, c.head[:0])
	switch {
	case err != nil:
		return h, err
	case size == 126 && h.Length < 126, size == 127 && h.Length < 1<<16:
		return h, errLength
	}
	return h, ws.CheckHeader(h, st)
}

// readControl reads a control frame where nothing else holds its payload.
func (c *Conn) readControl(h ws.Header) error {
	p := c.in[:h.Length]
	if _, err := io.ReadFull(c.r, p); err != nil {
		return err
	}
	if h.Masked {
		ws.Cipher(p, h.Mask, 0)
	}
	return c.handleControl(h.OpCode, p)
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

// HandleFrame is the wsutil.FrameHandlerFunc of a wsutil.Reader: its
// OnIntermediate, and to be called for each control frame of its NextFrame. An
// error is for [Conn.End].
func (c *Conn) HandleFrame(h ws.Header, r io.Reader) error {
	if h.Length > int64(len(c.in)) {
		return ws.ErrProtocolControlPayloadOverflow
	}
	p := c.in[:h.Length]
	if _, err := io.ReadFull(r, p); err != nil {
		return err
	}
	return c.handleControl(h.OpCode, p)
}

func (c *Conn) handleControl(op ws.OpCode, p []byte) error {
	switch op {
	case ws.OpClose:
		return c.receiveClose(p)
	case ws.OpPing:
		return c.pong(p)
	}
	return nil
}

// pong answers a ping until the peer's close frame has come, after our own too (RFC
// 6455, section 5.5.2). That the answer fails is not the reader's concern: what the
// peer has sent is still there to be read.
func (c *Conn) pong(p []byte) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if s := c.handshake.State(); s == event.Open || s == event.LocalClosing {
		_ = wsutil.WriteMessage((*locked)(c), c.state, ws.OpPong, p)
	}
	return nil
}
