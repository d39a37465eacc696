package closing_test

import (
	"errors"
	"fmt"
	"io"
	"net"
	"runtime/debug"
	"testing"
	"time"

	"example.com/closeframe/event"
	"example.com/closeframe/event/closing"
	"example.com/closeframe/frame"
)

// bound ends the tests if the returned function is not called within half a minute: where
// goroutines wait for a lock or spin, a test would run into the time-out of go test.
func bound(what any) func() bool {
	return time.AfterFunc(30*time.Second, func() {
		debug.SetTraceback("all")
		panic(fmt.Sprint("still running: ", what))
	}).Stop
}

// readClose reads a close frame and returns its payload.
func readClose(t *testing.T, conn net.Conn, masked bool) []byte {
	t.Helper()
	b := make([]byte, frame.MaxFrame)
	parse, least := frame.ParseFrame, 2
	if masked {
		parse, least = frame.ParseMasked, 6
	}
	n, err := io.ReadAtLeast(conn, b, least)
	if err != nil {
		t.Error(err)
		return nil
	}
	payload, _, err := parse(b[:n])
	if err != nil {
		t.Errorf("the peer read % x: %v", b[:n], err)
	}
	return payload
}

// Both directions over a net.Pipe, with the oldest Go.
func TestPipe(t *testing.T) {
	defer bound(t.Name())()
	for _, client := range []bool{false, true} {
		ours, theirs := net.Pipe()
		c := closing.Server(ours)
		if client {
			c = closing.Client(ours)
		}
		calls := 0
		c.OnClose(func(event.CloseEvent) { calls++ })
		closed := make(chan error, 1)
		go func() { closed <- c.Close(4001, "done") }()
		if p := readClose(t, theirs, client); string(p) != "\x0f\xa1done" {
			t.Errorf("client %v: the peer read %q", client, p)
		}
		if err := <-closed; err != nil {
			t.Error(err)
		}
		theirs.Close()
		err := c.Receive([]byte("\x03\xe8bye"))
		want := event.MustNew(1000, "bye", true)
		if e, ok := event.From(err); !ok || e != want || calls != 1 || !errors.Is(err, io.EOF) {
			t.Errorf("client %v: Receive returned %v, %d calls; want %v", client, err, calls, want)
		}
		err = c.Send(func(io.Writer) error { t.Error("a write after the end"); return nil })
		if e, ok := event.From(err); !ok || e != want || !errors.Is(err, net.ErrClosed) {
			t.Errorf("client %v: Send returned %v", client, err)
		}

		ours, theirs = net.Pipe()
		c = closing.Server(ours)
		if client {
			c = closing.Client(ours)
		}
		go func() { closed <- c.Receive([]byte("\x07\xd0")) }()
		if p := readClose(t, theirs, client); string(p) != "\x03\xea" {
			t.Errorf("client %v: the peer read %x", client, p)
		}
		err = <-closed
		if e, ok := event.From(err); !ok || e != event.Abnormal() || !errors.Is(err, frame.ErrCode) {
			t.Errorf("client %v: Receive returned %v", client, err)
		}
		if got, err := c.Fault(); got != 2000 || err != frame.ErrCode {
			t.Errorf("client %v: Fault() = %v, %v", client, got, err)
		}
	}
}

// Keys are drawn for each frame (RFC 6455, section 5.3).
func TestKeyIsReused(t *testing.T) {
	defer bound(t.Name())()
	ours, theirs := net.Pipe()
	defer theirs.Close()
	c := closing.Client(ours)
	keys := make(map[string]bool)
	for i := 0; i < 4; i++ {
		b := make([]byte, 7)
		if i == 2 { // the others are of a connection that is closing
			go c.Close(1005, "")
			io.ReadFull(theirs, b[:6])
			keys[string(b[2:6])] = true
		}
		go c.Pong([]byte("x"))
		if _, err := io.ReadFull(theirs, b); err != nil || b[0] != 0x8a || b[1] != 0x81 || b[6]^b[2] != 'x' {
			t.Fatalf("the peer read % x, %v", b, err)
		}
		keys[string(b[2:6])] = true
	}
	c.Terminate()
	if len(keys) < 4 { // two may be equal by chance
		t.Errorf("%d keys for 5 frames", len(keys))
	}
}
