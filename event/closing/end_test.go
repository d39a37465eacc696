//go:build go1.25

package closing_test

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"testing"
	"testing/synctest"
	"time"

	"example.com/closeframe/code"
	"example.com/closeframe/event"
	"example.com/closeframe/event/closing"
	"example.com/closeframe/frame"
)

// A listener finds TCP closed and no lock held.
func TestListenerFindsLock(t *testing.T) {
	bubble(t, func(t *testing.T, p *pair) {
		called := false
		p.AddEventListener(func(event.CloseEvent) {
			called = true
			if !p.ours.closed {
				t.Error("TCP is open")
			}
			p.Close(4000, "")
			p.Pong(nil)
			p.SetReadDeadline(time.Now())
			p.Local()
			p.LocalFirst()
			p.Fault()
			if err := write(p.Conn, false, nil); err == nil {
				t.Error("Send returns no error")
			}
			if p.Err() == nil || p.End(nil) != p.Err() || p.Receive(nil) != p.Err() || p.Fail(1002, "", nil) != p.Err() {
				t.Error("End, Receive, Fail and Err differ")
			}
			p.Terminate()
		})
		p.End(nil)
		if !called {
			t.Error("the listener was not called")
		}
	})
}

// The server closes TCP first; the client waits for that, and then closes at once.
func TestWhoClosesFirst(t *testing.T) {
	for _, client := range []bool{false, true} {
		inBubble(t, func(t *testing.T) {
			ours, theirs := link()
			c := closing.Server(ours)
			if client {
				c = closing.Client(ours)
			}
			c.CloseTimeout = timeout
			ended := start(func() error { return c.Receive([]byte(bye)) })
			r := bufio.NewReader(theirs)
			if f, err := readRaw(r); err != nil || f.masked != client {
				t.Error(f, err)
			}
			theirs.SetReadDeadline(time.Now().Add(timeout / 2))
			if _, err := r.ReadByte(); (err == io.EOF) == client {
				t.Errorf("client %v: the peer read %v", client, err)
			}
			wantWaiting(t, "Receive", ended)
			theirs.Write([]byte("more")) // to be discarded: a reset could destroy the reply
			theirs.Close()
			synctest.Wait()
			if e, _ := event.From(wantDone(t, "Receive", ended)); e != byeClean {
				t.Errorf("event %v, want %v", e, byeClean)
			}
		})
	}
}

// Local, LocalFirst and Fault keep their results after the end, when another connection
// may use the pooled Handshake.
func TestFactsAreKept(t *testing.T) {
	type facts struct {
		local, fault code.Code
		sent, first  bool
		err          error
	}
	for _, tc := range []struct {
		name string
		end  func(p *pair)
		want facts
		e    event.CloseEvent
	}{
		{"nothing", func(p *pair) { p.End(io.EOF) }, facts{}, event.Abnormal()},
		{"we close", func(p *pair) { p.Close(4001, "done"); p.Receive([]byte(bye)) }, facts{4001, 0, true, true, nil}, byeClean},
		{"nobody replies", func(p *pair) { p.Close(4001, "done"); p.End(nil) }, facts{4001, 0, true, true, nil}, event.Abnormal()},
		{"the peer closes", func(p *pair) { p.Receive([]byte(bye)) }, facts{4000, 0, true, false, nil}, byeClean},
		{"a malformed close", func(p *pair) { p.Receive([]byte("\x07\xd0no")) }, facts{1002, 2000, true, false, frame.ErrCode}, event.Abnormal()},
		{"a reason that is not UTF-8", func(p *pair) { p.Receive([]byte("\x03\xf0\xff")) }, facts{1007, 1008, true, false, frame.ErrUTF8}, event.Abnormal()},
		{"we fail", func(p *pair) { p.Fail(1009, "too big", errFrame) }, facts{1009, 0, true, true, nil}, event.Abnormal()},
		{"we fail with an illegal code", func(p *pair) { p.Fail(1006, "\xff", errFrame) }, facts{1011, 0, true, true, nil}, event.Abnormal()},
	} {
		bubble(t, func(t *testing.T, p *pair) {
			p.peer.CloseWrite()
			var inListener facts
			p.AddEventListener(func(event.CloseEvent) {
				inListener.local, inListener.sent = p.Local()
				inListener.first = p.LocalFirst()
				inListener.fault, inListener.err = p.Fault()
			})
			tc.end(p)
			other := newPair() // it may have the same Handshake
			other.Close(4444, "other")
			var got facts
			got.local, got.sent = p.Local()
			got.first = p.LocalFirst()
			got.fault, got.err = p.Fault()
			if got != tc.want || inListener != tc.want {
				t.Errorf("%s: %v, in the listener %v, want %v", tc.name, got, inListener, tc.want)
			}
			if len(p.events) != 1 || p.events[0] != tc.e {
				t.Errorf("%s: events %v, want %v", tc.name, p.events, tc.e)
			}
			var end *event.Error
			if !errors.As(p.Err(), &end) || end.Event != tc.e || end.Refused != tc.want.fault {
				t.Errorf("%s: error %v", tc.name, end)
			}
			other.Terminate()
			other.peer.Close()
		})
	}
}

