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
	echo := func(c *adapter.Conn, m *gws.Message) { c.WriteMessage(m.Opcode, m.Bytes()) }
	c, p := live.Pair(t, role, adapter.NewUpgrader(echo, nil).Upgrade,
		func(ctx context.Context, addr string) (*adapter.Conn, error) {
			u, err := url.Parse(addr)
			if err != nil {
				return nil, err
			}
			tcp, err := new(net.Dialer).DialContext(ctx, "tcp", u.Host)
			if err != nil {
				return nil, err
			}
			return adapter.NewClient(echo, &gws.ClientOption{Addr: addr}, tcp)
		})
	ended := make(chan error, 1)
	go func() { ended <- c.ReadLoop() }()
	return c, p, ended
}

var roles = []live.Role{live.Server, live.Client}

// Nothing but the close frame is held back: messages and pongs pass, until our
// close frame has left.
func TestMessages(t *testing.T) {
	for _, role := range roles {
		c, p, ended := pair(t, role)
		for sent, want := range map[byte]byte{live.Text: live.Text, live.Ping: live.Pong} {
			p.WriteFrame(sent, nil)
			if f, err := p.ReadFrame(); err != nil || f.First != want {
				t.Errorf("%s: %02x is answered with %02x, %v", role, sent, f.First, err)
			}
		}
		if err := c.Close(1000, ""); err != nil {
			t.Errorf("%s: Close: %v", role, err)
		}
		if err := c.WriteMessage(gws.OpcodeText, nil); !errors.Is(err, net.ErrClosed) {
			t.Errorf("%s: WriteMessage after Close: %v, want net.ErrClosed", role, err)
		}
		p.WriteFrame(live.Ping, nil)
		p.WriteFrame(live.Close, []byte{4000 >> 8, 4000 & 0xff})
		if frames, _ := p.Drain(); len(frames) != 1 || frames[0].First != live.Close {
			t.Errorf("%s: sent after Close: %v, want the close frame alone", role, frames)
		}
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
