package xnet_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"testing"

	"golang.org/x/net/websocket"

	"example.com/closeframe/bench/embed/rawpeer"
	"example.com/closeframe/bench/embed/xnet"
	"example.com/closeframe/event"
	"example.com/closeframe/frame"
)

// serve starts an echo server and returns a raw peer of it, and a channel with the last
// error of ReadFrame.
func serve(t *testing.T) (*rawpeer.Peer, chan error) {
	t.Helper()
	ended := make(chan error, 1)
	return serveBy(t, func(c *xnet.Conn) { ended <- echo(c) }), ended
}

// serveBy starts a server and returns a raw peer of it.
func serveBy(t *testing.T, f func(*xnet.Conn)) *rawpeer.Peer {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	stop := rawpeer.ServeHTTP(l, xnet.Handler(nil, f).ServeHTTP)
	t.Cleanup(stop)
	p, err := rawpeer.DialPeer(context.Background(), l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.Close() })
	return p
}

func echo(c *xnet.Conn) error {
	for {
		typ, b, err := c.ReadFrame()
		if err != nil {
			return err
		}
		if err := c.WriteFrame(typ, b); err != nil {
			return err
		}
	}
}

func TestFrames(t *testing.T) {
	p, ended := serve(t)
	for _, f := range []struct {
		sent, want byte
		size       int
	}{
		{rawpeer.Text, rawpeer.Text, 0},
		{rawpeer.Ping, rawpeer.Pong, 125},
		{rawpeer.Binary, rawpeer.Binary, 125},
		{rawpeer.Binary, rawpeer.Binary, 126},
		{rawpeer.Binary, rawpeer.Binary, 1 << 16},
		{rawpeer.Binary, rawpeer.Binary, 1 << 20},
	} {
		b := bytes.Repeat([]byte("x"), f.size)
		p.WriteFrame(f.sent, b)
		if got, err := p.ReadFrame(); err != nil || got.First != f.want || !bytes.Equal(got.Payload, b) {
			t.Errorf("%02x, %d bytes, is answered with %02x, %d bytes, %v", f.sent, f.size, got.First, len(got.Payload), err)
		}
	}
	p.WriteFrame(rawpeer.Close, nil)
	p.Drain()
	p.Close()
	if e, ok := event.From(<-ended); !ok || e != event.MustNew(1005, "", true) {
		t.Errorf("event %v", e)
	}
}

// Frames that fail the connection: the reply, the cause, and 1006.
func TestFail(t *testing.T) {
	masked := func(b ...byte) []byte { return append(b, 0, 0, 0, 0) } // with a key of zeros
	for _, tc := range []struct {
		name   string
		frame  []byte
		answer string
		cause  error // nil: any
	}{
		{"close, not masked", []byte{0x88, 0}, "\x03\xea", frame.ErrMask},
		{"close, fragmented", masked(0x08, 0x80), "\x03\xea", frame.ErrFragmented},
		{"close, RSV1", masked(0xc8, 0x80), "\x03\xea", frame.ErrReservedBits},
		{"close, 64-bit length", masked(0x88, 0xff, 0, 0, 0, 0, 0, 0, 0, 0), "\x03\xea", frame.ErrTooLong},
		// 125 bytes with a length in two or eight bytes (RFC 6455, section 5.2).
		{"close, 16-bit length", append(masked(0x88, 0xfe, 0, 125), make([]byte, 125)...), "\x03\xea", frame.ErrTooLong},
		{"close, 64-bit length for 125", append(masked(0x88, 0xff, 0, 0, 0, 0, 0, 0, 0, 125), make([]byte, 125)...), "\x03\xea", frame.ErrTooLong},
		{"ping of 126 bytes", append(masked(0x89, 0xfe, 0, 126), make([]byte, 126)...), "\x03\xea", frame.ErrTooLong},
		{"text, not masked", []byte{0x81, 0}, "\x03\xea", frame.ErrMask},
		{"text of 2 MiB", masked(0x82, 0xff, 0, 0, 0, 0, 0, 0x20, 0, 0), "\x03\xf1", nil},
		{"text of 2^63-1 bytes", masked(0x82, 0xff, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff), "\x03\xf1", nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			p, ended := serve(t)
			p.Write(tc.frame)
			frames, end := p.Drain()
			if len(frames) != 1 || frames[0].First != rawpeer.Close || string(frames[0].Payload) != tc.answer {
				t.Errorf("answer %v, want %x", frames, tc.answer)
			}
			if end != rawpeer.ByStack {
				t.Error("TCP stays open")
			}
			p.Close()
			err := <-ended
			if e, ok := event.From(err); !ok || e != event.Abnormal() {
				t.Errorf("error %v, want 1006", err)
			}
			if tc.cause != nil && !errors.Is(err, tc.cause) {
				t.Errorf("error %v, want the cause %v", err, tc.cause)
			}
		})
	}
}

// x/net itself returns the first part of a message as a whole one if TCP ends in it.
func TestCutMessage(t *testing.T) {
	p, ended := serve(t)
	f := p.AppendFrame(nil, rawpeer.Text, []byte("hello"))
	p.Write(f[:len(f)-1])
	p.CloseWrite()
	if got, err := p.ReadFrame(); err == nil {
		t.Errorf("got %q, want nothing", got.Payload)
	}
	err := <-ended
	if e, _ := event.From(err); e != event.Abnormal() || !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("error %v, want 1006 for io.ErrUnexpectedEOF", err)
	}
}

func TestTerminate(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	go func() {
		if p, err := rawpeer.AcceptPeer(l); err == nil {
			p.Drain()
			p.Close()
		}
	}()
	config, err := websocket.NewConfig("ws://"+l.Addr().String()+"/", "http://localhost/")
	if err != nil {
		t.Fatal(err)
	}
	tcp, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	c, err := xnet.NewClient(config, tcp)
	if err != nil {
		t.Fatal(err)
	}
	c.Terminate()
	if e, ok := event.From(echo(c)); !ok || e != event.Abnormal() {
		t.Errorf("event %v, want 1006", e)
	}
}
