package gws_test

import (
	"context"
	"errors"
	"net"
	"net/url"
	"testing"

	"github.com/lxzan/gws"

	adapter "example.com/closeframe/bench/embed/gws"
	"example.com/closeframe/bench/embed/live"
	"example.com/closeframe/event"
)

// pair returns a connection that echoes, being read, and its raw peer. What
// ReadLoop returns comes from the channel.
func pair(t *testing.T, role live.Role) (*adapter.Conn, *live.Peer, chan error) {
	t.Helper()
	c, p := live.Pair(t, role, adapter.NewUpgrader(echo, nil).Upgrade,
		func(_ context.Context, addr string) (*adapter.Conn, error) {
			return dial(addr, func(conn net.Conn) net.Conn { return conn })
		})
	ended := make(chan error, 1)
	go func() { ended <- c.ReadLoop() }()
	return c, p, ended
}

func echo(c *adapter.Conn, m *gws.Message) { c.WriteMessage(m.Opcode, m.Bytes()) }

// dial connects to a URL over what wrap makes of TCP.
func dial(addr string, wrap func(net.Conn) net.Conn) (*adapter.Conn, error) {
	u, err := url.Parse(addr)
	if err != nil {
		return nil, err
	}
	tcp, err := net.Dial("tcp", u.Host)
	if err != nil {
		return nil, err
	}
	return adapter.NewClient(echo, &gws.ClientOption{Addr: addr}, wrap(tcp))
}

var roles = []live.Role{live.Server, live.Client}

// Messages and pongs pass, with all that they carry. Behind our close frame pongs
// alone do, and a close frame is sent by nothing but Close.
func TestMessages(t *testing.T) {
	for _, role := range roles {
		c, p, ended := pair(t, role)
		for sent, want := range map[byte]byte{live.Text: live.Text, live.Ping: live.Pong} {
			p.WriteFrame(sent, []byte("abc"))
			if f, err := p.ReadFrame(); err != nil || f.First != want || string(f.Payload) != "abc" {
				t.Errorf("%s: %02x abc is answered with %02x %s, %v", role, sent, f.First, f.Payload, err)
			}
		}
		if err := c.WriteMessage(gws.OpcodeCloseConnection, []byte("\x0f\xa1")); err == nil {
			t.Errorf("%s: WriteMessage takes a close frame", role)
		}
		if err := c.Close(1000, ""); err != nil {
			t.Errorf("%s: Close: %v", role, err)
		}
		if err := c.WriteMessage(gws.OpcodeText, nil); !errors.Is(err, net.ErrClosed) {
			t.Errorf("%s: WriteMessage after Close: %v, want net.ErrClosed", role, err)
		}
		p.WriteFrame(live.Text, nil) // its echo is refused
		p.WriteFrame(live.Ping, []byte("late"))
		p.WriteFrame(live.Close, []byte{4000 >> 8, 4000 & 0xff})
		frames, _ := p.Drain()
		if len(frames) != 2 || frames[0].First != live.Close || frames[1].First != live.Pong {
			t.Errorf("%s: sent after Close: %v, want the close frame and a pong", role, frames)
		}
		p.Close()
		if e, ok := event.From(<-ended); !ok || e != event.MustNew(4000, "", true) {
			t.Errorf("%s: event %v", role, e)
		}
	}
}

// What gws says where it fails a connection still leaves.
func TestFail(t *testing.T) {
	for _, role := range roles {
		_, p, ended := pair(t, role)
		p.WriteFrame(live.Close&live.NotFin, nil)
		frames, end := p.Drain()
		if len(frames) != 1 || frames[0].First != live.Close || string(frames[0].Payload[:2]) != "\x03\xea" {
			t.Errorf("%s: answer %v, want 1002", role, frames)
		}
		if end == live.Never {
			t.Errorf("%s: TCP stays open", role)
		}
		p.Close()
		if e, ok := event.From(<-ended); !ok || e != event.Abnormal() {
			t.Errorf("%s: event %v, want 1006", role, e)
		}
	}
}

func TestTerminate(t *testing.T) {
	for _, role := range roles {
		c, _, ended := pair(t, role)
		if err := c.Terminate(); err != nil {
			t.Fatal(err)
		}
		if e, ok := event.From(<-ended); !ok || e != event.Abnormal() {
			t.Errorf("%s: event %v, want 1006", role, e)
		}
	}
}
