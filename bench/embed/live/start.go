package live

import (
	"context"
	"errors"
	"net"
	"os"
	"sync"
	"testing"
	"time"
)

// A Running is a stack that runs, as a server or as a client.
type Running struct {
	t     testing.TB
	stack Stack
	role  Role
	app   func(Conn)
	l     net.Listener // the stack's, or the one that the stack dials
	apps  sync.WaitGroup

	mu     sync.Mutex
	coming int // of a server: the apps that are counted and have not begun
}

// Start has a stack run app for each connection that Connect opens, until the
// test ends.
func Start(t testing.TB, s Stack, role Role, app func(Conn)) *Running {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	r := &Running{t: t, stack: s, role: role, app: app, l: l}
	stop := func() {}
	if role == Server {
		stop = s.Serve(l, r.run)
	}
	t.Cleanup(func() {
		if stop != nil {
			stop()
		}
		l.Close()
		r.wait()
	})
	return r
}

// run runs a server's app; connect has counted it.
func (r *Running) run(c Conn) {
	if r.take() {
		defer r.apps.Done()
	}
	r.app(c)
}

// take reports whether there is an app to come, and makes it the caller's to end.
func (r *Running) take() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.coming == 0 {
		return false
	}
	r.coming--
	return true
}

// count counts a server's app before it begins, which may be when the test ends.
func (r *Running) count() {
	r.apps.Add(1)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.coming++
}

// wait waits for the applications, so that none outlives the test.
func (r *Running) wait() {
	done := make(chan struct{})
	go func() { r.apps.Wait(); close(done) }()
	select {
	case <-done:
	case <-time.After(Patience):
		r.t.Errorf("%s as %s: an application hangs", r.stack.Name, r.role)
	}
}

// Connect returns the raw end of a new connection to the stack, which is closed
// at the end of the test at the latest.
func (r *Running) Connect() *Peer {
	r.t.Helper()
	return r.ConnectClosing(nil)
}

// ConnectClosing is Connect with a close frame in the same write as the raw end's
// half of the opening handshake.
func (r *Running) ConnectClosing(payload []byte) *Peer {
	r.t.Helper()
	p, err := r.connect(payload)
	if err != nil {
		r.t.Fatalf("%s as %s: %v", r.stack.Name, r.role, err)
	}
	r.t.Cleanup(func() { p.Close() })
	return p
}

func (r *Running) connect(early []byte) (*Peer, error) {
	ctx, cancel := context.WithTimeout(context.Background(), Patience)
	if r.role == Server {
		defer cancel()
		r.count()
		p, err := dialPeer(ctx, r.l.Addr().String(), early)
		if err != nil && r.take() {
			r.apps.Done() // none has begun
		}
		return p, err
	}
	r.apps.Add(1)
	go func() {
		defer r.apps.Done()
		defer cancel()
		c, err := r.stack.Dial(ctx, "ws://"+r.l.Addr().String()+"/")
		if err != nil {
			r.t.Errorf("%s: dial: %v", r.stack.Name, err)
			return
		}
		r.app(c)
	}()
	return acceptPeer(r.l, early)
}

// An End says who ended TCP.
type End uint8

const (
	ByStack End = iota
	ByPeer      // the peer closed its direction, then the stack its own
	Never       // the stack kept its direction open
)

// Drain reads what the stack still sends until TCP ends, which a server has to do
// within Patience. A stack that is the
// client leaves the end to the peer (RFC 6455, section 7.1.1): that closes its
// direction once it has read a close frame, here or before.
func (p *Peer) Drain() (frames []Frame, end End) {
	p.SetReadDeadline(time.Now().Add(Patience))
	for {
		if !p.client && p.closed && end == ByStack {
			end = p.endTCP()
		}
		f, err := p.ReadFrame()
		switch {
		case err == nil:
			frames = append(frames, f)
		case !errors.Is(err, os.ErrDeadlineExceeded):
			return frames, end
		case end == ByStack:
			end = p.endTCP()
		default:
			return frames, Never
		}
	}
}

// endTCP closes the peer's direction.
func (p *Peer) endTCP() End {
	p.CloseWrite()
	p.SetReadDeadline(time.Now().Add(Patience))
	return ByPeer
}
