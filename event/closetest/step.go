package closetest

import (
	"context"
	"sync/atomic"
	"time"
)

// A call is one call of the Close hook.
type call struct {
	hooks  Hooks
	row    string
	peer   *peer
	begun  bool
	failed int32 // atomic: it returned an error
	cancel context.CancelFunc
	done   chan struct{}
	err    error // once done
}

// start starts the call. An error of it interrupts the peer's read.
func (c *call) start(code int, reason string) {
	c.begun = true
	ctx, cancel := context.WithCancel(c.peer.ctx)
	c.cancel = cancel
	go func() {
		defer close(c.done)
		c.err = c.hooks.Close(ctx, c.row, code, reason)
		if c.err != nil {
			atomic.StoreInt32(&c.failed, 1)
			c.peer.SetReadDeadline(time.Unix(1, 0))
		}
	}()
}

// refused reports whether the call has returned an error.
func (c *call) refused() bool { return atomic.LoadInt32(&c.failed) == 1 }

// wait returns whether the call returned, within d, and with what.
func (c *call) wait(d time.Duration) (returned bool, err error) {
	if !c.begun {
		return false, nil
	}
	defer c.cancel()
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-c.done:
		return true, c.err
	case <-c.peer.ctx.Done():
	case <-t.C:
	}
	return false, nil
}

// moment is how long a Pause is.
const moment = 20 * time.Millisecond

// step does one step of a row.
func (p *peer) step(s Step, c *call) {
	if len(s.Bytes) > 0 && s.Do != Answer {
		p.sent = true
	}
	switch s.Do {
	case SendBytes:
		p.write(s.Bytes)
	case DripBytes:
		p.drip(s.Bytes, moment/4)
	case SlowBytes:
		p.drip(s.Bytes, p.timeout/10)
	case AskClose:
		c.start(s.Code, string(s.Reason))
	case Await:
		p.await()
	case Answer:
		p.await()
		p.sent = true
		p.write(s.Bytes)
	case Pause:
		p.pause(moment)
	case Stall:
		p.pause(p.timeout)
		p.buffer(1 << 20)
	case Flood:
		p.flood()
	case Hold:
		p.hold = true
	case FIN:
		p.endWrites()
	case RST:
		p.reset()
	}
}

// drip writes b byte by byte.
func (p *peer) drip(b []byte, pause time.Duration) {
	for i := range b {
		p.write(b[i : i+1])
		p.pause(pause)
	}
}

// end ends the row's connection. Where the application's call was refused, nothing
// came and nothing will: the peer closes instead, to see whether the connection is
// still good.
func (p *peer) end(c *call) {
	if c.begun && !p.sent && !p.hold {
		p.read(func() bool { return p.closed() || c.refused() })
		if !p.closed() && p.seen.end == open && c.refused() {
			p.sent = true
			p.write(p.under.frame(opClose, payload(1000, stillHere)))
		}
	}
	p.finish()
}
