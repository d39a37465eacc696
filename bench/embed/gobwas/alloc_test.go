package gobwas

import (
	"io"
	"net"
	"testing"
	"time"

	"github.com/gobwas/ws"

	"example.com/closeframe/event"
)

// nowhere is a connection without a peer.
type nowhere struct{ net.Conn }

func (nowhere) Read([]byte) (int, error)         { return 0, io.EOF }
func (nowhere) Write(p []byte) (int, error)      { return len(p), nil }
func (nowhere) Close() error                     { return nil }
func (nowhere) SetDeadline(time.Time) error      { return nil }
func (nowhere) SetReadDeadline(time.Time) error  { return nil }
func (nowhere) SetWriteDeadline(time.Time) error { return nil }

// Nothing is allocated from the close frame to the listener. After that the error is,
// and a timer if we close first.
func TestCloseAllocates(t *testing.T) {
	const runs = 100
	var broken error = ws.ErrProtocolNonZeroRsv
	for _, st := range []ws.State{ws.StateServerSide, ws.StateClientSide} {
		for _, tc := range []struct {
			name string
			end  func(*Conn)
			want float64
		}{
			{"the peer closes", func(c *Conn) { c.End(c.Receive([]byte("\x03\xe8bye"))) }, 1},
			{"a malformed close", func(c *Conn) { c.End(c.Receive([]byte("\x03\xed"))) }, 1},
			{"a broken frame", func(c *Conn) { c.End(broken) }, 1},
			{"we close", func(c *Conn) {
				c.Close(1000, "bye")
				c.End(c.Receive([]byte("\x03\xe8bye")))
			}, 3},
		} {
			conns, calls := make([]*Conn, runs+1), 0
			for i := range conns {
				conns[i] = NewConn(nowhere{}, st)
				conns[i].OnClose(func(event.CloseEvent) { calls++ })
			}
			n := testing.AllocsPerRun(runs, func() {
				tc.end(conns[0])
				conns = conns[1:]
			})
			if n != tc.want || calls != runs+1 {
				t.Errorf("%s, state %d: %v allocations, want %v; %d calls, want %d", tc.name, st, n, tc.want, calls, runs+1)
			}
		}
	}
}
