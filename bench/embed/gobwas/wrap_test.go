package gobwas_test

import (
	"errors"
	"fmt"
	"io"
	"net"
	"testing"
	"time"

	"github.com/gobwas/ws"
	"github.com/gobwas/ws/wsutil"

	"example.com/closeframe/bench/embed/gobwas"
	"example.com/closeframe/bench/embed/rawpeer"
	"example.com/closeframe/event"
)

// An application may wrap the error of a read that ended with the peer's close frame in
// the middle of a message. The client still waits for the server to close TCP.
func TestEndWrapped(t *testing.T) {
	ours, theirs := net.Pipe()
	defer theirs.Close()
	theirs.SetDeadline(time.Now().Add(rawpeer.Patience))
	c := gobwas.NewConn(ours, ws.StateClientSide)
	ended := make(chan error, 1)
	go func() {
		r := wsutil.Reader{Source: ours, State: ws.StateClientSide, OnIntermediate: c.HandleFrame}
		_, err := r.NextFrame()
		if err == nil {
			_, err = io.ReadAll(&r)
		}
		ended <- c.End(fmt.Errorf("serving: %w", err))
	}()
	if _, err := theirs.Write([]byte("\x01\x01a\x88\x02\x0f\xa0")); err != nil { // "a", not FIN; a close frame with 4000
		t.Fatal(err)
	}
	if _, err := io.ReadFull(theirs, make([]byte, 2+4+2)); err != nil {
		t.Fatalf("no answer: %v", err)
	}
	if _, err := theirs.Write([]byte("read on")); err != nil {
		t.Errorf("the client has not waited: %v", err)
	}
	theirs.Close()
	err := <-ended
	if e, ok := event.From(err); !ok || e != event.MustNew(4000, "", true) || errors.Unwrap(err) != nil {
		t.Errorf("End: %v, want 4000, clean and without a cause", err)
	}
}

// A malformed frame receives a close frame also if its error is wrapped.
func TestEndWrappedProtocolError(t *testing.T) {
	ours, theirs := net.Pipe()
	defer theirs.Close()
	theirs.SetDeadline(time.Now().Add(rawpeer.Patience))
	c := gobwas.NewConn(ours, ws.StateServerSide)
	go c.End(fmt.Errorf("serving: %w", ws.ErrProtocolNonZeroRsv))
	b := make([]byte, 4)
	if _, err := io.ReadFull(theirs, b); err != nil || string(b) != "\x88\x02\x03\xea" {
		t.Errorf("came: % x, %v; want a close frame with 1002", b, err)
	}
}
