//go:build go1.25

package closing_test

import (
	"errors"
	"io"
	"net"
	"os"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"example.com/closeframe/event"
	"example.com/closeframe/event/closing"
)

// All messages that wait are sent.
func TestSendWaitsForEver(t *testing.T) {
	bubble(t, func(t *testing.T, p *pair) {
		var sent []chan error
		for range 4 {
			sent = append(sent, p.startSend(make([]byte, 2*window)))
		}
		p.skip(t, 4*(2*window+header))
		for _, s := range sent {
			if err := wantDone(t, "Send", s); err != nil {
				t.Error(err)
			}
		}
	})
}

// A failing connection fails to write after some bytes.
type failing struct {
	*linkEnd
	left   int
	after  []byte // written after the failure
	halves int
}

func (f *failing) Write(p []byte) (int, error) {
	n := len(p)
	if n > f.left {
		n = f.left
	}
	f.left -= n
	n, err := f.linkEnd.Write(p[:n])
	if err == nil && n < len(p) {
		f.after = append(f.after, p[n:]...)
		err = syscall.ENOBUFS
	}
	return n, err
}

func (f *failing) CloseWrite() error { f.halves++; return f.linkEnd.CloseWrite() }

// After a failed write nothing is sent, and the peer's close frame still counts.
func TestSendAfterFailedWrite(t *testing.T) {
	for name, first := range map[string]func(*closing.Conn) error{
		"Send":  func(c *closing.Conn) error { return write(c, false, []byte("hello")) },
		"Pong":  func(c *closing.Conn) error { c.Pong([]byte("hello")); return nil },
		"Close": func(c *closing.Conn) error { return c.Close(4001, "hello") },
	} {
		for _, left := range []int{0, 1, 2, 5} {
			inBubble(t, func(t *testing.T) {
				ours, theirs := link()
				f := &failing{linkEnd: ours, left: left}
				c := closing.Server(f)
				if err := first(c); name != "Pong" && (!errors.Is(err, syscall.ENOBUFS) || !errors.Is(err, net.ErrClosed)) {
					t.Errorf("%s: %v, want %v and %v", name, err, syscall.ENOBUFS, net.ErrClosed)
				}
				f.left, f.after = 1000, nil
				c.Pong([]byte("late"))
				if err := write(c, false, nil); !errors.Is(err, net.ErrClosed) {
					t.Errorf("%s, then Send: %v, want %v", name, err, net.ErrClosed)
				}
				if err := c.Close(4002, ""); !errors.Is(err, syscall.ENOBUFS) || !errors.Is(err, net.ErrClosed) {
					t.Errorf("%s, then Close: %v, want %v", name, err, syscall.ENOBUFS)
				}
				time.Sleep(timeout / 2) // it still counts
				begin := time.Now()
				err := c.Receive([]byte(bye))
				if e, _ := event.From(err); e != byeUnclean || !errors.Is(err, syscall.ENOBUFS) {
					t.Errorf("%s, then Receive: %v, want %v for %v", name, err, byeUnclean, syscall.ENOBUFS)
				}
				if b, _ := io.ReadAll(theirs); len(b) > left {
					t.Errorf("%s, after %d bytes: the peer read % x", name, left, b)
				}
				if f.halves > 0 || time.Since(begin) > 0 {
					t.Errorf("%s: half-closed %d times, and %v for the end", name, f.halves, time.Since(begin))
				}
				if _, ok := c.Local(); ok {
					t.Errorf("%s: Local reports a close frame", name)
				}
				theirs.Close()
			})
		}
	}
}

// A careless connection returns no error for a short write.
type careless struct{ failing }

func (c *careless) Write(p []byte) (int, error) {
	n, _ := c.failing.Write(p)
	return n, nil
}

// A control frame that was cut does not count as sent.
func TestCutFrameCountsAsSent(t *testing.T) {
	for name, first := range map[string]func(*closing.Conn) error{
		"Close": func(c *closing.Conn) error { return c.Close(4000, "") },
		"Pong":  func(c *closing.Conn) error { c.Pong([]byte("hello")); return io.ErrShortWrite },
	} {
		inBubble(t, func(t *testing.T) {
			ours, theirs := link()
			f := &careless{failing{linkEnd: ours, left: 3}}
			c := closing.Server(f)
			err := first(c)
			f.left = 1000
			if again := c.Close(4001, ""); !errors.Is(err, io.ErrShortWrite) || !errors.Is(again, io.ErrShortWrite) {
				t.Errorf("%s: %v, then Close: %v, want %v", name, err, again, io.ErrShortWrite)
			}
			if _, ok := c.Local(); ok {
				t.Errorf("%s: Local reports a close frame", name)
			}
			c.Terminate()
			theirs.Close()
		})
	}
}

