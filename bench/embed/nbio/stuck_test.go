package nbio_test

import (
	"bufio"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"testing"
	"time"

	"github.com/lesismal/nbio/nbhttp"
	"github.com/lesismal/nbio/nbhttp/websocket"

	"example.com/closeframe/bench/embed/live"
	"example.com/closeframe/bench/embed/nbio"
	"example.com/closeframe/event"
)

// A hijacked connection is one that no server has accepted.
type hijacked struct {
	http.ResponseWriter
	conn net.Conn
}

func (h hijacked) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	return h.conn, bufio.NewReadWriter(bufio.NewReader(h.conn), bufio.NewWriter(h.conn)), nil
}

// stuckPair returns a connection that is writing a message, its other end, which has
// not read it, and where WriteMessage returns.
func stuckPair(t *testing.T) (*nbio.Conn, net.Conn, chan error) {
	t.Helper()
	ours, theirs := net.Pipe()
	t.Cleanup(func() { theirs.Close() })
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	for k, v := range map[string]string{
		"Connection": "Upgrade", "Upgrade": "websocket",
		"Sec-WebSocket-Version": "13", "Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA==",
	} {
		r.Header.Set(k, v)
	}
	u := websocket.NewUpgrader()
	u.BlockingModAsyncWrite = false
	u.Engine = nbhttp.NewEngine(nbhttp.Config{})
	u.Engine.CheckUtf8 = nbio.CheckLater
	upgraded := make(chan error, 1)
	go func() { _, err := http.ReadResponse(bufio.NewReader(theirs), nil); upgraded <- err }()
	s := live.NewStuck(ours)
	c, err := nbio.Upgrade(u, echo, hijacked{httptest.NewRecorder(), s}, r)
	if err := errors.Join(err, <-upgraded); err != nil {
		t.Fatal(err)
	}
	<-s.Writing // the opening handshake, which has been read
	c.CloseTimeout = 50 * time.Millisecond
	written := make(chan error, 1)
	go func() { written <- c.WriteMessage(websocket.BinaryMessage, []byte("nobody reads")) }()
	<-s.Writing
	return c, theirs, written
}

// A peer that does not read cannot keep Close waiting for ever, nor the event.
func TestPeerDoesNotRead(t *testing.T) {
	c, _, written := stuckPair(t)
	closed, ended := make(chan error, 1), make(chan error, 1)
	go func() {
		closed <- c.Close(4001, "")
		ended <- c.Wait()
	}()
	select {
	case err := <-ended:
		if e, ok := event.From(err); !ok || e != event.Abnormal() {
			t.Errorf("%v, want 1006", err)
		}
	case <-time.After(live.Patience):
		t.Fatal("no end")
	}
	for _, err := range []error{<-closed, <-written} {
		if !errors.Is(err, os.ErrDeadlineExceeded) {
			t.Errorf("%v, want %v", err, os.ErrDeadlineExceeded)
		}
	}
}

// Of a close frame behind half a frame the peer would make the other half.
func TestNothingAfterFailedWrite(t *testing.T) {
	c, theirs, written := stuckPair(t)
	if _, err := theirs.Read(make([]byte, 1)); err != nil {
		t.Fatal(err)
	}
	if err := c.Close(4001, ""); !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("Close: %v, want %v", err, os.ErrDeadlineExceeded)
	}
	<-written
	came := make(chan []byte, 1)
	go func() { b, _ := io.ReadAll(theirs); came <- b }()
	_ = c.Close(4001, "") // an error, unless all has ended meanwhile
	if b := <-came; len(b) > 0 {
		t.Errorf("% x was sent after the failed write", b)
	}
}

// A close frame leaves by Close alone, and once.
func TestCloseFrame(t *testing.T) {
	for _, role := range roles {
		c, p := pair(t, role)
		if err := c.WriteMessage(websocket.CloseMessage, []byte("\x0f\xa1")); err == nil {
			t.Errorf("%s: WriteMessage takes a close frame", role)
		}
		if err := c.Close(4002, ""); err != nil {
			t.Errorf("%s: Close: %v", role, err)
		}
		p.WriteFrame(live.Close, []byte("\x0f\xa2"))
		frames, _ := p.Drain()
		if len(frames) != 1 || string(frames[0].Payload) != "\x0f\xa2" {
			t.Errorf("%s: sent %v, want close with 4002 alone", role, frames)
		}
	}
}
