package xnet_test

import (
	"io"
	"testing"
	"time"

	"golang.org/x/net/websocket"

	"example.com/closeframe/bench/embed/rawpeer"
	"example.com/closeframe/bench/embed/xnet"
	"example.com/closeframe/event"
)

// However many bytes follow the end, the peer receives our close frame and then a FIN,
// not a reset.
func TestAnswerArrives(t *testing.T) {
	for name, first := range map[string]struct {
		byte
		answer string
	}{
		"close": {rawpeer.Close, "\x0f\xa1"},
		"ping":  {rawpeer.Ping, "\x03\xea"}, // of 126 bytes
	} {
		p, ended := serve(t)
		payload := []byte("\x0f\xa1")
		if first.byte == rawpeer.Ping {
			payload = make([]byte, 126)
		}
		b := p.AppendFrame(nil, first.byte, payload)
		if _, err := p.Write(append(b, make([]byte, 4<<20)...)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		f, err := p.ReadFrame()
		if err != nil || f.First != rawpeer.Close || string(f.Payload) != first.answer {
			t.Errorf("%s: answer %v, %v, want %x", name, f, err, first.answer)
		}
		if f, err := p.ReadFrame(); err != io.EOF {
			t.Errorf("%s: after the answer %v, %v, want io.EOF", name, f, err)
		}
		p.Close()
		<-ended
	}
}

// A handler that does not read to the end still has its event.
func TestHandlerReturns(t *testing.T) {
	told := make(chan event.CloseEvent, 2)
	p := serveBy(t, func(c *xnet.Conn) { c.OnClose(func(e event.CloseEvent) { told <- e }) })
	if frames, end := p.Drain(); len(frames) != 0 || end != rawpeer.ByStack {
		t.Errorf("sent %v, TCP: %v, want nothing but its end", frames, end)
	}
	select {
	case e := <-told:
		if e != event.Abnormal() {
			t.Errorf("event %v, want 1006", e)
		}
	case <-time.After(rawpeer.Patience):
		t.Fatal("no event")
	}
}

// Only Close sends a close frame, and only once.
func TestCloseFrame(t *testing.T) {
	errs := make(chan error, 2)
	p := serveBy(t, func(c *xnet.Conn) {
		errs <- c.WriteFrame(websocket.CloseFrame, []byte("\x0f\xa1"))
		errs <- c.Close(4002, "")
		echo(c)
	})
	f, err := p.ReadFrame()
	if err != nil || string(f.Payload) != "\x0f\xa2" {
		t.Errorf("the first frame is %v, %v, want close with 4002", f, err)
	}
	if err := <-errs; err == nil {
		t.Error("WriteFrame takes a close frame")
	}
	if err := <-errs; err != nil {
		t.Errorf("Close: %v", err)
	}
	p.WriteFrame(rawpeer.Ping, []byte("late")) // it needs a reply, because the peer has not sent a close frame
	p.WriteFrame(rawpeer.Close, []byte("\x0f\xa2"))
	frames, _ := p.Drain()
	if len(frames) != 1 || frames[0].First != rawpeer.Pong || string(frames[0].Payload) != "late" {
		t.Errorf("behind the close frame %v, want the pong alone", frames)
	}
}

// If the application does not read after Close, the connection still ends.
func TestNobodyReads(t *testing.T) {
	events := make(chan event.CloseEvent, 1)
	wait := make(chan struct{})
	defer close(wait)
	p := serveBy(t, func(c *xnet.Conn) {
		c.CloseTimeout = 50 * time.Millisecond
		c.OnClose(func(e event.CloseEvent) { events <- e })
		if err := c.Close(4001, ""); err != nil {
			t.Error(err)
		}
		<-wait
	})
	select {
	case e := <-events:
		if e != event.Abnormal() {
			t.Errorf("event %v, want 1006", e)
		}
	case <-time.After(rawpeer.Patience):
		t.Fatal("no event")
	}
	if f, err := p.ReadFrame(); err != nil || string(f.Payload) != "\x0f\xa1" {
		t.Errorf("the peer read %v, %v", f, err)
	}
	if f, err := p.ReadFrame(); err == nil {
		t.Errorf("TCP is open, the peer read %v", f)
	}
}
