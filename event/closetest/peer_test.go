//go:build go1.22

package closetest

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"
)

// A deadline that passes within a frame must not make the rest of it look like the
// next one.
func TestPeerTornFrame(t *testing.T) {
	stack, conn := net.Pipe()
	p := newPeer(bounded(t), conn, bufio.NewReader(conn), ServerRole, patience)
	defer p.close()
	go stack.Write([]byte{opPong, 3, 'a'})
	p.r.Peek(3)
	p.wait(short / 20)
	if p.next() || !p.torn {
		t.Fatal("the frame is not torn")
	}
	p.wait(patience)
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

// The header of a frame is read unchecked, and only the beginning of its payload is kept.
func TestReadFrame(t *testing.T) {
	for _, tt := range []struct {
		header string
		length uint64
		padded bool
	}{
		{"\x88\x7d", 125, false},
		{"\x88\x7e\x00\x7d", 125, true},
		{"\x82\x7e\x00\x7e", 126, false},
		{"\x82\x7e\xff\xff", 65535, false},
		{"\x88\x7f\x00\x00\x00\x00\x00\x00\x00\x7d", 125, true},
		{"\x82\x7f\x00\x00\x00\x00\x00\x00\xff\xff", 65535, true},
		{"\x82\x7f\x00\x00\x00\x00\x00\x01\x00\x00", 65536, false},
	} {
		p := &peer{r: bufio.NewReader(strings.NewReader(tt.header + strings.Repeat("a", 65536)))}
		f, err := p.readFrame()
		if err != nil || f.length != tt.length || f.padded != tt.padded || f.first != tt.header[0] {
			t.Errorf("% x: length %d, padded %v, %v", tt.header, f.length, f.padded, err)
		}
		if n := min(f.length, 256); uint64(len(f.payload)) != n {
			t.Errorf("% x: %d bytes are kept, want %d", tt.header, len(f.payload), n)
		}
	}
	p := &peer{r: bufio.NewReader(strings.NewReader("\x82\x7f\x80\x00\x00\x00\x00\x00\x00\x00"))}
	if _, err := p.readFrame(); err != errLength {
		t.Errorf("a length of 2^63: %v", err)
	}
}

// The memory of a peer does not grow with its connection.
func TestPeerKeepsLittle(t *testing.T) {
	var p peer
	for range 100 {
		p.record(frame{first: opPong})
		p.record(frame{first: opClose})
	}
	if len(p.seen.pongs) != 8 || len(p.seen.after) != 8 {
		t.Errorf("%d pongs and %d frames are kept, want 8 and 8", len(p.seen.pongs), len(p.seen.after))
	}
	const size = 64 << 20
	p.r = bufio.NewReader(io.MultiReader(strings.NewReader("\x82\x7f\x00\x00\x00\x00\x04\x00\x00\x00"), io.LimitReader(endless("a"), size)))
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f, err := p.readFrame()
	runtime.ReadMemStats(&after)
	if n := after.TotalAlloc - before.TotalAlloc; err != nil || f.length != size || n > size/16 {
		t.Errorf("a frame of %d bytes takes %d, %v", f.length, n, err)
	}
}

// A write to a stack that does not read is bounded.
func TestPeerWriteIsBounded(t *testing.T) {
	_, conn := net.Pipe()
	p := newPeer(context.Background(), conn, bufio.NewReader(conn), ServerRole, short/20)
	defer p.close()
	hung := time.AfterFunc(patience, func() { conn.Close() })
	if p.write([]byte{opClose, 0}); !hung.Stop() {
		t.Error("it hung")
	}
}

// reset sends RST, not FIN.
func TestPeerReset(t *testing.T) {
	if runtime.GOOS == "js" {
		t.Skip("its TCP is a pipe in memory")
	}
	got := make(chan error)
	conn, err := net.Dial("tcp", listen(t, func(c net.Conn) {
		_, err := io.Copy(io.Discard, c)
		got <- err
	}))
	if err != nil {
		t.Fatal(err)
	}
	p := newPeer(bounded(t), conn, bufio.NewReader(conn), ServerRole, patience)
	defer p.close()
	p.reset()
	if err := <-got; !errors.Is(err, syscall.ECONNRESET) {
		t.Errorf("the stack reads %v", err)
	}
}
