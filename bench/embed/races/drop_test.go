package races

import (
	"errors"
	"fmt"
	"io"
	"net"
	"testing"
	"time"

	"github.com/gobwas/ws"

	"example.com/closeframe/bench/embed/gobwas"
	"example.com/closeframe/bench/embed/rawpeer"
	"example.com/closeframe/code"
	"example.com/closeframe/event"
)

// The close frame of the peers, and the events that it can cause.
var (
	bye        = withCode(1001, []byte("bye"))
	byeClean   = event.MustNew(code.GoingAway, "bye", true)
	byeUnclean = event.MustNew(code.GoingAway, "bye", false)
)

// drops are the ways in which TCP ends. A reset may lose bytes that were sent before
// it.
var drops = []struct {
	name  string
	drop  func(*net.TCPConn)
	loses bool
}{
	{"FIN", func(c *net.TCPConn) { c.Close() }, false},
	{"RST", func(c *net.TCPConn) { c.SetLinger(0); c.Close() }, true},
}

// The peer drops TCP before each byte of its close frame, and after the last one before
// it has read our reply.
func TestRaceDropInsideClose(t *testing.T) {
	testDropInside(t, func(*testing.T, *end, *rawpeer.Peer) {}, byeClean, byeUnclean, event.Abnormal())
}

// The same with the peer's reply to our close frame.
func TestRaceDropInsideAnswer(t *testing.T) {
	testDropInside(t, func(t *testing.T, e *end, p *rawpeer.Peer) {
		if err := e.Close(code.GoingAway, "bye"); err != nil {
			t.Fatal(err)
		}
		wantFrame(t, p, bye)
	}, byeClean, event.Abnormal())
}

// testDropInside drops TCP inside the peer's close frame, after first. lossy are the
// events that a drop which loses bytes can cause after the whole frame.
func testDropInside(t *testing.T, first func(*testing.T, *end, *rawpeer.Peer), lossy ...event.CloseEvent) {
	for _, role := range roles {
		for _, d := range drops {
			t.Run(fmt.Sprint(role, "/", d.name), func(t *testing.T) {
				for cut, last := 0, false; !last; cut++ {
					e, p := connect(t, role)
					e.read()
					first(t, e, p)
					b := p.AppendFrame(nil, rawpeer.Close, bye)
					last = cut == len(b)
					write(t, p, b[:cut])
					d.drop(p.TCPConn)
					switch {
					case !last:
						e.want(event.Abnormal())
					case d.loses:
						e.want(lossy...)
					default:
						e.want(byeClean)
					}
				}
			})
		}
	}
}

// We received the peer's close frame, but our reply cannot be written: the event has
// the code and the reason, and is not clean.
func TestRaceDropBeforeAnswer(t *testing.T) {
	left, right := net.Pipe()
	defer right.Close()
	e := newEnd(t, gobwas.NewConn(readOnly{left}, ws.StateClientSide))
	e.read()
	if _, err := right.Write(append([]byte{rawpeer.Close, byte(len(bye))}, bye...)); err != nil {
		t.Fatal(err)
	}
	right.Close()
	e.want(byeUnclean)
}

// readOnly is a connection whose first write fails.
type readOnly struct{ net.Conn }

func (readOnly) Write([]byte) (int, error) { return 0, errors.New("broken") }

// A server drops TCP before each byte of its part of the opening handshake: Dial
// returns an error and no connection.
func TestRaceDropWhileAccepting(t *testing.T) {
	const response = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n" +
		"Connection: Upgrade\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n"
	l := listen(t)
	go func() {
		for cut := range len(response) {
			c, err := l.Accept()
			if err != nil {
				return // the test has already failed
			}
			c.SetDeadline(time.Now().Add(rawpeer.Patience))
			c.Read(make([]byte, 1024)) // the request
			io.WriteString(c, response[:cut])
			c.Close()
		}
	}()
	for cut := range len(response) {
		dialed := make(chan error, 1)
		go func() {
			c, err := gobwas.Dial(t.Context(), url(l))
			if err == nil {
				c.Terminate()
			}
			dialed <- err
		}()
		if receive(t, dialed, "the result of Dial") == nil {
			t.Fatalf("after %d bytes of %d: connected", cut, len(response))
		}
	}
}

// A client drops TCP before each byte of its part: there is no connection, and the
// server still serves others.
func TestRaceDropWhileDialing(t *testing.T) {
	l := listen(t)
	conns := serve(t, l)
	request := "GET / HTTP/1.1\r\nHost: " + l.Addr().String() + "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" +
		"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
	for cut := range len(request) {
		c, err := net.Dial("tcp", l.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		io.WriteString(c, request[:cut])
		c.Close()
	}
	p, err := rawpeer.DialPeer(t.Context(), l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	e := newEnd(t, receive(t, conns, "the connection"))
	e.read()
	write(t, p, p.AppendFrame(nil, rawpeer.Close, bye))
	wantOnly(t, p, withCode(1001, nil))
	e.want(byeClean) // so this was the only connection
}

func write(t *testing.T, p *rawpeer.Peer, b []byte) {
	t.Helper()
	if _, err := p.Write(b); err != nil {
		t.Fatal(err)
	}
}

// wantFrame reads one frame, which must be a close frame with payload.
func wantFrame(t *testing.T, p *rawpeer.Peer, payload []byte) {
	t.Helper()
	f, err := p.ReadFrame()
	if err != nil || f.First != rawpeer.Close || string(f.Payload) != string(payload) {
		t.Fatalf("the peer got %02x % x, %v, want close with % x", f.First, f.Payload, err, payload)
	}
}
