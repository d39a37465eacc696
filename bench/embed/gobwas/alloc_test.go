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
func (nowhere) SetReadDeadline(time.Time) error  { return nil }
func (nowhere) SetWriteDeadline(time.Time) error { return nil }

// From the close frame to the listener nothing is allocated.
func TestCloseAllocates(t *testing.T) {
	const runs = 100
	var broken error = ws.ErrProtocolNonZeroRsv
	for _, st := range []ws.State{ws.StateServerSide, ws.StateClientSide} {
		for name, closing := range map[string]func(*Conn){
			"the peer closes": func(c *Conn) { c.End(c.receiveClose([]byte("\x03\xe8bye"))) },
			"we close": func(c *Conn) {
				c.Close(1000, "bye")
				c.End(c.receiveClose([]byte("\x03\xe8bye")))
			},
			"a malformed close": func(c *Conn) { c.End(c.receiveClose([]byte("\x03\xed"))) },
			"a broken frame":    func(c *Conn) { c.End(broken) },
		} {
			conns, told := make([]*Conn, runs+1), 0
			for i := range conns {
				conns[i] = NewConn(nowhere{}, st)
				conns[i].OnClose(func(event.CloseEvent) { told++ })
			}
			n := testing.AllocsPerRun(runs, func() {
				closing(conns[0])
				conns = conns[1:]
			})
			if n != 0 || told != runs+1 {
				t.Errorf("%s, state %d: %v allocations, told %d times of %d", name, st, n, told, runs+1)
			}
		}
	}
}
