//go:build go1.22

package closetest

import (
	"context"
	"net"
	"testing"
	"time"
)

// A deadline that passes within a frame must not make the rest of it look like the
// next one.
func TestPeerTornFrame(t *testing.T) {
	stack, conn := net.Pipe()
	p := newPeer(context.Background(), conn, ServerRole, short)
	defer p.close()
	p.upgraded()
	p.wait(50 * time.Millisecond)
	go stack.Write([]byte{opPong, 3, 'a'})
	for p.next() {
	}
	p.wait(short)
	go func() {
		stack.Write([]byte{opClose, 0}) // the rest of the pong
		stack.Close()
	}()
	for p.next() {
	}
	if p.seen.close != nil || p.seen.end != byFIN {
		t.Errorf("close frame %v, end %d, want none and %d", p.seen.close, p.seen.end, byFIN)
	}
}