// After a pong failed, the end does not wait for the peer, even if our close frame was sent.
func TestDrainAfterFailedPong(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		ours, theirs := link()
		f := &failing{linkEnd: ours, left: 4}
		c := closing.Server(f)
		if err := c.Close(4000, ""); err != nil {
			t.Error(err)
		}
		c.Pong(nil)
		begin := time.Now()
		if e, _ := event.From(c.Receive([]byte(bye))); e != byeClean {
			t.Errorf("event %v, want %v: both close frames have passed", e, byeClean)
		}
		if f.halves > 0 || time.Since(begin) > 0 {
			t.Errorf("half-closed %d times, and %v for the end", f.halves, time.Since(begin))
		}
		theirs.Close()
	})
}

// When the end begins, the message that is being written is finished before our close
// frame, and those that wait are rejected.
func TestMessageIsCut(t *testing.T) {
	for name, begin := range map[string]func(p *pair) error{
		"Close":   func(p *pair) error { return p.Close(4000, "") },
		"Receive": func(p *pair) error { return p.Receive([]byte("\x0f\xa0")) },
		"Fail":    func(p *pair) error { return p.Fail(4000, "", nil) },
	} {
		bubble(t, func(t *testing.T, p *pair) {
			sent := p.startSend(make([]byte, 3*window))
			waiting := p.startSend(nil)
			wantWaiting(t, "Send", waiting)
			begun := start(func() error { return begin(p) })
			wantWaiting(t, name, begun)
			err := wantDone(t, "Send", waiting)
			if _, ok := event.From(err); ok || !errors.Is(err, net.ErrClosed) {
				t.Errorf("%s: the waiting Send returned %v, want net.ErrClosed and no event", name, err)
			}
			for range 3 {
				time.Sleep(timeout / 4)
				p.skip(t, window)
			}
			p.skip(t, header)
			if err := <-sent; err != nil {
				t.Errorf("%s: Send: %v", name, err)
			}
			p.wantFrame(t, opClose, "\x0f\xa0")
			p.peer.Close()
			<-begun
			p.Terminate()
			synctest.Wait()
			if e, ok := event.From(err); !ok || e != p.events[0] {
				t.Errorf("%s: the error of the waiting Send now has the event %v, %v", name, e, ok)
			}
		})
	}
}

// A message that is not written within CloseTimeout is cut, and its error says so.
func TestMessageTakesTooLong(t *testing.T) {
	bubble(t, func(t *testing.T, p *pair) {
		sent := p.startSend(make([]byte, 2*window))
		begin := time.Now()
		err := p.Close(4000, "")
		if d := time.Since(begin); d > timeout || !errors.Is(err, os.ErrDeadlineExceeded) || !errors.Is(err, net.ErrClosed) {
			t.Errorf("Close: %v after %v, want a timeout", err, d)
		}
		if err := <-sent; !errors.Is(err, os.ErrDeadlineExceeded) || !errors.Is(err, net.ErrClosed) {
			t.Errorf("Send: %v, want a timeout", err)
		}
		var timed net.Error
		if !errors.As(err, &timed) || !timed.Timeout() {
			t.Errorf("errors.As finds %v", timed)
		}
	})
}

// Close in the function of a Send waits for itself, for CloseTimeout.
func TestCloseInsideSend(t *testing.T) {
	bubble(t, func(t *testing.T, p *pair) {
		err := p.Send(func(io.Writer) error { return p.Close(4000, "") })
		synctest.Wait() // for the listener, on the timer's goroutine
		if !errors.Is(err, net.ErrClosed) || len(p.events) != 1 {
			t.Errorf("Send: %v, events %v", err, p.events)
		}
	})
}

// While a reply waits for a message, Close does nothing: it does not wait too.
func TestCloseWhileReplyWaits(t *testing.T) {
	bubble(t, func(t *testing.T, p *pair) {
		message := make([]byte, 2*window)
		p.startSend(message)
		received := start(func() error { return p.Receive([]byte(bye)) })
		wantWaiting(t, "Receive", received)
		if err := wantDone(t, "Close", start(func() error { return p.Close(4001, "") })); err != nil {
			t.Error(err)
		}
		p.wantFrame(t, opText, string(message))
		p.wantFrame(t, opClose, "\x0f\xa0")
	})
}

// A panic in the function of a Send continues, and the connection ends.
func TestPanicInsideSend(t *testing.T) {
	bubble(t, func(t *testing.T, p *pair) {
		func() {
			defer func() {
				if got := recover(); got != "in write" {
					t.Errorf("recovered %v", got)
				}
			}()
			p.Send(func(io.Writer) error { panic("in write") })
		}()
		if err := write(p.Conn, false, nil); !errors.Is(err, net.ErrClosed) {
			t.Errorf("Send: %v", err)
		}
		time.Sleep(timeout)
		synctest.Wait()
		if len(p.events) != 1 {
			t.Error("no event")
		}
	})
}
