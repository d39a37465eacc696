package live

import (
	"context"
	"net"
	"net/http"
	"testing"
	"time"
)

// NewStack returns the stack of a package that upgrades in an http.Handler: upgrade
// and dial make its connections, conn says how an application sees one.
func NewStack[C any](name string,
	upgrade func(http.ResponseWriter, *http.Request) (C, error),
	dial func(ctx context.Context, url string) (C, error),
	conn func(C) Conn,
) Stack {
	return Stack{
		Name: name,
		Serve: func(l net.Listener, app func(Conn)) func() {
			return ServeHTTP(l, func(w http.ResponseWriter, r *http.Request) {
				if c, err := upgrade(w, r); err == nil { // else the peer is told
					app(conn(c))
				}
			})
		},
		Dial: func(ctx context.Context, url string) (Conn, error) {
			c, err := dial(ctx, url)
			if err != nil {
				return nil, err
			}
			return conn(c), nil
		},
	}
}

// ServeHTTP is most of Serve for a stack that upgrades in an http.Handler.
func ServeHTTP(l net.Listener, h http.HandlerFunc) (stop func()) {
	s := &http.Server{Handler: h}
	go s.Serve(l)
	return func() { s.Close() }
}

// Pair returns the two ends of one connection: that of such a package, in the role,
// and the raw one.
func Pair[C any](t testing.TB, role Role,
	upgrade func(http.ResponseWriter, *http.Request) (C, error),
	dial func(ctx context.Context, url string) (C, error),
) (C, *Peer) {
	t.Helper()
	conns := make(chan C, 1)
	s := NewStack("pair", upgrade, func(ctx context.Context, url string) (C, error) {
		c, err := dial(ctx, url)
		if err != nil {
			close(conns)
		}
		return c, err
	}, func(c C) Conn { conns <- c; return nil })
	p := Start(t, s, role, func(Conn) {}).Connect()
	var c C
	var ok bool
	select {
	case c, ok = <-conns:
	case <-time.After(Patience):
	}
	if !ok {
		t.Fatalf("as %s: the stack has no connection", role)
	}
	return c, p
}
