package websocket

import (
	"bufio"
	"io"
	"net"
	"net/http"

	"example.com/closeframe/code"
	"example.com/closeframe/event"
	"example.com/closeframe/frame"
)

// This file is for the author of golang.org/x/net/websocket, and is in that package.
// The lines below are the changes to the other files.
//
// A Conn has a Handshake next to the lock of its writes. Every frame writer checks it:
// no second close frame is sent, and no data after the first.
//
//inside:field Conn ending ending
//inside:rename newHybiConn newUnguardedConn
//
// HandleFrame reads a close frame first.
//
//inside:rename hybiFrameHandler.HandleFrame handleAnyFrame

// newHybiConn guards the frame readers and writers.
func newHybiConn(config *Config, buf *bufio.ReadWriter, rwc io.ReadWriteCloser, request *http.Request) *Conn {
	ws := newUnguardedConn(config, buf, rwc, request)
	ws.frameReaderFactory = guardedReaderFactory{ws.frameReaderFactory, ws}
	ws.frameWriterFactory = guardedWriterFactory{ws.frameWriterFactory, ws}
	return ws
}

// Conn.wio guards ending.
type ending = event.Handshake

// A guardedReaderFactory does not return io.EOF for a lost connection.
type guardedReaderFactory struct {
	frameReaderFactory
	conn *Conn
}

func (g guardedReaderFactory) NewFrameReader() (frameReader, error) {
	r, err := g.frameReaderFactory.NewFrameReader()
	if err == io.EOF {
		err = g.conn.lost(err)
	}
	return r, err
}

// lost records that the peer is gone. Nothing more is sent, not even by Close: the
// peer's system would report 1000 as a normal end.
func (ws *Conn) lost(err error) error {
	ws.wio.Lock()
	defer ws.wio.Unlock()
	return &event.Error{Event: ws.ending.End(), Err: err}
}

// HandleFrame replies to a close frame. It returns io.EOF for a normal close or for
// Going Away, as readers of a Conn expect. For any other end it returns an
// *event.Error.
func (handler *hybiFrameHandler) HandleFrame(r frameReader) (frameReader, error) {
	f, ok := r.(*hybiFrameReader)
	ws := handler.conn
	switch {
	case !ok || (f.header.MaskingKey != nil) != ws.IsServerConn():
		return handler.handleAnyFrame(r) // io.EOF for the wrong mask bit
	case f.header.OpCode > PongFrame || f.header.OpCode > BinaryFrame && f.header.OpCode < CloseFrame:
		return nil, ws.answerFault(ErrBadFrame)
	case f.header.OpCode != CloseFrame:
		return handler.handleAnyFrame(r)
	}
	if _, err := frame.Len(f.header.data.Bytes()); err != nil {
		return nil, ws.answerFault(err)
	}
	payload := make([]byte, f.header.Length)
	if _, err := io.ReadFull(f, payload); err != nil {
		return nil, ws.lost(err)
	}
	return nil, ws.answerClose(payload)
}

// answerFault replies to a frame with a malformed header.
func (ws *Conn) answerFault(err error) error {
	ws.wio.Lock()
	defer ws.wio.Unlock()
	ws.ending.Fail()
	_ = ws.writeClose(code.ProtocolError)
	return &event.Error{Event: ws.ending.End(), Err: err}
}

// answerClose returns the error of the read call.
func (ws *Conn) answerClose(payload []byte) error {
	ws.wio.Lock()
	defer ws.wio.Unlock()
	err := ws.ending.Receive(payload)
	if answer, due := ws.ending.Reply(); due {
		_ = ws.writeClose(answer)
	}
	end := ws.ending.End()
	if err == nil && end.Code().IsRoutine() {
		return io.EOF
	}
	refused, _ := ws.ending.Fault()
	return &event.Error{Event: end, Refused: refused, Err: err}
}

// WriteClose sends a close frame unless one was sent.
func (handler *hybiFrameHandler) WriteClose(status int) error {
	handler.conn.wio.Lock()
	defer handler.conn.wio.Unlock()
	return handler.conn.writeClose(code.Code(status))
}

// The caller of writeClose holds ws.wio.
func (ws *Conn) writeClose(status code.Code) (err error) {
	if !ws.ending.MaySendClose() {
		return nil
	}
	b := ws.buf.AvailableBuffer()
	if ws.IsClientConn() {
		var key []byte
		if key, err = generateMaskingKey(); err != nil {
			return err
		}
		b, err = frame.AppendMasked(b, status, "", [4]byte(key))
	} else {
		b, err = frame.AppendFrame(b, status, "")
	}
	if err != nil {
		return err
	}
	_, _ = ws.buf.Write(b) // Flush returns the error
	if err := ws.buf.Flush(); err != nil {
		ws.ending.WriteFailed()
		return err
	}
	ws.ending.Sent(status)
	return nil
}

// The caller of a guardedWriterFactory holds conn.wio.
type guardedWriterFactory struct {
	frameWriterFactory
	conn *Conn
}

func (g guardedWriterFactory) NewFrameWriter(payloadType byte) (frameWriter, error) {
	may := g.conn.ending.MaySendData()
	switch payloadType {
	case CloseFrame:
		may = g.conn.ending.MaySendClose()
	case PongFrame:
		may = g.conn.ending.MaySendPong()
	}
	if !may {
		return nil, net.ErrClosed
	}
	w, err := g.frameWriterFactory.NewFrameWriter(payloadType)
	if err == nil && payloadType == CloseFrame {
		w = closeWriter{w, g.conn}
	}
	return w, err
}

// A closeWriter writes the close frame of a Codec, or of Conn.Write.
type closeWriter struct {
	frameWriter
	conn *Conn
}

func (w closeWriter) Write(payload []byte) (int, error) {
	c, _, err := frame.Parse(payload)
	if err != nil {
		return 0, err
	}
	n, err := w.frameWriter.Write(payload)
	if err != nil {
		w.conn.ending.WriteFailed()
	} else {
		w.conn.ending.Sent(c)
	}
	return n, err
}
