//go:debug asynctimerchan=0
//go:build go1.25

package closing_test

import (
	"io"
	"net"
	"os"
	"sync"
	"syscall"
	"time"
)

// window is how many bytes a direction of a link holds before a write blocks.
const window = 1 << 16

// link returns the two ends of a connection that behaves like TCP: it buffers, either end
// can half-close, and an end is reset if the other closes with data unread or before it
// receives more. All waits are on a sync.Cond, so that synctest's clock advances.
func link() (a, b *linkEnd) {
	var mu sync.Mutex
	cond := sync.NewCond(&mu)
	ab, ba := &direction{}, &direction{}
	a, b = &linkEnd{cond: cond, in: ba, out: ab}, &linkEnd{cond: cond, in: ab, out: ba}
	a.peer, b.peer = b, a
	return a, b
}

type direction struct {
	data []byte
	fin  bool
}

type linkEnd struct {
	cond    *sync.Cond // shared with peer
	peer    *linkEnd
	in, out *direction
	closed  bool
	err     error // of a reset
	read    deadline
	write   deadline

	began    time.Time // the first SetDeadline: the end begins
	begins   int       // how often SetDeadline was called
	closedAt time.Time
	calls    int // all calls
}

// A deadline wakes those that wait when it is over.
type deadline struct {
	at    time.Time
	timer *time.Timer
}

func (d *deadline) set(t time.Time, wake func()) {
	if d.timer != nil {
		d.timer.Stop()
	}
	d.at, d.timer = t, nil
	if !t.IsZero() {
		d.timer = time.AfterFunc(time.Until(t), wake)
	}
}

func (d *deadline) over() bool { return !d.at.IsZero() && !time.Now().Before(d.at) }

func (e *linkEnd) lock() func() {
	e.cond.L.Lock()
	e.calls++
	return e.cond.L.Unlock
}

func (e *linkEnd) Read(p []byte) (int, error) {
	defer e.lock()()
	for {
		switch {
		case e.closed:
			return 0, e.opError("read", net.ErrClosed)
		case e.read.over():
			return 0, e.opError("read", os.ErrDeadlineExceeded)
		case len(e.in.data) > 0:
			n := copy(p, e.in.data)
			e.in.data = e.in.data[n:]
			e.cond.Broadcast()
			return n, nil
		case e.err != nil:
			return 0, e.opError("read", e.err)
		case e.in.fin:
			return 0, io.EOF
		}
		e.cond.Wait()
	}
}

func (e *linkEnd) Write(p []byte) (n int, err error) {
	defer e.lock()()
	for {
		switch {
		case e.closed:
			return n, e.opError("write", net.ErrClosed)
		case e.write.over():
			return n, e.opError("write", os.ErrDeadlineExceeded)
		case e.err != nil, e.out.fin:
			return n, e.opError("write", syscall.EPIPE)
		case n == len(p):
			return n, nil
		case e.peer.closed:
			n = len(p) // sent, and answered by a reset
			e.reset()
		case len(e.out.data) < window:
			k := len(p) - n
			if free := window - len(e.out.data); k > free {
				k = free
			}
			e.out.data = append(e.out.data, p[n:n+k]...)
			n += k
			e.cond.Broadcast()
			if n == len(p) {
				return n, nil
			}
			continue
		default:
			e.cond.Wait()
			continue
		}
		return n, nil
	}
}

func (e *linkEnd) opError(op string, err error) error {
	return &net.OpError{Op: op, Net: "link", Err: err}
}

// reset makes e the receiver of a reset.
func (e *linkEnd) reset() {
	e.err, e.in.data = syscall.ECONNRESET, nil
	e.cond.Broadcast()
}

func (e *linkEnd) CloseWrite() error {
	defer e.lock()()
	e.out.fin = true
	e.cond.Broadcast()
	return nil
}

func (e *linkEnd) Close() error {
	defer e.lock()()
	if e.closed {
		return net.ErrClosed
	}
	e.closed, e.out.fin, e.closedAt = true, true, time.Now()
	e.read.set(time.Time{}, nil)
	e.write.set(time.Time{}, nil)
	if len(e.in.data) > 0 {
		e.peer.reset()
	}
	e.cond.Broadcast()
	return nil
}

// Reset closes as with SetLinger(0).
func (e *linkEnd) Reset() {
	e.Close()
	defer e.lock()()
	e.peer.reset()
}

func (e *linkEnd) wake() {
	e.cond.L.Lock()
	e.cond.Broadcast()
	e.cond.L.Unlock()
}

func (e *linkEnd) setDeadlines(t time.Time, ds ...*deadline) error {
	if e.closed {
		return net.ErrClosed
	}
	for _, d := range ds {
		d.set(t, e.wake)
	}
	e.cond.Broadcast()
	return nil
}

func (e *linkEnd) SetDeadline(t time.Time) error {
	defer e.lock()()
	if e.begins++; e.begins == 1 {
		e.began = time.Now()
	}
	return e.setDeadlines(t, &e.read, &e.write)
}

func (e *linkEnd) SetReadDeadline(t time.Time) error {
	defer e.lock()()
	return e.setDeadlines(t, &e.read)
}

func (e *linkEnd) SetWriteDeadline(t time.Time) error {
	defer e.lock()()
	return e.setDeadlines(t, &e.write)
}

func (e *linkEnd) LocalAddr() net.Addr  { return &net.UnixAddr{Name: "link"} }
func (e *linkEnd) RemoteAddr() net.Addr { return &net.UnixAddr{Name: "link"} }
