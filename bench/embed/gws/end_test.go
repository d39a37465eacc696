package gws_test

import (
	"bufio"
	"context"
	"io"
	"net"
	"net/http"
	"os"
	"testing"

	"github.com/lxzan/gws"

	adapter "example.com/closeframe/bench/embed/gws"
	"example.com/closeframe/bench/embed/live"
	"example.com/closeframe/event"
)

// However much follows what ends the connection, the peer gets our close frame and
// then the end of TCP, not a reset.
func TestAnswerArrives(t *testing.T) {
	for name, first := range map[string]struct {
		byte
		answer string
	}{
		"close": {live.Close, "\x0f\xa1"},
		"RSV1":  {live.Text | 0x40, "\x03\xea"},
	} {
		_, p, ended := pair(t, live.Server)
		b := p.AppendFrame(nil, first.byte, []byte("\x0f\xa1"))
		if _, err := p.Write(append(b, make([]byte, 4<<20)...)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		f, err := p.ReadFrame()
		if err != nil || f.First != live.Close || string(f.Payload[:2]) != first.answer {
			t.Errorf("%s: answer %v, %v, want %x", name, f, err, first.answer)
		}
		if f, err := p.ReadFrame(); err != io.EOF {
			t.Errorf("%s: after the answer %v, %v, want io.EOF", name, f, err)
		}
		p.Close()
		<-ended
	}
}

// A cut connection fails in a binary frame, of which it lets one byte through, and is
// good again behind it, as one is when a deadline is renewed.
type cut struct{ net.Conn }

func (c cut) Write(b []byte) (int, error) {
	if b[0] != live.Binary {
		return c.Conn.Write(b)
	}
	n, err := c.Conn.Write(b[:1])
	if err == nil {
		err = os.ErrDeadlineExceeded
	}
	return n, err
}

type cutHijacker struct{ http.ResponseWriter }

func (h cutHijacker) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	conn, rw, err := http.NewResponseController(h.ResponseWriter).Hijack()
	return cut{conn}, rw, err
}

// Of a close frame behind half a frame the peer would make the other half.
func TestNothingAfterFailedWrite(t *testing.T) {
	upgrader := adapter.NewUpgrader(func(*adapter.Conn, *gws.Message) {}, nil)
	for _, role := range roles {
		c, p := live.Pair(t, role,
			func(w http.ResponseWriter, r *http.Request) (*adapter.Conn, error) {
				return upgrader.Upgrade(cutHijacker{w}, r)
			},
			func(_ context.Context, addr string) (*adapter.Conn, error) {
				return dial(addr, func(conn net.Conn) net.Conn { return cut{conn} })
			})
		if err := c.WriteMessage(gws.OpcodeBinary, []byte("hello")); err == nil {
			t.Errorf("%s: WriteMessage: nil, want an error", role)
		}
		if err := c.Close(4001, ""); err == nil {
			t.Errorf("%s: Close: nil, want the error of the write", role)
		}
		if e, ok := event.From(c.ReadLoop()); !ok || e != event.Abnormal() {
			t.Errorf("%s: event %v, want 1006", role, e)
		}
		if _, err := p.ReadFrame(); err != io.ErrUnexpectedEOF && err != io.EOF {
			t.Errorf("%s: %v, want the end of TCP", role, err)
		}
	}
}
