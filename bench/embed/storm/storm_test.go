package storm

import (
	"net"
	"net/http"
	"os"
	"runtime"
	"strconv"
	"sync"
	"testing"
	"time"

	"example.com/closeframe/bench/embed/gobwas"
	"example.com/closeframe/bench/embed/live"
	"example.com/closeframe/code"
	"example.com/closeframe/event"
	"example.com/closeframe/frame"
)

func TestMain(m *testing.M) {
	runtime.MemProfileRate = 1 // before anything is allocated that counts
	os.Exit(m.Run())
}

// closing is what the server closes with, and closingFrame the same, made once.
var (
	closing      = withCode(1012, []byte("we will be back"))
	closingFrame = mustFrame(closing)
)

func mustFrame(payload []byte) []byte {
	b := make([]byte, 0, frame.MaxFrame)
	b, err := frame.AppendFrame(b, code.Code(payload[0])<<8|code.Code(payload[1]), payload[2:])
	if err != nil {
		panic(err)
	}
	return b
}

// All connections are closed by the server at once, with one frame made before.
func TestStormOfServer(t *testing.T) {
	s := startStorm(t, false)
	want := event.MustNew(code.ServiceRestart, "we will be back", true)
	s.want = func(int) event.CloseEvent { return want }
	s.run(func() {
		for _, c := range s.conns {
			go func() {
				if err := c.ws.CloseFrame(closingFrame); err != nil {
					t.Errorf("connection %d: CloseFrame: %v", c.number, err)
				}
			}()
		}
	})
}

// All connections are closed by their peers at once, with any codes and reasons.
func TestStormOfPeers(t *testing.T) {
	s := startStorm(t, true)
	s.want = func(i int) event.CloseEvent { return wantEvent(randomPayload(i)) }
	s.run(func() {
		close(s.start)
	})
}

// A storm is a server with its connections, and their peers.
type storm struct {
	t          *testing.T
	goroutines int // before it
	want       func(number int) event.CloseEvent
	start      chan struct{}  // closed once the peers may close
	peers      chan error     // what went wrong with them, once all have ended
	stop       func()         // ends the HTTP server
	conns      []*conn        // by number
	open, over sync.WaitGroup // count connections
}

// A conn is a connection of the server and what its end told.
type conn struct {
	ws     *gobwas.Conn
	number int
	events [2][]event.CloseEvent // what the two listeners were called with
	err    error                 // of the read call
	early  bool                  // the read call returned it before the listeners were called
}

// size is how many connections a storm has.
func size() int {
	if os.Getenv("EMBED") == "1" {
		return 2_000
	}
	return 500
}

// startStorm starts a server and opens its connections.
func startStorm(t *testing.T, peersFirst bool) *storm {
	t.Helper()
	n := size()
	s := &storm{t: t, goroutines: runtime.NumGoroutine(), conns: make([]*conn, n), start: make(chan struct{}), peers: make(chan error, 1)}
	s.open.Add(n)
	s.over.Add(n)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s.stop = live.ServeHTTP(l, s.serve)
	t.Cleanup(s.stop)
	go func() { s.peers <- runPeers(l.Addr().String(), n, peersFirst, s.start) }()
	s.wait(&s.open, "to be open")
	return s
}

// wait waits for all connections, or fails.
func (s *storm) wait(all *sync.WaitGroup, what string) {
	s.t.Helper()
	done := make(chan struct{})
	go func() { all.Wait(); close(done) }()
	select {
	case <-done:
	case <-time.After(limit):
		s.t.Fatalf("%d connections should long have come %s", len(s.conns), what)
	}
}

// serve is the handler of the server.
func (s *storm) serve(w http.ResponseWriter, r *http.Request) {
	c := &conn{}
	var err error
	if c.ws, err = gobwas.Upgrade(w, r); err != nil {
		s.t.Errorf("Upgrade: %v", err)
		return
	}
	c.ws.CloseTimeout = limit
	_, p, err := c.ws.ReadMessage()
	if err != nil {
		s.t.Errorf("the peer's number: %v", err)
		return
	}
	if c.number, err = strconv.Atoi(string(p)); err != nil || c.number >= len(s.conns) {
		s.t.Errorf("the peer's number: %q, %v", p, err)
		return
	}
	c.ws.OnClose(func(e event.CloseEvent) { c.events[0] = append(c.events[0], e) })
	c.ws.AddEventListener(func(e event.CloseEvent) { c.events[1] = append(c.events[1], e) })
	s.conns[c.number] = c
	s.open.Done()
	_, _, c.err = c.ws.ReadMessage()
	c.early = len(c.events[0]) == 0 || len(c.events[1]) == 0
	s.over.Done()
}

// run has the connections end by closeAll and looks at how they did.
func (s *storm) run(closeAll func()) {
	s.t.Helper()
	before := allocations()
	if before["example.com/closeframe/event.(*Target).AddEventListener"] < int64(len(s.conns)) {
		s.t.Errorf("the profile does not show the listeners: %v", before)
	}
	start := time.Now()
	closeAll()
	s.wait(&s.over, "to their end")
	if err := <-s.peers; err != nil {
		s.t.Errorf("the peers: %.2000v", err)
	}
	s.t.Logf("%d connections ended within %v", len(s.conns), time.Since(start).Round(time.Millisecond))
	s.stop()
	checkAllocations(s.t, before)
	checkGoroutines(s.t, s.goroutines)
	clean := 0
	for _, c := range s.conns {
		want := s.want(c.number)
		c.check(s.t, want)
		if want.WasClean() {
			clean++
		}
	}
	s.t.Logf("%d of them cleanly, as they had to", clean)
}

// check fails unless each listener and the read call were told e, once.
func (c *conn) check(t *testing.T, want event.CloseEvent) {
	t.Helper()
	for i, got := range c.events {
		if len(got) != 1 || got[0] != want {
			t.Errorf("connection %d, listener %d: called with %v, want %v once", c.number, i, got, want)
		}
	}
	if c.early {
		t.Errorf("connection %d: the read call returned before the listeners were called", c.number)
	}
	if e, ok := event.From(c.err); !ok || e != want {
		t.Errorf("connection %d: the read call returned %v, want %v", c.number, c.err, want)
	}
}
