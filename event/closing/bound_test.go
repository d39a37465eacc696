//go:build go1.25

package closing_test

import (
	"errors"
	"io"
	"net"
	"os"
	"testing"
	"testing/synctest"
	"time"

	"example.com/closeframe/event/closing"
)

// A layered connection is like a *tls.Conn whose peer does not read: CloseWrite and Close
// wait until the connection below is closed.
type layered struct {
	*linkEnd
	hangs  bool
	halves int
	closes int
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
	l.closes++
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
			inBubble(t, func(t *testing.T) {
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
				if l.halves != 1 || l.closes == 0 {
					t.Errorf("client %v: CloseWrite was called %d times, Close %d times", client, l.halves, l.closes)
				}
				theirs.Close()
			})
		}
	}
}

// bare is a wrapper whose NetConn returns nil.
type bare struct{ *linkEnd }

func (bare) NetConn() net.Conn { return nil }

func TestNoInnerConn(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		ours, theirs := link()
		closing.Server(bare{ours}).Terminate()
		if !ours.closed {
			t.Error("TCP is open")
		}
		theirs.Close()
	})
}

// If the function of a Send hangs, all other calls still return.
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
			replied := start(func() error { return p.Receive(nil) })
			wantDone(t, "the waiting Send", waiting)
			time.Sleep(timeout) // and nobody reads
			synctest.Wait()
			wantDone(t, name, begun)
			wantDone(t, "Receive after "+name, replied)
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
				t.Error(err) // its function returned nil
			}
		})
	}
}

// A connection without deadlines is bounded by the timer.
type noDeadlines struct{ *linkEnd }

func (noDeadlines) SetDeadline(time.Time) error { return os.ErrNoDeadline }

func (noDeadlines) SetReadDeadline(time.Time) error { return os.ErrNoDeadline }

func (noDeadlines) SetWriteDeadline(time.Time) error { return os.ErrNoDeadline }

func TestNoDeadlines(t *testing.T) {
	for name, begin := range map[string]func(c *closing.Conn) error{
		"Receive": func(c *closing.Conn) error { return c.Receive(nil) },
		"Fail":    func(c *closing.Conn) error { return c.Fail(1002, "", nil) },
		"Pong":    func(c *closing.Conn) error { c.Pong(nil); return nil },
	} {
		inBubble(t, func(t *testing.T) {
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

// If CloseTimeout is not set, a connection ends after DefaultCloseTimeout.
func TestDefaultTimeout(t *testing.T) {
	for _, d := range []time.Duration{0, -time.Second} {
		bubble(t, func(t *testing.T, p *pair) {
			p.CloseTimeout = d
			p.Close(4000, "")
			time.Sleep(closing.DefaultCloseTimeout - 1)
			synctest.Wait()
			early := p.Err()
			time.Sleep(time.Nanosecond)
			synctest.Wait()
			if early != nil || len(p.events) != 1 {
				t.Errorf("CloseTimeout %v: ended with %v before %v, then %d events", d, early, closing.DefaultCloseTimeout, len(p.events))
			}
		})
	}
}

// Nor can a deadline that is set while Receive waits for the peer to close TCP.
func TestReadDeadlineProlongsReceive(t *testing.T) {
	bubble(t, func(t *testing.T, p *pair) {
		ended := start(func() error { return p.Receive(nil) })
		p.SetReadDeadline(time.Time{})
		time.Sleep(timeout)
		synctest.Wait()
		wantDone(t, "Receive", ended)
	})
}

// Once the connection has ended, no timer of it runs any more.
func TestTimerIsLeft(t *testing.T) {
	for name, end := range map[string]func(t *testing.T, p *pair){
		"after the handshake": func(t *testing.T, p *pair) {
			p.peer.CloseWrite()
			p.Close(4000, "")
			p.Receive(nil)
		},
		"while a message is stuck": func(t *testing.T, p *pair) {
			p.startSend(make([]byte, 2*window))
			closed := start(func() error { return p.Close(4000, "") })
			wantWaiting(t, "Close", closed)
			p.Terminate()
		},
	} {
		bubble(t, func(t *testing.T, p *pair) {
			end(t, p)
			synctest.Wait()
			calls := p.ours.calls
			time.Sleep(2 * timeout)
			if n := p.ours.calls - calls; n > 0 {
				t.Errorf("%s: %d calls on the connection after the end", name, n)
			}
		})
	}
}

// A deadline of an open connection works, and End does not wait after it.
func TestReadDeadlineIsLost(t *testing.T) {
	bubble(t, func(t *testing.T, p *pair) {
		begin := time.Now()
		if err := p.SetReadDeadline(begin.Add(time.Second)); err != nil {
			t.Error(err)
		}
		err := serve(p.Conn, p.ours, false)
		if d := time.Since(begin); d != time.Second || !errors.Is(err, os.ErrDeadlineExceeded) {
			t.Errorf("error %v after %v", err, d)
		}
	})
}
