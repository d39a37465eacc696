//go:build go1.25

package closing_test

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"net"
	"os"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"example.com/closeframe/code"
	"example.com/closeframe/event"
	"example.com/closeframe/event/closing"
	"example.com/closeframe/frame"
)

// A pair is a server's connection over a link, and the other end of the link.
type pair struct {
	*closing.Conn
	ours   *linkEnd
	peer   *linkEnd
	r      *bufio.Reader // of peer
	events []event.CloseEvent
}

func newPair() *pair {
	ours, theirs := link()
	p := &pair{Conn: closing.Server(ours), ours: ours, peer: theirs, r: bufio.NewReader(theirs)}
	p.CloseTimeout = timeout
	p.OnClose(func(e event.CloseEvent) { p.events = append(p.events, e) })
	return p
}

// bubble runs f in a bubble, and closes the peer's end when f returns.
func bubble(t *testing.T, f func(t *testing.T, p *pair)) {
	synctest.Test(t, func(t *testing.T) {
		p := newPair()
		defer p.peer.Close()
		defer p.Terminate()
		f(t, p)
	})
}

// skip has the peer read n bytes.
func (p *pair) skip(t *testing.T, n int) {
	t.Helper()
	if _, err := io.CopyN(io.Discard, p.r, int64(n)); err != nil {
		t.Fatal(err)
	}
	synctest.Wait()
}