// A late connection returns from a write some time after the peer has received the data.
type late struct {
	*linkEnd
	free chan struct{}
}

func (l *late) Write(p []byte) (int, error) {
	n, err := l.linkEnd.Write(p)
	<-l.free
	return n, err
}

// The peer may close TCP after our close frame before our write of it has returned.
func TestPeerIsFaster(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		ours, theirs := link()
		l := &late{linkEnd: ours, free: make(chan struct{})}
		c := closing.Server(l)
		closed := start(func() error { return c.Close(4000, "") })
		theirs.Close()
		ended := start(func() error { return c.End(io.EOF) })
		if !ours.closed {
			t.Error("TCP is open")
		}
		close(l.free)
		synctest.Wait()
		if err := wantDone(t, "Close", closed); err != nil {
			t.Error(err)
		}
		wantDone(t, "End", ended)
		if sent, ok := c.Local(); sent != 4000 || !ok || !c.LocalFirst() {
			t.Errorf("Local() = %v, %v, want 4000: the peer has it", sent, ok)
		}
	})
}

// A reply that is received before our write has returned does not make the peer the first.
func TestReplyIsFaster(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		ours, theirs := link()
		l := &late{linkEnd: ours, free: make(chan struct{})}
		c := closing.Server(l)
		start(func() error { return c.Close(4000, "") })
		theirs.Close()
		ended := start(func() error { return c.Receive([]byte(bye)) })
		close(l.free)
		synctest.Wait()
		if e, _ := event.From(wantDone(t, "Receive", ended)); e != byeClean || !c.LocalFirst() {
			t.Errorf("event %v, LocalFirst() = %v, want %v, true", e, c.LocalFirst(), byeClean)
		}
	})
}

// A write that does not return when the transport is closed does not block End.
func TestWriteOutlivesTransport(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		ours, theirs := link()
		defer theirs.Close()
		l := &late{linkEnd: ours, free: make(chan struct{})}
		c := closing.Server(l)
		c.CloseTimeout = timeout
		received := start(func() error { return c.Receive([]byte(bye)) })
		ended := start(func() error { return c.End(io.EOF) })
		time.Sleep(timeout)
		synctest.Wait()
		wantDone(t, "End", ended)
		wantWaiting(t, "Receive", received)
		close(l.free)
		<-received
	})
}

// A close frame that is received after Fail does not count.
func TestReceiveAfterFail(t *testing.T) {
	bubble(t, func(t *testing.T, p *pair) {
		p.startSend(make([]byte, 2*window)) // Fail waits for it
		start(func() error { return p.Fail(1002, "", nil) })
		p.Receive([]byte(bye))
		synctest.Wait()
		if p.events[0] != event.Abnormal() {
			t.Errorf("event %v, want %v", p.events[0], event.Abnormal())
		}
	})
}

// Close rejects an illegal code or reason, and the connection stays open.
func TestCloseRejects(t *testing.T) {
	bubble(t, func(t *testing.T, p *pair) {
		for _, tc := range []struct {
			c      code.Code
			reason string
			want   error
		}{
			{1006, "", frame.ErrCode},
			{1005, "x", frame.ErrCode},
			{1000, "\xff", frame.ErrUTF8},
			{1000, string(bytes.Repeat([]byte("x"), 124)), frame.ErrTooLong},
		} {
			if err := p.Close(tc.c, tc.reason); err != tc.want {
				t.Errorf("Close(%v, %q) = %v, want %v", tc.c, tc.reason, err, tc.want)
			}
		}
		if err := write(p.Conn, false, []byte("on")); err != nil {
			t.Error(err)
		}
		p.wantFrame(t, opText, "on")
		if err := p.Close(1005, ""); err != nil {
			t.Error(err)
		}
		p.wantFrame(t, opClose, "")
	})
}

// A slow connection completes a write even after it was closed.
type slow struct {
	*linkEnd
	free    chan struct{}
	written string
}

func (s *slow) Write(p []byte) (int, error) {
	<-s.free
	s.written = string(p)
	return len(p), nil
}

// No other connection may use the buffer while a frame in it is still being written.
func TestBufferIsShared(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		ours, theirs := link()
		s := &slow{linkEnd: ours, free: make(chan struct{})}
		c := closing.Server(s)
		closed := start(func() error { return c.Close(4000, "one") })
		c.Terminate()
		other := newPair()
		other.Close(4001, "other")
		close(s.free)
		<-closed
		if s.written != "\x88\x05\x0f\xa0one" {
			t.Errorf("written % x", s.written)
		}
		other.Terminate()
		other.peer.Close()
		theirs.Close()
	})
}
