package wsutil

import (
	"io"

	"github.com/gobwas/ws"
	"github.com/gobwas/ws/internal/pool"

	"example.com/closeframe/code"
	"example.com/closeframe/frame"
)

// This file is for the author of gobwas/ws/wsutil, and is in that package. The lines
// below are the changes to the other files: ReadData and its shortcuts reply to a frame
// with a malformed header, and Reader too checks the form of a length.
//
//inside:rename readData readFrames
//inside:first Reader.readHeader[length==126] if h.OpCode.IsControl() { return h, ws.ErrProtocolControlPayloadOverflow }
//inside:first Reader.readHeader[length==127] if h.OpCode.IsControl() { return h, ws.ErrProtocolControlPayloadOverflow }

// HandleClose checks a close frame and replies to it.
func (c ControlHandler) HandleClose(h ws.Header) error {
	if h.Length > frame.MaxPayload {
		_ = c.closeWithProtocolError(ws.ErrProtocolControlPayloadOverflow)
		return ws.ErrProtocolControlPayloadOverflow
	}
	bp := pool.GetBytes(frame.MaxPayload + frame.MaxFrame)
	defer pool.PutBytes(bp)
	payload, out := (*bp)[:h.Length], (*bp)[frame.MaxPayload:frame.MaxPayload]
	r := c.Src
	if c.State.ServerSide() && !c.DisableSrcCiphering {
		r = NewCipherReader(r, h.Mask)
	}
	if _, err := io.ReadFull(r, payload); err != nil {
		return err
	}
	closeCode, reason, err := frame.Parse(payload)
	if err != nil {
		_ = c.writeClose(out, frame.Answer(err))
		return ws.CheckCloseFrameData(ws.ParseCloseFrameData(payload))
	}
	if err := c.writeClose(out, closeCode); err != nil {
		return err
	}
	return ClosedError{Code: ws.StatusCode(closeCode), Reason: string(reason)}
}

// writeClose sends a close frame in one write. b is its buffer.
func (c ControlHandler) writeClose(b []byte, cc code.Code) (err error) {
	if c.State.ClientSide() {
		b, err = frame.AppendMasked(b, cc, "", ws.NewMask())
	} else {
		b, err = frame.AppendFrame(b, cc, "")
	}
	if err == nil {
		_, err = c.Dst.Write(b)
	}
	return err
}

// closeWithProtocolError replies to an error that is found before a payload is read.
func (c ControlHandler) closeWithProtocolError(error) error {
	return c.writeClose(make([]byte, 0, frame.MaxFrame), code.ProtocolError)
}

// readData replies to a frame whose header ws.CheckHeader rejects.
func readData(rw io.ReadWriter, s ws.State, want ws.OpCode) ([]byte, ws.OpCode, error) {
	p, op, err := readFrames(rw, s, want)
	switch err {
	case ws.ErrProtocolOpCodeReserved, ws.ErrProtocolControlPayloadOverflow, ws.ErrProtocolControlNotFinal,
		ws.ErrProtocolNonZeroRsv, ws.ErrProtocolMaskRequired, ws.ErrProtocolMaskUnexpected,
		ws.ErrProtocolContinuationExpected, ws.ErrProtocolContinuationUnexpected:
		_ = ControlHandler{Dst: rw, State: s}.closeWithProtocolError(err)
	}
	return p, op, err
}
