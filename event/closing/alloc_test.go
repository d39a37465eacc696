package closing

import (
	"io"
	"net"
	"testing"
	"time"

	"example.com/closeframe/event"
)

// nowhere is a connection without a peer; it can half-close.
type nowhere struct{ net.Conn }

func (nowhere) Read([]byte) (int, error)         { return 0, io.EOF }
func (nowhere) Write(p []byte) (int, error)      { return len(p), nil }
func (nowhere) Close() error                     { return nil }
func (nowhere) CloseWrite() error                { return nil }
func (nowhere) SetDeadline(time.Time) error      { return nil }
func (nowhere) SetReadDeadline(time.Time) error  { return nil }
func (nowhere) SetWriteDeadline(time.Time) error { return nil }

// allocCases are the ends of a connection, with the allocations that each may make:
// the *event.Error, and for Close the timer and its function.
var allocCases = []struct {
	name string
	end  func(c *Conn)
	want float64
}{
	{"the peer closes", func(c *Conn) { c.Receive([]byte("\x03\xe8bye")) }, 1},
	{"a malformed close", func(c *Conn) { c.Receive([]byte("\x03\xed")) }, 1},
	{"we fail", func(c *Conn) { c.Fail(1002, "", io.ErrUnexpectedEOF) }, 1},
	{"the connection is lost", func(c *Conn) { c.End(io.EOF) }, 1},
	{"we close", func(c *Conn) { c.Close(1000, "bye"); c.Receive([]byte("\x03\xe8")) }, 3},
}

// Until the listeners are called nothing is allocated; the error is made after them.
func TestEndAllocates(t *testing.T) {
	if raceEnabled {
		t.Skip("sync.Pool loses values on purpose under the race detector")
	}
	// Ends that all take CloseTimeout would take minutes.
	defer time.AfterFunc(30*time.Second, func() { panic("still running: " + t.Name()) }).Stop()
	const runs = 100
	for _, tc := range allocCases {
		for _, newConn := range []func(net.Conn) *Conn{Server, Client} {
			conns, calls := make([]*Conn, runs+1), 0
			for i := range conns {
				c := newConn(nowhere{})
				c.OnClose(func(event.CloseEvent) {
					calls++
					if c.err != nil {
						t.Errorf("%s: the error was made before the listener was called", tc.name)
					}
				})
				conns[i] = c
			}
			n := testing.AllocsPerRun(runs, func() {
				tc.end(conns[0])
				conns = conns[1:]
			})
			if n > tc.want || calls != runs+1 {
				t.Errorf("%s: %v allocations, want %v; %d calls, want %d", tc.name, n, tc.want, calls, runs+1)
			}
		}
	}
}

// Messages and pongs of an open connection allocate nothing.
func TestOpenAllocates(t *testing.T) {
	if raceEnabled {
		t.Skip("sync.Pool loses values on purpose under the race detector")
	}
	for _, c := range []*Conn{Server(nowhere{}), Client(nowhere{})} {
		payload := []byte("ping")
		if n := testing.AllocsPerRun(100, func() { c.Pong(payload) }); n > 0 {
			t.Errorf("Pong: %v allocations", n)
		}
		n := testing.AllocsPerRun(100, func() {
			if err := c.Send(func(w io.Writer) error { _, err := w.Write(payload); return err }); err != nil {
				t.Error(err)
			}
		})
		if n > 0 {
			t.Errorf("Send: %v allocations", n)
		}
		if c.ending != nil {
			t.Error("an idle connection keeps what only an end needs")
		}
	}
}

func BenchmarkEnd(b *testing.B) {
	for _, tc := range allocCases {
		b.Run(tc.name, func(b *testing.B) {
			b.ReportAllocs()
			for i := 0; i < b.N; i++ {
				tc.end(Server(nowhere{}))
			}
		})
	}
}
