package rawpeer

import (
	"context"
	"errors"
	"net"
	"net/http"
	"os"
	"testing"
	"time"
)

// Patience bounds every wait of the package. Nothing that works needs that long.
const Patience = 10 * time.Second

// A Role is the side of the stack.
type Role uint8

const (
	Server Role = iota
	Client
)

func (r Role) String() string { return [...]string{"server", "client"}[r] }

// ServeHTTP serves l until stop is called.
func ServeHTTP(l net.Listener, h http.HandlerFunc) (stop func()) {
	s := &http.Server{Handler: h}
	go s.Serve(l)
	return func() { s.Close() }
}

// Pair returns the two ends of one connection: a stack's, in the role, and the raw one.
// The test closes the raw one at its end.
func Pair[C any](t testing.TB, role Role,
	upgrade func(http.ResponseWriter, *http.Request) (C, error),
	dial func(ctx context.Context, url string) (C, error),
) (C, *Peer) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	ctx, cancel := context.WithTimeout(context.Background(), Patience)
	defer cancel()
	conns, errs := make(chan C, 1), make(chan error, 1)
	opened := func(c C, err error) {
		conns <- c
		errs <- err
	}
	var p *Peer
	if role == Server {
		ServeHTTP(l, func(w http.ResponseWriter, r *http.Request) { opened(upgrade(w, r)) })
		p, err = DialPeer(ctx, l.Addr().String())
	} else {
		go func() { opened(dial(ctx, "ws://"+l.Addr().String()+"/")) }()
		p, err = AcceptPeer(l)
	}
	if err != nil {
		t.Fatalf("as %s: %v", role, err)
	}
	t.Cleanup(func() { p.Close() })
	c := <-conns
	if err := <-errs; err != nil {
		t.Fatalf("as %s: %v", role, err)
	}
	return c, p
}

// An End says which side closed TCP.
type End uint8

const (
	ByStack End = iota
	ByPeer      // the peer closed its direction, then the stack its own
	Never       // the stack kept its direction open
)

// Drain reads what the stack still sends until TCP is closed, which a server must do
// within Patience. A client leaves that to the peer (RFC 6455, section 7.1.1): the peer
// then closes its direction once it has read a close frame, in Drain or before.
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
