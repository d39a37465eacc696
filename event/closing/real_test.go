//go:build go1.25

package closing_test

import (
	"bufio"
	"fmt"
	"net"
	"runtime"
	"sync"
	"testing"
	"time"

	"example.com/closeframe/event"
	"example.com/closeframe/event/closing"
)

// A realConn is a TCP connection that notes the end.
type realConn struct {
	*net.TCPConn
	mu            sync.Mutex
	began, closed time.Time
}

func (c *realConn) SetDeadline(t time.Time) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.began.IsZero() {
		c.began = time.Now()
	}
	return c.TCPConn.SetDeadline(t)
}

func (c *realConn) Close() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed.IsZero() {
		c.closed = time.Now()
	}
	return c.TCPConn.Close()
}

func (c *realConn) Reset() {
	c.SetLinger(0)
	c.TCPConn.Close()
}

// realCells are peers and applications over real connections. The timeout is short
// where it decides: then the event is 1006, however slow the machine is.
var realCells = []struct {
	peer, app string
	short     bool
}{
	{"reads nothing", "idle", true},
	{"reads nothing", "reads", true},
	{"reads nothing", "writes 16 MB", true},
	{"reads nothing", "writes from many goroutines", true},
	{"reads a byte a second", "writes 16 MB", true},
	{"sends a byte a second", "is the example", true},
	{"floods pings", "reads", true},
	{"floods pings", "idle", true},
	{"floods data", "reads", true},
	{"floods data", "never reads", true},
	{"never replies", "reads", true},
	{"never replies", "terminates", true},
	{"half-closes without a close frame", "reads", false},
	{"half-closes after its close frame", "is the example", false},
	{"resets", "writes 16 MB", false},
	{"drops", "writes from many goroutines", false},
	{"closes first", "reads", false},
	{"closes wrongly", "reads", false},
	{"replies", "is the example", false},
	{"replies twice", "closes twice", false},
}

// The same over TCP and TLS of this machine.
func TestReal(t *testing.T) {
	before := runtime.NumGoroutine()
	t.Run("cells", func(t *testing.T) {
		for i, rc := range realCells {
			for _, w := range []wire{plain, tls12, tls13} {
				c := cell{client: (i+int(w))%2 == 0, wire: w}
				for j := range peerKinds {
					if peerKinds[j].name == rc.peer {
						c.peer = &peerKinds[j]
					}
				}
				for j := range appKinds {
					if appKinds[j].name == rc.app {
						c.app = &appKinds[j]
					}
				}
				t.Run(fmt.Sprint(c), func(t *testing.T) {
					t.Parallel()
					c.runReal(t, rc.short)
				})
			}
		}
	})
	for i := 0; runtime.NumGoroutine() > before; i++ {
		if i == 500 {
			t.Fatalf("%d goroutines are left, there were %d", runtime.NumGoroutine(), before)
		}
		time.Sleep(10 * time.Millisecond)
	}
}

func (c cell) runReal(t *testing.T, short bool) {
	defer bound(t.Name())()
	const second = 5 * time.Millisecond
	ours, theirs := dial(t)
	us, them := c.secure(t, ours, theirs)
	ours.began = time.Time{}

	over := make(chan struct{})
	var p sync.WaitGroup
	p.Go(func() {
		pc := &peerConn{Conn: them, link: theirs, r: bufio.NewReader(them), client: !c.client, second: second, over: over}
		c.peer.run(pc)
		pc.readers.Wait()
	})
	conn := closing.Server(us)
	if c.client {
		conn = closing.Client(us)
	}
	conn.CloseTimeout = 20 * time.Second
	if short {
		conn.CloseTimeout = 50 * time.Millisecond
	}
	ended := make(chan event.CloseEvent, 2)
	conn.OnClose(func(e event.CloseEvent) { ended <- e })
	a := &application{t: t, c: conn, conn: us, client: c.client, second: second}
	c.app.run(a)
	a.calls.Wait()

	// Four seconds are generous, but less than a *tls.Conn waits for in its Close.
	select {
	case e := <-ended:
		if want := c.want(); e != want {
			t.Errorf("event %v, want %v", e, want)
		}
	case <-time.After(10 * time.Second):
		t.Error("no event")
	}
	if d := ours.closed.Sub(ours.began); !ours.began.IsZero() && d > 4*time.Second {
		t.Errorf("the end took %v", d)
	}
	close(over)
	theirs.Close()
	p.Wait()
	if len(ended) > 0 {
		t.Error("a second event")
	}
}

// dial returns both ends of a TCP connection.
func dial(t *testing.T) (ours, theirs *realConn) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	a, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	b, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	return &realConn{TCPConn: a.(*net.TCPConn)}, &realConn{TCPConn: b.(*net.TCPConn)}
}
