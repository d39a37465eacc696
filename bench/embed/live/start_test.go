package live

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"runtime"
	"testing"
	"time"
)

// A handshake that fails after the server has begun with the connection is an error
// of connect, and the app still counts once.
func TestHandshakeFailsLate(t *testing.T) {
	began := make(chan struct{})
	s := Stack{Name: "late", Serve: func(l net.Listener, app func(Conn)) func() {
		go func() {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			defer conn.Close()
			go func() { app(nil) }()
			<-began
			io.WriteString(conn, "HTTP/1.1 101 Switching Protocols\r\nSec-WebSocket-Accept: wrong\r\n\r\n")
		}()
		return nil
	}}
	r := Start(t, s, Server, func(Conn) { close(began) })
	if _, err := r.connect(nil); err == nil {
		t.Error("connect: no error for a wrong accept key")
	}
}

// A failing is a test that is expected to fail.
type failing struct{ testing.TB }

func (failing) Helper()               {}
func (failing) Errorf(string, ...any) {}
func (failing) Fatal(...any)          { runtime.Goexit() }
func (failing) Fatalf(string, ...any) { runtime.Goexit() }

// Pair fails the test where the stack has no connection; it does not wait for ever.
func TestPairFails(t *testing.T) {
	upgrade := func(http.ResponseWriter, *http.Request) (int, error) { return 0, nil }
	dial := func(ctx context.Context, url string) (int, error) {
		conn, err := net.Dial("tcp", url[len("ws://"):len(url)-len("/")])
		if err != nil {
			return 0, err
		}
		defer conn.Close()
		if _, err := io.WriteString(conn, "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"); err != nil {
			return 0, err
		}
		_, err = http.ReadResponse(bufio.NewReader(conn), nil)
		return 0, errors.Join(err, errors.New("not what it wants"))
	}
	failed := make(chan struct{})
	go func() {
		defer close(failed)
		Pair(failing{t}, Client, upgrade, dial)
		t.Error("Pair returns")
	}()
	select {
	case <-failed:
	case <-time.After(Patience):
		t.Fatal("Pair hangs")
	}
}
