package gobwas_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"testing"

	"github.com/gobwas/ws"

	"example.com/closeframe/bench/embed/gobwas"
	"example.com/closeframe/bench/embed/rawpeer"
	"example.com/closeframe/code"
	"example.com/closeframe/event"
	"example.com/closeframe/frame"
)

var roles = []rawpeer.Role{rawpeer.Server, rawpeer.Client}

// open returns both ends of a connection: the adapter's in the role, with a counting
// listener, and the raw one.
func open(t *testing.T, role rawpeer.Role) (*gobwas.Conn, *rawpeer.Peer) {
	t.Helper()
	c, p := rawpeer.Pair(t, role, gobwas.Upgrade, gobwas.Dial)
	done := make(chan struct{})
	calls := 0
	c.AddEventListener(func(event.CloseEvent) { calls++; close(done) })
	t.Cleanup(func() {
		c.Terminate()
		<-done
		if calls != 1 {
			t.Errorf("the listener was called %d times", calls)
		}
	})
	return c, p
}

// end reads to the end and returns the event and the cause.
func end(t *testing.T, c *gobwas.Conn) (event.CloseEvent, error) {
	t.Helper()
	for {
		_, _, err := c.ReadMessage()
		if err == nil {
			continue
		}
		e, ok := event.From(err)
		if !ok {
			t.Fatalf("ReadMessage: %v, which has no event", err)
		}
		return e, errors.Unwrap(err)
	}
}

