package gobwas_test

import (
	"errors"
	"io"
	"net"
	"os"
	"testing"
	"time"

	"github.com/gobwas/ws"

	"example.com/closeframe/bench/embed/gobwas"
	"example.com/closeframe/bench/embed/rawpeer"
	"example.com/closeframe/code"
	"example.com/closeframe/event"
	"example.com/closeframe/frame"
)

// A peer that does not read cannot block Close, or the reply to its own close frame,
// forever.
func TestPeerDoesNotRead(t *testing.T) {
	masked, err := frame.AppendMasked(nil, 4000, "", [4]byte{1, 2, 3, 4})
	if err != nil {
		t.Fatal(err)
	}
	for _, peerCloses := range []bool{false, true} {
		ours, theirs := net.Pipe()
		s := rawpeer.NewStuck(ours)
		c := gobwas.NewConn(s, ws.StateServerSide)
		c.CloseTimeout = 50 * time.Millisecond
		written := make(chan error)
		go func() { written <- c.WriteMessage(ws.OpBinary, []byte("nobody reads")) }()
		<-s.Writing

		want := event.Abnormal()
		if peerCloses {
			want = event.MustNew(4000, "", false)
			go theirs.Write(masked)
		} else if err := c.Close(4001, ""); !errors.Is(err, os.ErrDeadlineExceeded) {
			t.Errorf("Close: %v, want %v", err, os.ErrDeadlineExceeded)
		}
		if e, _ := end(t, c); e != want {
			t.Errorf("event %v, want %v", e, want)
		}
		if err := <-written; !errors.Is(err, os.ErrDeadlineExceeded) {
			t.Errorf("WriteMessage: %v, want %v", err, os.ErrDeadlineExceeded)
		}
		theirs.Close()
	}
}

// A failed write may have sent half a frame. A close frame after it would be read as
// its second half.
func TestNothingAfterFailedWrite(t *testing.T) {
	ours, theirs := net.Pipe()
	c := gobwas.NewConn(ours, ws.StateServerSide)
	c.CloseTimeout = 50 * time.Millisecond
	if err := ours.SetWriteDeadline(time.Now()); err != nil {
		t.Fatal(err)
	}
	if err := c.WriteMessage(ws.OpText, []byte("hello")); !errors.Is(err, os.ErrDeadlineExceeded) || !errors.Is(err, net.ErrClosed) {
		t.Errorf("WriteMessage: %v, want %v and %v", err, os.ErrDeadlineExceeded, net.ErrClosed)
	}
	came := make(chan []byte)
	go func() { b, _ := io.ReadAll(theirs); came <- b }()
	if err := c.Close(code.NormalClosure, ""); !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("Close: %v, want the error of the write, %v", err, os.ErrDeadlineExceeded)
	}
	if e, _ := end(t, c); e != event.Abnormal() {
		t.Errorf("event %v, want %v", e, event.Abnormal())
	}
	if b := <-came; len(b) > 0 {
		t.Errorf("% x was sent after the failed write", b)
	}
}

// If the application does not read after Close, the connection still ends.
func TestNobodyReads(t *testing.T) {
	ours, theirs := net.Pipe()
	c := gobwas.NewConn(ours, ws.StateServerSide)
	c.CloseTimeout = 50 * time.Millisecond
	events := make(chan event.CloseEvent, 1)
	c.OnClose(func(e event.CloseEvent) { events <- e })
	peer := make(chan []byte, 1)
	go func() { b, _ := io.ReadAll(theirs); peer <- b }()
	if err := c.Close(4001, "bye"); err != nil {
		t.Error(err)
	}
	if e := <-events; e != event.Abnormal() {
		t.Errorf("event %v, want %v", e, event.Abnormal())
	}
	if b := <-peer; string(b) != "\x88\x05\x0f\xa1bye" {
		t.Errorf("the peer read % x", b)
	}
	if cc, ok := c.Local(); cc != 4001 || !ok {
		t.Errorf("Local() = %v, %v", cc, ok)
	}
	err := c.WriteMessage(ws.OpText, nil)
	if e, ok := event.From(err); !ok || e != event.Abnormal() || !errors.Is(err, net.ErrClosed) {
		t.Errorf("WriteMessage: %v", err)
	}
}
