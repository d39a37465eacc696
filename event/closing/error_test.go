//go:build go1.25

package closing_test

import (
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"example.com/closeframe/event"
	"example.com/closeframe/event/closing"
	"example.com/closeframe/frame"
)

// After the end, the text of a Send's error says how the connection ended.
func TestErrorText(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		ours, theirs := link()
		c := closing.Server(&failing{linkEnd: ours})
		first, second := write(c, false, nil), write(c, false, nil)
		const text = "closeframe: connection is closing"
		cause := ": " + syscall.ENOBUFS.Error()
		if first.Error() != text+cause || second.Error() != text {
			t.Errorf("before the end: %q and %q", first, second)
		}
		c.Receive([]byte(bye))
		want := `closeframe: connection closed: 4000 (private) "bye", not clean` + cause
		if first.Error() != want || second.Error() != want {
			t.Errorf("after the end: %q and %q, want %q", first, second, want)
		}
		theirs.Close()
	})
}

// The cause is what went wrong first, not the failed write of the reply.
func TestCauseIsLost(t *testing.T) {
	for name, tc := range map[string]struct {
		end  func(c *closing.Conn) error
		want error
	}{
		"Receive": {func(c *closing.Conn) error { return c.Receive([]byte("\x03")) }, frame.ErrShortPayload},
		"Fail":    {func(c *closing.Conn) error { return c.Fail(1002, "", errFrame) }, errFrame},
	} {
		inBubble(t, func(t *testing.T) {
			ours, theirs := link()
			if err := tc.end(closing.Server(&failing{linkEnd: ours})); !errors.Is(err, tc.want) {
				t.Errorf("%s returned %v, want %v", name, err, tc.want)
			}
			theirs.Close()
		})
	}
}

// If no call has the cause, the error says what ended the connection.
func TestNoCause(t *testing.T) {
	for name, tc := range map[string]struct {
		end  func(p *pair)
		want error
	}{
		"Terminate": {func(p *pair) { p.Terminate() }, net.ErrClosed},
		"timer":     {func(p *pair) { p.Close(4000, ""); time.Sleep(timeout) }, os.ErrDeadlineExceeded},
	} {
		bubble(t, func(t *testing.T, p *pair) {
			if err := p.Err(); err != nil {
				t.Errorf("error %v before the end", err)
			}
			tc.end(p)
			synctest.Wait()
			if err := p.Err(); !errors.Is(err, tc.want) {
				t.Errorf("%s: error %v, want %v", name, err, tc.want)
			}
			p.Send(func(io.Writer) error { t.Errorf("%s: Send writes after the end", name); return nil })
		})
	}
}

// A slowClose connection returns from Close after its reader has returned.
type slowClose struct{ noDeadlines }

func (s slowClose) Close() error {
	if err := s.noDeadlines.Close(); err != nil {
		return err
	}
	time.Sleep(time.Nanosecond)
	return nil
}

// The reader's error says that the timer ended the connection, not that it is closed.
func TestTimerIsNotTheCause(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		ours, theirs := link()
		c := closing.Server(slowClose{noDeadlines{ours}})
		c.CloseTimeout = timeout
		read := start(func() error { return serve(c, ours, false) })
		c.Close(4000, "")
		if err := <-read; !errors.Is(err, os.ErrDeadlineExceeded) {
			t.Errorf("error %v, want %v", err, os.ErrDeadlineExceeded)
		}
		time.Sleep(time.Second) // the timer's goroutine
		theirs.Close()
	})
}

// The error of a Send can be passed to End or Fail of another connection, and vice versa:
// a proxy does so. No error may then contain itself.
func TestCauseContainsItself(t *testing.T) {
	for name, end := range map[string]func(c *closing.Conn, err error) error{
		"End":  func(c *closing.Conn, err error) error { return c.End(err) },
		"Fail": func(c *closing.Conn, err error) error { return c.Fail(1011, "", err) },
	} {
		inBubble(t, func(t *testing.T) {
			var conns [2]*closing.Conn
			var errs [2]error
			for i := range conns {
				ours, theirs := link()
				defer theirs.Close()
				conns[i] = closing.Server(ours)
				conns[i].CloseTimeout = timeout
				conns[i].Close(1001, "")
				errs[i] = write(conns[i], false, nil)
			}
			for i, c := range conns {
				err := end(c, fmt.Errorf("proxy: %w", errs[1-i]))
				if !errors.Is(err, net.ErrClosed) {
					t.Errorf("%s returned %v, want net.ErrClosed", name, err)
				}
			}
			for _, err := range errs {
				steps := 0
				for ; err != nil && steps < 10; steps++ {
					err = errors.Unwrap(err)
				}
				if err != nil {
					t.Errorf("%s: an error without an end", name)
				}
			}
		})
	}
}

// The write error of another connection is a cause, but its event is not ours.
func TestCauseOfOtherConnection(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		ours, theirs := link()
		to := closing.Server(&failing{linkEnd: ours})
		from, peer := link()
		err := closing.Server(from).End(write(to, false, nil))
		if !errors.Is(err, syscall.ENOBUFS) {
			t.Errorf("End returned %v, want the cause %v", err, syscall.ENOBUFS)
		}

		to.Terminate()
		next, _ := link()
		c := closing.Server(next)
		err = c.Send(func(io.Writer) error { return to.Err() })
		if e, ok := event.From(err); ok {
			t.Errorf("before the end, From returned %v, which is the other's", e)
		}
		c.Receive([]byte(bye))
		if e, _ := event.From(err); e.Code() != 4000 {
			t.Errorf("From returned %v, want 4000", e)
		}
		theirs.Close()
		peer.Close()
	})
}
