//go:build !race

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

// A server of nbio's own, which reads by its poller. nbio's accepting and its poller
// race with each other, as far as the race detector can tell: not under -race.
func TestEngine(t *testing.T) {
	logging.SetLevel(logging.LevelNone)
	events := make(chan event.CloseEvent, 1)
	e := nbhttp.NewEngine(nbhttp.Config{NPoller: 1, Addrs: []string{"127.0.0.1:0"}})
	e.CheckUtf8 = nbio.CheckLater
	u := websocket.NewUpgrader()
	e.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if c, err := nbio.Upgrade(u, echo, w, r); err == nil {
			c.OnClose(func(e event.CloseEvent) { events <- e })
		}
	})
	if err := e.Start(); err != nil {
		t.Fatal(err)
	}
	defer e.Stop()
	for payload, want := range map[string]struct {
		event  event.CloseEvent
		answer string
	}{
		"":             {event.MustNew(1005, "", true), ""},
		"\x03\xe8bye":  {event.MustNew(1000, "bye", true), "\x03\xe8"},
		"\x03\xe8\xff": {event.Abnormal(), "\x03\xef"},
		"\x03\xf7":     {event.Abnormal(), "\x03\xea"},
	} {
		p, err := live.DialPeer(context.Background(), e.Addrs[0])
		if err != nil {
			t.Fatal(err)
		}
		defer p.Close()
		p.WriteFrame(live.Close, []byte(payload))
		frames, end := p.Drain()
		if len(frames) != 1 || string(frames[0].Payload) != want.answer || end != live.ByStack {
			t.Errorf("%q: answer %v, want %x; TCP: %v", payload, frames, want.answer, end)
		}
		if got := <-events; got != want.event {
			t.Errorf("%q: event %v, want %v", payload, got, want.event)
		}
	}
}