func payload(t *testing.T, c code.Code, reason string) []byte {
	t.Helper()
	p, err := frame.Append(nil, c, reason)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// Frames that break the protocol receive a close frame, from either side.
func TestBrokenFrames(t *testing.T) {
	for _, role := range roles {
		for _, tc := range []struct {
			name   string
			send   func(p *rawpeer.Peer) []byte
			answer code.Code
		}{
			{"reserved bit", func(p *rawpeer.Peer) []byte { return p.AppendFrame(nil, rawpeer.Text|0x40, nil) }, code.ProtocolError},
			{"reserved opcode", func(p *rawpeer.Peer) []byte { return p.AppendFrame(nil, 0x83, nil) }, code.ProtocolError},
			{"ping without FIN", func(p *rawpeer.Peer) []byte { return p.AppendFrame(nil, rawpeer.Ping&rawpeer.NotFin, nil) }, code.ProtocolError},
			{"close without FIN", func(p *rawpeer.Peer) []byte { return p.AppendFrame(nil, rawpeer.Close&rawpeer.NotFin, nil) }, code.ProtocolError},
			{"ping of 126 bytes", func(p *rawpeer.Peer) []byte { return p.AppendFrame(nil, rawpeer.Ping, make([]byte, 126)) }, code.ProtocolError},
			{"continuation of nothing", func(p *rawpeer.Peer) []byte { return p.AppendFrame(nil, rawpeer.Continuation, nil) }, code.ProtocolError},
			{"text in a text", func(p *rawpeer.Peer) []byte {
				return p.AppendFrame(p.AppendFrame(nil, rawpeer.Text&rawpeer.NotFin, nil), rawpeer.Text, nil)
			}, code.ProtocolError},
			{"length with its first bit set", func(p *rawpeer.Peer) []byte {
				b := p.AppendFrame(nil, rawpeer.Text, make([]byte, 1<<16))[:14]
				b[2] |= 0x80
				return b
			}, code.ProtocolError},
			{"empty close in a longer form", func(p *rawpeer.Peer) []byte { return longer(p, rawpeer.Close, 0) }, code.ProtocolError},
			{"text of 125 bytes in a longer form", func(p *rawpeer.Peer) []byte { return longer(p, rawpeer.Text, 125) }, code.ProtocolError},
			{"other side's mask bit", func(p *rawpeer.Peer) []byte {
				b := p.AppendFrame(nil, rawpeer.Text, nil)
				b[1] ^= 0x80
				return append(b, 0, 0, 0, 0)
			}, code.ProtocolError},
			{"text that is not UTF-8", func(p *rawpeer.Peer) []byte { return p.AppendFrame(nil, rawpeer.Text, []byte("\xed\xa0\x80")) }, code.InvalidPayload},
			{"text that is cut", func(p *rawpeer.Peer) []byte { return p.AppendFrame(nil, rawpeer.Text, []byte("\xce")) }, code.InvalidPayload},
			{"message too big", func(p *rawpeer.Peer) []byte { return p.AppendFrame(nil, rawpeer.Binary, make([]byte, 101)) }, code.MessageTooBig},
			{"fragments too big", func(p *rawpeer.Peer) []byte {
				b := p.AppendFrame(nil, rawpeer.Binary&rawpeer.NotFin, make([]byte, 60))
				return p.AppendFrame(b, rawpeer.Continuation, make([]byte, 60))
			}, code.MessageTooBig},
		} {
			t.Run(role.String()+" "+tc.name, func(t *testing.T) {
				c, p := open(t, role)
				c.MaxMessageSize = 100
				if _, err := p.Write(tc.send(p)); err != nil {
					t.Fatal(err)
				}
				ended := make(chan event.CloseEvent, 1)
				go func() { e, _ := end(t, c); ended <- e }()
				frames, by := p.Drain()
				p.Close()
				if len(frames) != 1 || frames[0].First != rawpeer.Close || !bytes.Equal(frames[0].Payload, payload(t, tc.answer, "")) {
					t.Errorf("came back: %v, want a close with %d", frames, tc.answer)
				}
				if by == rawpeer.Never {
					t.Error("TCP stays open")
				}
				if e := <-ended; e != event.Abnormal() {
					t.Errorf("event %v, want %v", e, event.Abnormal())
				}
			})
		}
	}
}

// longer returns a frame of n zero bytes, at most 125, with a length that is two bytes
// longer than necessary.
func longer(p *rawpeer.Peer, first byte, n int) []byte {
	b := p.AppendFrame(nil, first, make([]byte, n))
	head := []byte{b[0], b[1]&0x80 | 126}
	return append(binary.BigEndian.AppendUint16(head, uint16(n)), b[2:]...)
}

// A fragmented message with a ping between the fragments, and one rune over two frames.
func TestFragments(t *testing.T) {
	for _, role := range roles {
		c, p := open(t, role)
		b := p.AppendFrame(nil, rawpeer.Text&rawpeer.NotFin, []byte("caf\xc3"))
		b = p.AppendFrame(b, rawpeer.Ping, []byte("p"))
		b = p.AppendFrame(b, rawpeer.Continuation, []byte("\xa9"))
		if _, err := p.Write(b); err != nil {
			t.Fatal(err)
		}
		op, m, err := c.ReadMessage()
		if op != ws.OpText || string(m) != "café" || err != nil {
			t.Errorf("as %s: ReadMessage = %v, %q, %v", role, op, m, err)
		}
		if f, err := p.ReadFrame(); f.First != rawpeer.Pong || string(f.Payload) != "p" || err != nil {
			t.Errorf("as %s: came back: %v, %v, want a pong", role, f, err)
		}
	}
}

// After our close frame the peer may still send: we read its messages and reply to its
// pings, and send nothing else.
func TestAfterOurClose(t *testing.T) {
	for _, role := range roles {
		c, p := open(t, role)
		if err := c.WriteMessage(ws.OpClose, nil); err == nil {
			t.Errorf("as %s: WriteMessage sends a close frame", role)
		}
		if err := c.Close(4000, "enough"); err != nil {
			t.Fatal(err)
		}
		if err := c.Close(4001, "again"); err != nil {
			t.Errorf("as %s: second Close: %v", role, err)
		}
		if err := c.Close(code.AbnormalClosure, ""); err != frame.ErrCode {
			t.Errorf("as %s: Close with 1006: %v, want %v", role, err, frame.ErrCode)
		}
		if err := c.WriteMessage(ws.OpText, []byte("late")); !errors.Is(err, net.ErrClosed) {
			t.Errorf("as %s: WriteMessage after Close: %v, want net.ErrClosed", role, err)
		}
		b := p.AppendFrame(nil, rawpeer.Ping, nil)
		b = p.AppendFrame(b, rawpeer.Text, []byte("still sending"))
		b = p.AppendFrame(b, rawpeer.Close, payload(t, 4000, "bye"))
		if _, err := p.Write(b); err != nil {
			t.Fatal(err)
		}
		if _, m, err := c.ReadMessage(); string(m) != "still sending" || err != nil {
			t.Errorf("as %s: ReadMessage = %q, %v", role, m, err)
		}
		ended := make(chan event.CloseEvent, 1)
		go func() { e, _ := end(t, c); ended <- e }()
		frames, _ := p.Drain()
		p.Close()
		if len(frames) != 2 || !bytes.Equal(frames[0].Payload, payload(t, 4000, "enough")) || frames[1].First != rawpeer.Pong {
			t.Errorf("as %s: came back: %v, want the close frame and a pong", role, frames)
		}
		if e, want := <-ended, event.MustNew(4000, "bye", true); e != want {
			t.Errorf("as %s: event %v, want %v", role, e, want)
		}
	}
}

// An incomplete message is not returned.
func TestHalfAMessage(t *testing.T) {
	for _, role := range roles {
		c, p := open(t, role)
		b := p.AppendFrame(nil, rawpeer.Binary, []byte("hello"))
		p.Write(b[:len(b)-1])
		p.Close()
		if _, m, err := c.ReadMessage(); len(m) > 0 || !errors.Is(err, io.ErrUnexpectedEOF) {
			t.Errorf("as %s: ReadMessage = %q, %v", role, m, err)
		}
	}
}

func TestTerminate(t *testing.T) {
	for _, role := range roles {
		c, p := open(t, role)
		ended := make(chan error, 1)
		go func() { _, err := end(t, c); ended <- err }()
		c.Terminate()
		if err := <-ended; !errors.Is(err, net.ErrClosed) {
			t.Errorf("as %s: cause %v, want net.ErrClosed", role, err)
		}
		if _, err := p.ReadFrame(); err == nil || errors.Is(err, io.ErrUnexpectedEOF) {
			t.Errorf("as %s: the peer reads %v, want the end of TCP", role, err)
		}
	}
}

// One frame closes all connections of a server.
func TestCloseFrame(t *testing.T) {
	ready, err := frame.AppendFrame(nil, code.ServiceRestart, "back soon")
	if err != nil {
		t.Fatal(err)
	}
	c, p := open(t, rawpeer.Server)
	for _, bad := range [][]byte{nil, ready[:5], {0x88, 1, 3}, {0x88, 2, 0x03, 0xee}, {0x89, 0}} {
		if err := c.CloseFrame(bad); err == nil {
			t.Errorf("CloseFrame(% x) gives no error", bad)
		}
	}
	if err := c.CloseFrame(ready); err != nil {
		t.Fatal(err)
	}
	if f, err := p.ReadFrame(); err != nil || !bytes.Equal(f.Payload, ready[2:]) {
		t.Errorf("came: %v, %v, want % x", f, err, ready)
	}
	if err := p.WriteFrame(rawpeer.Close, payload(t, code.ServiceRestart, "")); err != nil {
		t.Fatal(err)
	}
	go func() { p.Drain(); p.Close() }()
	if e, err := end(t, c); e != event.MustNew(code.ServiceRestart, "", true) || err != nil {
		t.Errorf("event %v, cause %v", e, err)
	}

	c, _ = open(t, rawpeer.Client)
	if err := c.CloseFrame(ready); err != frame.ErrMask {
		t.Errorf("CloseFrame as client: %v, want %v", err, frame.ErrMask)
	}
}
