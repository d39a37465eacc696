package proxy

import (
	"context"
	"net"
	"net/http"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"example.com/closeframe/bench/embed/coder"
	"example.com/closeframe/bench/embed/gobwas"
	"example.com/closeframe/bench/embed/gorilla"
	"example.com/closeframe/bench/embed/live"
)

// A pair is a stack on the side of the clients and one on that of the back end.
type pair struct {
	name    string
	upgrade func(w http.ResponseWriter, r *http.Request) (Side, error)
	dial    func(ctx context.Context, url string) (Side, error)

	// misread are the close frames of a client, by name, that the stack on its side
	// does not tell as they are, and the payload that the back end gets for them.
	misread map[string][]byte

	writeTimeout time.Duration // of the proxy
}

var pairs = []pair{
	{name: "gobwas and coder", upgrade: upgradeGobwas, dial: dialCoder},
	{name: "gobwas and gobwas", upgrade: upgradeGobwas, dial: dialGobwas},
	{
		name:    "gorilla and gobwas",
		upgrade: upgradeGorilla,
		dial:    dialGobwas,
		misread: map[string][]byte{
			"one byte": nil,                // gorilla takes it for an empty one
			"1014":     payload(1001, nil), // gorilla refuses it
		},
	},
}

func upgradeGobwas(w http.ResponseWriter, r *http.Request) (Side, error) {
	c, err := gobwas.Upgrade(w, r)
	return Gobwas{c}, err
}

func upgradeGorilla(w http.ResponseWriter, r *http.Request) (Side, error) {
	c, err := gorilla.Upgrade(&websocket.Upgrader{}, w, r)
	return Gorilla{c}, err
}

func dialGobwas(ctx context.Context, url string) (Side, error) {
	c, err := gobwas.Dial(ctx, url)
	return Gobwas{c}, err
}

func dialCoder(ctx context.Context, url string) (Side, error) {
	c, err := coder.Dial(ctx, url, nil)
	return Coder{c}, err
}

// A running is a proxy that runs, and the listener that is its back end.
type running struct {
	t     *testing.T
	addr  string
	back  net.Listener
	ended chan struct{} // one for each connection that was relayed to its end
}

// start runs a proxy until the test ends.
func start(t *testing.T, p pair) *running {
	t.Helper()
	r := &running{t: t, back: listen(t), ended: make(chan struct{}, 1)}
	h := Proxy{
		Upgrade: p.upgrade,
		Dial: func(ctx context.Context) (Side, error) {
			return p.dial(ctx, "ws://"+r.back.Addr().String()+"/")
		},
		WriteTimeout: p.writeTimeout,
	}
	l := listen(t)
	r.addr = l.Addr().String()
	t.Cleanup(live.ServeHTTP(l, func(w http.ResponseWriter, req *http.Request) {
		h.ServeHTTP(w, req)
		r.ended <- struct{}{}
	}))
	return r
}

func listen(t *testing.T) net.Listener {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	return l
}

// connect returns the two raw ends of a relayed connection.
func (r *running) connect() (client, back *live.Peer) {
	r.t.Helper()
	type result struct {
		p   *live.Peer
		err error
	}
	accepted := make(chan result, 1)
	go func() {
		p, err := live.AcceptPeer(r.back)
		accepted <- result{p, err}
	}()
	client, err := live.DialPeer(r.t.Context(), r.addr)
	if err != nil {
		r.t.Fatal(err)
	}
	r.t.Cleanup(func() { client.Close() })
	got := <-accepted
	if got.err != nil {
		r.t.Fatal(got.err)
	}
	r.t.Cleanup(func() { got.p.Close() })
	return client, got.p
}

// wait waits until the proxy has done with a connection.
func (r *running) wait() {
	r.t.Helper()
	select {
	case <-r.ended:
	case <-time.After(live.Patience):
		r.t.Fatal("the proxy hangs")
	}
}

// payload returns the payload of a close frame.
func payload(c uint16, reason []byte) []byte {
	return append([]byte{byte(c >> 8), byte(c)}, reason...)
}
