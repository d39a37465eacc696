//go:build go1.25

package closing_test

import (
	"bufio"
	"errors"
	"io"
	"os"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"example.com/closeframe/event"
	"example.com/closeframe/event/closing"
)

// The reader does not wait for a message; its pong follows the message.
func TestPongWaitsForMessage(t *testing.T) {
	bubble(t, func(t *testing.T, p *pair) {
		message := make([]byte, 2*window)
		sent := p.startSend(message)
		wantWaiting(t, "Send", sent)
		buf := make([]byte, 1) // of the reader, which uses it again
		for _, s := range []string{"1", "2", "3", "?"} {
			copy(buf, s)
			if s != "?" {
				wantDone(t, "Pong", start(func() error { p.Pong(buf); return nil }))
			}
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

// While Send writes a pong after its message, the next Pong waits for that pong, but not
// for the next messages.
func TestPongWaitsForNextMessage(t *testing.T) {
	bubble(t, func(t *testing.T, p *pair) {
		first := p.startSend(make([]byte, window-shortHeader+1)) // one byte is too many
		p.Pong([]byte("1"))
		second := p.startSend(make([]byte, 2*window))
		third := p.startSend(make([]byte, 2*window))
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
		wantWaiting(t, "the third Send", third)
	})
}

// A payload that is too long for a ping is not sent back.
func TestLongPong(t *testing.T) {
	bubble(t, func(t *testing.T, p *pair) {
		longest := strings.Repeat("x", 125)
		p.Pong(make([]byte, 126))
		p.Pong([]byte(longest))
		p.wantFrame(t, opPong, longest)
	})
}

// A pong has a deadline; the message after it has none.
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

// A peer that pings and reads nothing ends the connection after one CloseTimeout, not two.
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

// A close frame that waits for a message is sent before any pong.
func TestPongIsBeforeClose(t *testing.T) {
	for i := 0; i < 20; i++ {
		bubble(t, func(t *testing.T, p *pair) {
			free := make(chan struct{})
			start(func() error {
				p.Send(func(io.Writer) error { <-free; return nil })
				p.Pong([]byte("1"))
				return nil
			})
			start(func() error { return p.Close(4000, "") })
			close(free)
			p.wantFrame(t, opClose, "\x0f\xa0")
			p.wantFrame(t, opPong, "1")
		})
	}
}

// A pong that is begun before or after the end begins does not change its deadline.
func TestPongChangesDeadline(t *testing.T) {
	bubble(t, func(t *testing.T, p *pair) {
		wantDone(t, "Send", p.startSend(make([]byte, window-shortHeader)))
		pong := start(func() error { p.Pong(nil); return nil })
		wantWaiting(t, "Pong", pong)
		closed := start(func() error { return p.Close(4000, "") })
		p.skip(t, window)
		wantDone(t, "Pong", pong)
		wantDone(t, "Close", closed)
		time.Sleep(time.Second)
		p.Pong(nil)
		if got, want := p.ours.write.at, p.ours.read.at; got != want {
			t.Errorf("write deadline %v, want %v", got, want)
		}
	})
}

// A ping with the reply behind it gets its pong, even if our write has not returned yet.
func TestPongIsLost(t *testing.T) {
	for _, early := range []bool{true, false} {
		inBubble(t, func(t *testing.T) {
			ours, theirs := link()
			l := &late{linkEnd: ours, free: make(chan struct{})}
			c := closing.Server(l)
			start(func() error { return c.Close(4000, "") })
			c.Pong([]byte("1"))
			receive := func() error { return c.Receive([]byte(bye)) }
			var ended chan error
			if early {
				ended = start(receive)
			}
			l.free <- struct{}{} // the close frame
			synctest.Wait()
			if !early {
				ended = start(receive)
			}
			if ours.out.fin {
				t.Errorf("early %v: our direction was closed before the pong was sent", early)
			}
			close(l.free)
			r := bufio.NewReader(theirs)
			for _, want := range []byte{opClose, opPong} {
				if f, err := readRaw(r); f.op != want || err != nil {
					t.Errorf("early %v: read %v, %v, want opcode %d", early, f, err, want)
				}
			}
			theirs.Close()
			if e, _ := event.From(<-ended); e != byeClean {
				t.Errorf("early %v: event %v, want %v", early, e, byeClean)
			}
		})
	}
}
