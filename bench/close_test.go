package bench

import (
	"bufio"
	"context"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"net/http"
	"time"

	coder "github.com/coder/websocket"
	"github.com/gobwas/ws"
	"github.com/gobwas/ws/wsutil"
	gorilla "github.com/gorilla/websocket"
	"github.com/lxzan/gws"

	"example.com/closeframe/event"
	"example.com/closeframe/frame"
)

// A memConn is a connection in memory: it reads its input, then io.EOF, and keeps the
// output. It is also the ResponseWriter that it is hijacked from.
type memConn struct {
	in, out []byte
}

func (m *memConn) Read(p []byte) (int, error) {
	if len(m.in) == 0 {
		return 0, io.EOF
	}
	n := copy(p, m.in)
	m.in = m.in[n:]
	return n, nil
}

func (m *memConn) Write(p []byte) (int, error) {
	m.out = append(m.out, p...)
	return len(p), nil
}

func (*memConn) Close() error                     { return nil }
func (*memConn) LocalAddr() net.Addr              { return &net.TCPAddr{} }
func (*memConn) RemoteAddr() net.Addr             { return &net.TCPAddr{} }
func (*memConn) SetDeadline(time.Time) error      { return nil }
func (*memConn) SetReadDeadline(time.Time) error  { return nil }
func (*memConn) SetWriteDeadline(time.Time) error { return nil }

func (*memConn) Header() http.Header { return http.Header{} }
func (*memConn) WriteHeader(int)     {}

func (m *memConn) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	return m, bufio.NewReadWriter(bufio.NewReaderSize(m, 512), bufio.NewWriterSize(m, 512)), nil
}

var upgrade = &http.Request{
	Method: "GET", Host: "localhost", ProtoMajor: 1, ProtoMinor: 1,
	Header: http.Header{
		"Connection":            {"Upgrade"},
		"Upgrade":               {"websocket"},
		"Sec-Websocket-Version": {"13"},
		"Sec-Websocket-Key":     {"dGhlIHNhbXBsZSBub25jZQ=="},
	},
}

// An end reads a close frame from its connection, replies, and returns what the
// stack reports to the application.
type end func() (c uint16, reason string, ok bool)

// conns open a server's connection. end may be called once m has a frame to read.
var conns = []struct {
	name, module, reads string
	open                func(m *memConn) end
}{
	{"ours", "", "frame.ParseMasked, event.Handshake, AppendFrame, Target", oursConn},
	{"gobwas-conn", "github.com/gobwas/ws", "ReadHeader + CheckHeader + wsutil.ControlHandler", gobwasConn},
	{"gorilla-conn", "github.com/gorilla/websocket", "Conn.ReadMessage", gorillaConn},
	{"coder-conn", "github.com/coder/websocket", "Conn.Read", coderConn},
	{"gws-conn", "github.com/lxzan/gws", "Conn.ReadLoop, CheckUtf8Enabled as by default", gwsConn},
}

// oursConn is the loop of event.Handshake's documentation with one listener. It has no
// locks, deadlines and pools, unlike a whole connection.
func oursConn(m *memConn) end {
	var h event.Handshake
	var t event.Target
	t.OnClose(func(e event.CloseEvent) { sinkEvent = e })
	var b [frame.MaxFrame]byte
	return func() (uint16, string, bool) {
		n, err := m.Read(b[:])
		if err != nil {
			return 0, "", false
		}
		p, _, err := frame.ParseMasked(b[:n])
		if err != nil {
			return 0, "", false
		}
		err = h.Receive(p)
		if c, due := h.Reply(); due {
			reply, _ := frame.AppendFrame(b[:0], c, "")
			if _, err := m.Write(reply); err == nil {
				h.Sent(c)
			}
		}
		e := h.End()
		t.Dispatch(e)
		return uint16(e.Code()), e.Reason(), err == nil
	}
}

func gobwasConn(m *memConn) end {
	return func() (uint16, string, bool) {
		h, err := ws.ReadHeader(m)
		if err != nil || ws.CheckHeader(h, ws.StateServerSide) != nil {
			return 0, "", false
		}
		err = wsutil.ControlHandler{Src: m, Dst: m, State: ws.StateServerSide}.Handle(h)
		var ce wsutil.ClosedError
		ok := errors.As(err, &ce)
		return uint16(ce.Code), ce.Reason, ok
	}
}

func gorillaConn(m *memConn) end {
	c, err := new(gorilla.Upgrader).Upgrade(m, upgrade, nil)
	if err != nil {
		panic(err)
	}
	return func() (uint16, string, bool) {
		_, _, err := c.ReadMessage()
		var ce *gorilla.CloseError
		if !errors.As(err, &ce) {
			return 0, "", false
		}
		return uint16(ce.Code), ce.Text, true
	}
}

func acceptCoder(m *memConn) *coder.Conn {
	c, err := coder.Accept(m, upgrade, nil)
	if err != nil {
		panic(err)
	}
	return c
}

func coderConn(m *memConn) end {
	c := acceptCoder(m)
	return func() (uint16, string, bool) {
		_, _, err := c.Read(context.Background())
		var ce coder.CloseError
		ok := errors.As(err, &ce)
		return uint16(ce.Code), ce.Reason, ok
	}
}

// gwsEvents keeps what gws reports: the same error for a close frame that it
// accepts and for one that it rejects.
type gwsEvents struct {
	gws.BuiltinEventHandler
	err error
}

func (g *gwsEvents) OnClose(_ *gws.Conn, err error) { g.err = err }

func acceptGws(m *memConn, g *gwsEvents) *gws.Conn {
	c, err := gws.NewUpgrader(g, nil).Upgrade(m, upgrade)
	if err != nil {
		panic(err)
	}
	return c
}

func gwsConn(m *memConn) end {
	g := new(gwsEvents)
	c := acceptGws(m, g)
	m.out = m.out[:0]
	return func() (uint16, string, bool) {
		c.ReadLoop()
		var ce *gws.CloseError
		if !errors.As(g.err, &ce) {
			return 0, "", false
		}
		// Only the reply shows whether gws accepted the frame. It echoes neither of
		// these codes.
		if len(m.out) >= 4 {
			if c := binary.BigEndian.Uint16(m.out[2:]); c == 1002 || c == 1007 {
				return 0, "", false
			}
		}
		return ce.Code, string(ce.Reason), true
	}
}
