package closing

import (
	"io"
	"net"
	"runtime"
	"testing"
	"unsafe"

	"example.com/closeframe/event"
)

// A server has thousands of idle connections: each must stay small, heap included, also
// after messages and pongs.
func TestSize(t *testing.T) {
	if unsafe.Sizeof(uintptr(0)) != 8 {
		t.Skip("for 64 bits")
	}
	var c Conn
	if got, want := unsafe.Sizeof(c), uintptr(304); got != want {
		t.Errorf("a Conn has %d bytes, want %d", got, want)
	}
	if got := unsafe.Sizeof(c.ending) + unsafe.Sizeof(c.target); got > 200 {
		t.Errorf("Handshake and Target have %d bytes, want at most 200", got)
	}

	const n = 10000
	var conns [n]*Conn
	var conn net.Conn = nowhere{}
	listener := func(event.CloseEvent) {}
	before := heap()
	for i := range conns {
		c := Server(conn)
		c.OnClose(listener)
		c.Send(func(io.Writer) error { return nil })
		c.Pong(nil)
		conns[i] = c
	}
	if got := (heap() - before) / n; got > 320 && !raceEnabled {
		t.Errorf("an idle connection has %d bytes of heap, want at most 320", got)
	}
	runtime.KeepAlive(&conns)
}

func heap() int {
	var m runtime.MemStats
	runtime.GC()
	runtime.GC() // what a sync.Pool keeps goes with the second
	runtime.ReadMemStats(&m)
	return int(m.HeapAlloc)
}
