package closing

import (
	"testing"
	"unsafe"

	"example.com/closeframe/event"
)

// An idle connection is what a server has ten thousands of.
func TestSize(t *testing.T) {
	var c Conn
	if got, want := unsafe.Sizeof(c), uintptr(304); got != want && unsafe.Sizeof(uintptr(0)) == 8 {
		t.Errorf("a Conn has %d bytes, want %d", got, want)
	}
	if got := unsafe.Sizeof(c.ending) + unsafe.Sizeof(c.target); got > 200 {
		t.Errorf("Handshake and Target have %d bytes, want at most 200", got)
	}
	_ = event.Target{}
}