// next returns the next frame that the peer reads.
func (p *pair) next(t *testing.T) rawFrame {
	t.Helper()
	f, err := readRaw(p.r)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func (p *pair) wantFrame(t *testing.T, op byte, payload string) {
	t.Helper()
	if f := p.next(t); f.op != op || string(f.payload) != payload {
		t.Errorf("the peer read the frame %v, want %v", f, rawFrame{op: op, payload: []byte(payload)})
	}
}

// start calls f and returns a channel with its error.
func start(f func() error) chan error {
	c := make(chan error, 1)
	go func() { c <- f() }()
	synctest.Wait()
	return c
}

func (p *pair) startSend(payload []byte) chan error {
	return start(func() error { return write(p.Conn, false, payload) })
}

func wantDone(t *testing.T, what string, c chan error) error {
	t.Helper()
	select {
	case err := <-c:
		return err
	default:
		t.Fatalf("%s has not returned", what)
		return nil
	}
}

func wantWaiting(t *testing.T, what string, c chan error) {
	t.Helper()
	select {
	case err := <-c:
		t.Fatalf("%s returned %v, want it to wait", what, err)
	default:
	}
}

// The size of the header of a message, and of one of at most 65535 bytes.
const header, shortHeader = 10, 4

// The reader does not wait for a message; its pong follows the message.
func TestPongWaitsForMessage(t *testing.T) {
	bubble(t, func(t *testing.T, p *pair) {
		message := make([]byte, 2*window)
		sent := p.startSend(message)
		wantWaiting(t, "Send", sent)
		for _, s := range []string{"1", "2", "3"} {
			wantDone(t, "Pong", start(func() error { p.Pong([]byte(s)); return nil }))
		}
		p.wantFrame(t, opText, string(message))
		p.wantFrame(t, opPong, "3")
		if err := <-sent; err != nil {
			t.Error(err)
		}
		p.Pong([]byte("4"))
		p.wantFrame(t, opPong, "4")
	})
}

// While Send writes the pong that was left to it, the reader waits for that pong, but
// not for the next message.
func TestPongWaitsForNextMessage(t *testing.T) {
	bubble(t, func(t *testing.T, p *pair) {
		first := p.startSend(make([]byte, window-shortHeader+1)) // one byte is too many
		p.Pong([]byte("1"))
		second := p.startSend(make([]byte, 2*window))
		io.ReadFull(p.peer, make([]byte, 1))
		synctest.Wait()
		wantWaiting(t, "Send", first) // it writes the pong
		pong := start(func() error { p.Pong([]byte("2")); return nil })
		wantWaiting(t, "Pong", pong)
		io.ReadFull(p.peer, make([]byte, 100))
		synctest.Wait()
		wantDone(t, "Send", first)
		wantDone(t, "Pong", pong)
		wantWaiting(t, "the second Send", second)
	})
}

// A payload that no ping can have is not sent back.
func TestLongPong(t *testing.T) {
	bubble(t, func(t *testing.T, p *pair) {
		p.Pong(make([]byte, 126))
		p.Pong(make([]byte, 125))
		p.wantFrame(t, opPong, string(make([]byte, 125)))
	})
}

// Messages that wait for their turn have it.
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

// A pong has a deadline, the message after it has not.
func TestPongCutsMessage(t *testing.T) {
	bubble(t, func(t *testing.T, p *pair) {
		p.Pong(nil)
		sent := p.startSend(make([]byte, 2*window))
		p.Pong(nil)
		time.Sleep(10 * timeout)
		wantWaiting(t, "Send", sent)
		p.wantFrame(t, opPong, "")
		p.next(t)
		p.wantFrame(t, opPong, "")
		if err := <-sent; err != nil {
			t.Error(err)
		}
		time.Sleep(10 * timeout)
		if err := write(p.Conn, false, nil); err != nil {
			t.Error(err)
		}
	})
}

// A peer that pings and reads nothing has one CloseTimeout, not a second one.
func TestPingFloodTakesTwoTimeouts(t *testing.T) {
	bubble(t, func(t *testing.T, p *pair) {
		sent := p.startSend(make([]byte, window-shortHeader))
		wantDone(t, "Send", sent)
		begin := time.Now()
		p.Pong(nil)
		serve(p.Conn, p.ours, false)
		if d := time.Since(begin); d > timeout+timeout/8 {
			t.Errorf("the end took %v", d)
		}
		if err := p.Err(); !errors.Is(err, os.ErrDeadlineExceeded) {
			t.Errorf("error %v", err)
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

// After a write that failed nothing is sent, and what the peer sent counts.
func TestSendAfterFailedWrite(t *testing.T) {
	for name, first := range map[string]func(*closing.Conn) error{
		"Send":  func(c *closing.Conn) error { return write(c, false, []byte("hello")) },
		"Pong":  func(c *closing.Conn) error { c.Pong([]byte("hello")); return nil },
		"Close": func(c *closing.Conn) error { return c.Close(4001, "hello") },
	} {
		for _, left := range []int{0, 1, 2, 5} {
			synctest.Test(t, func(t *testing.T) {
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

// Nor is anything waited for, if a pong failed after our close frame.
func TestDrainAfterFailedPong(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
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
		synctest.Test(t, func(t *testing.T) {
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
			theirs.Write([]byte("more")) // to be discarded: a reset could destroy the answer
			theirs.Close()
			synctest.Wait()
			if e, _ := event.From(wantDone(t, "Receive", ended)); e != byeClean {
				t.Errorf("event %v, want %v", e, byeClean)
			}
		})
	}
}

// A layered connection is like a *tls.Conn whose peer does not read: CloseWrite waits
// for the connection below to be closed, as does Close unless that is closed first.
type layered struct {
	*linkEnd
	hangs  bool
	halves int
}

func (l *layered) NetConn() net.Conn { return l.linkEnd }

func (l *layered) CloseWrite() error {
	l.halves++
	if l.hangs {
		l.wait()
	}
	return nil
}

func (l *layered) Close() error {
	l.wait()
	return nil
}

func (l *layered) wait() {
	l.cond.L.Lock()
	defer l.cond.L.Unlock()
	for !l.closed {
		l.cond.Wait()
	}
}

// The CloseWrite and the Close of TLS may wait for a peer that does not read.
func TestCloseWriteHangs(t *testing.T) {
	for _, client := range []bool{false, true} {
		for _, hangs := range []bool{false, true} {
			synctest.Test(t, func(t *testing.T) {
				ours, theirs := link()
				theirs.CloseWrite()
				l := &layered{linkEnd: ours, hangs: hangs}
				c := closing.Server(l)
				if client {
					c = closing.Client(l)
				}
				c.CloseTimeout = timeout
				begin := time.Now()
				c.Receive(nil)
				if d := time.Since(begin); d > timeout || !hangs && d > 0 {
					t.Errorf("client %v: the end took %v", client, d)
				}
				if l.halves != 1 {
					t.Errorf("client %v: CloseWrite was called %d times", client, l.halves)
				}
				theirs.Close()
			})
		}
	}
}

// A slow connection writes what it was given, even after it was closed.
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

// Another connection must not get the buffer of one whose frame is still being written.
func TestBufferIsShared(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
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

// When the end begins, the message that is being written is finished, before the close
// frame and before the answer, and those that wait are refused.
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
			if e, ok := event.From(err); !ok || e != p.events[0] {
				t.Errorf("%s: the error of the waiting Send now has the event %v, %v", name, e, ok)
			}
		})
	}
}

// What is not written within CloseTimeout is cut, and its error says so.
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

// A function that hangs in Send keeps nobody else.
func TestSendHangs(t *testing.T) {
	for name, begin := range map[string]func(p *pair) error{
		"Close":   func(p *pair) error { return p.Close(4000, "") },
		"Receive": func(p *pair) error { return p.Receive(nil) },
		"Fail":    func(p *pair) error { return p.Fail(1002, "", nil) },
		"End":     func(p *pair) error { return p.End(nil) },
	} {
		bubble(t, func(t *testing.T, p *pair) {
			free := make(chan struct{})
			sent := start(func() error {
				return p.Send(func(io.Writer) error { <-free; return nil })
			})
			waiting := p.startSend(nil)
			at := time.Now()
			begun := start(func() error { return begin(p) })
			wantDone(t, "the waiting Send", waiting)
			time.Sleep(timeout) // and nobody reads
			synctest.Wait()
			wantDone(t, name, begun)
			p.Pong(nil)
			if d := time.Since(at); d > timeout {
				t.Errorf("%s: the end took %v", name, d)
			}
			if len(p.events) != 1 || !p.ours.closed {
				t.Errorf("%s: events %v, TCP closed: %v", name, p.events, p.ours.closed)
			}
			wantWaiting(t, "Send", sent)
			close(free)
			if err := <-sent; err != nil {
				t.Error(err) // it had nothing to complain about
			}
		})
	}
}

// Close in the function of a Send waits for itself, for CloseTimeout.
func TestCloseInsideSend(t *testing.T) {
	bubble(t, func(t *testing.T, p *pair) {
		err := p.Send(func(io.Writer) error { return p.Close(4000, "") })
		if !errors.Is(err, net.ErrClosed) || len(p.events) != 1 {
			t.Errorf("Send: %v, events %v", err, p.events)
		}
	})
}

// A panic in the function of a Send goes on, and the connection ends.
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

// A connection without deadlines is bounded by the timer.
type noDeadlines struct{ *linkEnd }

func (noDeadlines) SetDeadline(time.Time) error      { return os.ErrNoDeadline }
func (noDeadlines) SetReadDeadline(time.Time) error  { return os.ErrNoDeadline }
func (noDeadlines) SetWriteDeadline(time.Time) error { return os.ErrNoDeadline }

func TestNoDeadlines(t *testing.T) {
	for name, begin := range map[string]func(c *closing.Conn) error{
		"Receive": func(c *closing.Conn) error { return c.Receive(nil) },
		"Fail":    func(c *closing.Conn) error { return c.Fail(1002, "", nil) },
	} {
		synctest.Test(t, func(t *testing.T) {
			ours, theirs := link()
			c := closing.Server(noDeadlines{ours})
			c.CloseTimeout = timeout
			wantDone(t, "Send", start(func() error { return write(c, false, make([]byte, window-shortHeader)) }))
			at := time.Now()
			begin(c)
			if d := time.Since(at); d > timeout {
				t.Errorf("%s: the end took %v", name, d)
			}
			theirs.Close()
		})
	}
}

// What is asked after the end is answered, though the Handshake serves another
// connection by then.
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
		{"nobody answers", func(p *pair) { p.Close(4001, "done"); p.End(nil) }, facts{4001, 0, true, true, nil}, event.Abnormal()},
		{"the peer closes", func(p *pair) { p.Receive([]byte(bye)) }, facts{4000, 0, true, false, nil}, byeClean},
		{"a malformed close", func(p *pair) { p.Receive([]byte("\x07\xd0no")) }, facts{1002, 2000, true, false, frame.ErrCode}, event.Abnormal()},
		{"a reason that is not UTF-8", func(p *pair) { p.Receive([]byte("\x03\xf0\xff")) }, facts{1007, 1008, true, false, frame.ErrUTF8}, event.Abnormal()},
		{"we fail", func(p *pair) { p.Fail(1009, "too big", errFrame) }, facts{1009, 0, true, true, nil}, event.Abnormal()},
		{"we fail with what cannot be sent", func(p *pair) { p.Fail(1006, "\xff", errFrame) }, facts{1011, 0, true, true, nil}, event.Abnormal()},
	} {
		bubble(t, func(t *testing.T, p *pair) {
			p.peer.CloseWrite()
			tc.end(p)
			other := newPair() // it may have the same Handshake
			other.Close(4444, "other")
			var got facts
			got.local, got.sent = p.Local()
			got.first = p.LocalFirst()
			got.fault, got.err = p.Fault()
			if got != tc.want {
				t.Errorf("%s: %v, want %v", tc.name, got, tc.want)
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

// A deadline of the application cannot prolong the end.
func TestReadDeadlineProlongs(t *testing.T) {
	bubble(t, func(t *testing.T, p *pair) {
		if err := p.SetReadDeadline(time.Now().Add(time.Hour)); err != nil {
			t.Error(err)
		}
		begin := time.Now()
		p.Close(4000, "")
		p.SetReadDeadline(time.Time{})
		go p.Close(4001, "")
		serve(p.Conn, p.ours, false)
		if d := time.Since(begin); d > timeout {
			t.Errorf("the end took %v", d)
		}
		if p.ours.begins != 1 {
			t.Errorf("the end was begun %d times", p.ours.begins)
		}
	})
}

// Once the connection has ended, its timer does not run any more.
func TestTimerIsLeft(t *testing.T) {
	bubble(t, func(t *testing.T, p *pair) {
		p.peer.CloseWrite()
		p.Close(4000, "")
		p.Receive(nil)
		calls := p.ours.calls
		time.Sleep(2 * timeout)
		if n := p.ours.calls - calls; n > 0 {
			t.Errorf("%d calls on the connection after the end", n)
		}
	})
}

// Close rejects what cannot be sent, and the connection goes on.
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
