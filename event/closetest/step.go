package closetest

import (
	"bytes"
	"context"
	"sync/atomic"
	"time"

	closeframe "example.com/closeframe/frame"
)

// moment is how long a Pause is.
const moment = 20 * time.Millisecond

// step does one step of a row, except for AskClose.
func (p *peer) step(s Step) {
	if len(s.Bytes) > 0 {
		atomic.StoreInt32(&p.sent, 1)
	}
	switch s.Do {
	case SendBytes:
		p.write(s.Bytes)
	case DripBytes:
		p.drip(s.Bytes, moment/4)
	case SlowBytes:
		p.drip(s.Bytes, p.timeout/10)
	case Await:
		p.await()
	case Pause:
		p.pause(moment)
	case Stall:
		p.pause(p.timeout)
		p.buffer(1 << 20) // after a Flood: let the peer read again
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

// call calls the Close hook. If that returns an error in a row of kind Send, and the peer
// has sent no close frame, the peer sends one: the reply shows whether the connection is
// still open. p.sent is atomic, since this runs beside finish.
func (p *peer) call(ctx context.Context, hooks Hooks, row Row, s Step) <-chan error {
	return start(func() (err error) {
		err = errGoexit
		defer func() {
			if err != nil && row.Kind == Send && atomic.CompareAndSwapInt32(&p.sent, 0, 1) {
				_, _ = p.Write(p.under.frame(opClose, payload(1000, stillHere)))
			}
		}()
		return hooks.Close(ctx, row.Name, s.Code, string(s.Reason))
	})
}

// drip writes b byte by byte.
func (p *peer) drip(b []byte, pause time.Duration) {
	for i := range b {
		p.write(b[i : i+1])
		p.pause(pause)
	}
}

// pause waits for d, or until the run ends.
func (p *peer) pause(d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-p.ctx.Done():
	}
}

// flood sends pings and reads nothing, until the stack stops reading or 8 MB are sent.
func (p *peer) flood() {
	p.buffer(4 << 10) // so that the stack's writes block soon
	ping := p.under.frame(opPing, make([]byte, 125))
	block := bytes.Repeat(ping, 512)
	for n := 0; n < 8<<20; n += len(block) {
		p.wait(p.timeout / 10) // if a block takes longer, the stack does not read
		if _, err := p.Write(block); err != nil {
			return
		}
	}
}

// finish replies to the stack's close frame unless the peer sent one, and reads until TCP
// ends. The server closes it first (RFC 6455, 7.1.1).
func (p *peer) finish() {
	if !p.waited {
		p.await()
	}
	if p.waited { // no close frame, and TCP is open: a second timeout would show no more
		return
	}
	if p.seen.close != nil && !p.hold {
		if atomic.CompareAndSwapInt32(&p.sent, 0, 1) {
			p.write(p.under.frame(opClose, response(*p.seen.close)))
		}
		if p.under == ClientRole {
			p.endWrites()
		}
	}
	p.read(func() bool { return false })
}

// response returns the payload of the right reply to a close frame.
func response(f frame) []byte {
	switch c, _, err := closeframe.Parse(f.payload); {
	case err != nil:
		return payload(int(closeframe.Answer(err)), "")
	case c == noStatus:
		return nil
	default:
		return payload(int(c), "")
	}
}
