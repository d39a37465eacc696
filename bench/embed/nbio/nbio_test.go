package nbio_test

import (
	"context"
	"net/http"
	"testing"

	"github.com/lesismal/nbio/logging"
	"github.com/lesismal/nbio/nbhttp"
	"github.com/lesismal/nbio/nbhttp/websocket"

	"example.com/closeframe/bench/embed/live"
	"example.com/closeframe/bench/embed/nbio"
	"example.com/closeframe/event"
)

// pair returns a connection that echoes, and its raw peer.
func pair(t *testing.T, role live.Role) (*nbio.Conn, *live.Peer) {
	t.Helper()
	logging.SetLevel(logging.LevelNone)
	e := nbhttp.NewEngine(nbhttp.Config{NPoller: 1})
	e.CheckUtf8 = nbio.CheckLater
	if err := e.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(e.Stop)
	u := websocket.NewUpgrader()
	u.Engine = e
	return live.Pair(t, role,
		func(w http.ResponseWriter, r *http.Request) (*nbio.Conn, error) {
			return nbio.Upgrade(u, echo, w, r)
		},
		func(ctx context.Context, url string) (*nbio.Conn, error) {
			return nbio.Dial(ctx, &websocket.Dialer{Engine: e, Options: u}, echo, url)
		})
}

func echo(c *nbio.Conn, typ websocket.MessageType, b []byte) { c.WriteMessage(typ, b) }

var roles = []live.Role{live.Server, live.Client}

// What nbio no longer checks the Conn does.
func TestText(t *testing.T) {
	for _, role := range roles {
		c, p := pair(t, role)
		for _, f := range []struct {
			sent byte
			text string
		}{{live.Text, "до свидания"}, {live.Binary, "\xff"}} {
			p.WriteFrame(f.sent, []byte(f.text))
			if got, err := p.ReadFrame(); err != nil || got.First != f.sent || string(got.Payload) != f.text {
				t.Errorf("%s: %q is echoed as %02x %q, %v", role, f.text, got.First, got.Payload, err)
			}
		}
		p.WriteFrame(live.Text, []byte("\xff"))
		frames, end := p.Drain()
		if len(frames) != 1 || frames[0].First != live.Close || string(frames[0].Payload) != "\x03\xef" {
			t.Errorf("%s: answer %v, want 1007", role, frames)
		}
		if end == live.Never {
			t.Errorf("%s: TCP stays open", role)
		}
		p.Close()
		if e, ok := event.From(c.Wait()); !ok || e != event.Abnormal() {
			t.Errorf("%s: event %v, want 1006", role, e)
		}
	}
}

func TestTerminate(t *testing.T) {
	for _, role := range roles {
		c, _ := pair(t, role)
		if err := c.Terminate(); err != nil {
			t.Fatal(err)
		}
		if e, ok := event.From(c.Wait()); !ok || e != event.Abnormal() {
			t.Errorf("%s: event %v, want 1006", role, e)
		}
	}
}
