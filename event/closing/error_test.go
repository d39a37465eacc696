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

	"example.com/closeframe/event/closing"
	"example.com/closeframe/frame"
)

// The text of a writer's error says how the connection ended, once it has.
func TestErrorText(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
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

// The cause is what went wrong first, not that the answer failed.
func TestCauseIsLost(t *testing.T) {
	for name, tc := range map[string]struct {
		end  func(c *closing.Conn) error
		want error
	}{
		"Receive": {func(c *closing.Conn) error { return c.Receive([]byte("\x03")) }, frame.ErrShortPayload},
		"Fail":    {func(c *closing.Conn) error { return c.Fail(1002, "", errFrame) }, errFrame},
	} {
		synctest.Test(t, func(t *testing.T) {
			ours, theirs := link()
			if err := tc.end(closing.Server(&failing{linkEnd: ours})); !errors.Is(err, tc.want) {
				t.Errorf("%s returned %v, want %v", name, err, tc.want)
			}
			theirs.Close()
		})
	}
}

// Where no call reports the cause, the error says what ended the connection.
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

// A slowClose connection returns from Close after its reader has the error.
type slowClose struct{ noDeadlines }

func (s slowClose) Close() error {
	if err := s.noDeadlines.Close(); err != nil {
		return err
	}
	time.Sleep(1)
	return nil
}

// The reader learns that the timer ended the connection, not that it was closed under it.
func TestReaderIsToldClosed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
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
