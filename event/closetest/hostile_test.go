//go:build go1.22

package closetest

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

// listen serves each connection with f.
func listen(t *testing.T, f func(net.Conn)) (addr string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer c.Close()
				f(c)
			}()
		}
	}()
	return l.Addr().String()
}

// readRequest reads the opening handshake.
func readRequest(c net.Conn) *http.Request {
	req, _ := http.ReadRequest(bufio.NewReader(c))
	return req
}

// A run against something else than a WebSocket server ends in time, and the error says why.
func TestNoServer(t *testing.T) {
	t.Parallel()
	plain := httptest.NewServer(http.RedirectHandler("/elsewhere", http.StatusFound))
	t.Cleanup(plain.Close)
	say := func(s string) string {
		return "ws://" + listen(t, func(c net.Conn) { readRequest(c); io.WriteString(c, s) })
	}
	for _, tt := range []struct{ name, url, want string }{
		{"no URL", "127.0.0.1:80", "no WebSocket URL"},
		{"another scheme", "ftp://127.0.0.1/", "no WebSocket URL"},
		{"no host", "ws:///path", "no host"},
		{"nobody listens", "ws://127.0.0.1:1/", "no connection"},
		{"hangs", "ws://" + listen(t, func(c net.Conn) { io.Copy(io.Discard, c) }), "no answer in time"},
		{"hangs in TLS", "wss://" + listen(t, func(c net.Conn) { io.Copy(io.Discard, c) }), "no connection"},
		{"drops", "ws://" + listen(t, func(c net.Conn) { readRequest(c) }), "TCP ended without an answer"},
		{"says nothing of HTTP", say("SSH-2.0-OpenSSH_9.2p1\r\n"), `no HTTP answer, it begins with "SSH-2.0-O"`},
		{"stops in the response", say("HTTP/1.1 101 Switching"), "unexpected EOF"},
		{"endless header", "ws://" + listen(t, func(c net.Conn) {
			readRequest(c)
			io.WriteString(c, "HTTP/1.1 101 Switching Protocols\r\n")
			io.Copy(c, endless("a: b\r\n"))
		}), "unexpected EOF"}, // at the bound, and not when the time is over
		{"no line ends", "ws://" + listen(t, func(c net.Conn) { readRequest(c); io.Copy(c, endless("HTTP/1.1 ")) }), "unexpected EOF"},
		{"redirects", plain.URL, `redirects to "/elsewhere"`},
		{"not found", say("HTTP/1.1 404 Not Found\r\n\r\n"), `"404 Not Found", not 101`},
		{"a long response", say("HTTP/1.1 302 Found\r\nLocation: " + strings.Repeat("a", 60000) + "\r\n\r\n"), "redirects to"},
		{"another upgrade", say("HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\n\r\n"), `upgrades to "h2c"`},
		{"another key", say("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: x\r\n\r\n"), "Sec-WebSocket-Accept"},
		{"HTTP/2 alone", say("\x00\x00\x06\x04\x00\x00\x00\x00\x00\x00\x04\x00\x00\xff\xff"), "HTTP/2 alone"},
		{"HTTP/2 alone by ALPN", "wss://" + listen(t, func(c net.Conn) {
			io.ReadFull(c, make([]byte, 5)) // the alert no_application_protocol
			io.WriteString(c, "\x15\x03\x03\x00\x02\x02\x78")
			io.Copy(io.Discard, c)
		}), "HTTP/2 alone"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			insist(t, func(timeout time.Duration) error {
				s := Server{URL: tt.url, Timeout: timeout, TLSConfig: insecure}
				report, err := within(t, s.Run)
				if err == nil || !strings.Contains(err.Error(), tt.want) {
					return fmt.Errorf("error %v, want one with %q", err, tt.want)
				}
				if len(err.Error()) > 500 {
					t.Errorf("an error of %d bytes", len(err.Error()))
				}
				if report == nil || report.NotRun() != len(report.Results) {
					t.Error("rows ran")
				}
				return nil
			})
		})
	}
}

// endless repeats a string for ever, to a reader whose buffer is longer.
type endless string

func (s endless) Read(p []byte) (n int, err error) {
	for len(p)-n >= len(s) {
		n += copy(p[n:], s)
	}
	return n, nil
}

// upgraded does the opening handshake and then calls f.
func upgraded(t *testing.T, f func(net.Conn)) string {
	return "ws://" + listen(t, func(c net.Conn) {
		if req := readRequest(c); req != nil {
			io.WriteString(c, switchingProtocols(req)+"\r\n")
			f(c)
		}
	})
}

// A hostile server fails its row, in time.
func TestHostileServer(t *testing.T) {
	t.Parallel()
	huge := append([]byte{0x82, 127, 0, 0, 1, 0, 0, 0, 0, 0}, make([]byte, 64<<10)...) // 1 TB
	for _, tt := range []struct {
		name string
		f    func(net.Conn)
		want string
	}{
		{"silence", func(c net.Conn) { io.Copy(io.Discard, c) }, "TCP is still open"},
		// Closing TCP with data unread would reset it.
		{"drops", func(c net.Conn) { c.Read(make([]byte, 64)) }, "no close frame"},
		{"messages without end", func(c net.Conn) { io.Copy(c, endless("\x82\x01a")) }, "no close frame"},
		{"a message without end", func(c net.Conn) { c.Write(huge); io.Copy(c, endless("a")) }, "no close frame"},
		{"pongs without end", func(c net.Conn) { io.Copy(c, endless("\x8a\x01a")) }, "no close frame"},
		{"close frames without end", func(c net.Conn) { io.Copy(c, endless("\x88\x02\x03\xe9")) }, "a second close frame"},
		{"a huge close frame", func(c net.Conn) { c.Write([]byte{0x88}); c.Write(huge[1:]); io.Copy(c, endless("\x03\xe9")) }, "no close frame"},
		{"no frames", func(c net.Conn) { io.Copy(c, endless("HTTP/1.1 200 OK\r\n")) }, "expected"},
		{"a length of 64 bits", func(c net.Conn) { io.Copy(c, endless("\x82\x7f\xff\xff\xff\xff\xff\xff\xff\xff")) }, "first bit"},
		{"half a frame", func(c net.Conn) { c.Read(make([]byte, 64)); c.Write([]byte{0x88, 2, 3}) }, "inside a frame"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			url := upgraded(t, tt.f)
			insist(t, func(timeout time.Duration) error {
				report, err := within(t, (&Server{URL: url, Timeout: timeout, Select: only("7.4.1/2")}).Run)
				if err != nil {
					return err
				}
				if err := report.Err(Should); err == nil || !strings.Contains(err.Error(), tt.want) {
					return fmt.Errorf("error %v, want one with %q", err, tt.want)
				}
				return nil
			})
		})
	}
}

// If the server is gone, the run ends after a few more connections.
func TestServerGoesAway(t *testing.T) {
	t.Parallel()
	n := make(chan int, 1)
	n <- 0
	url := "ws://" + listen(t, func(c net.Conn) {
		i := <-n
		n <- i + 1
		if req := readRequest(c); req != nil && i < 5 {
			io.WriteString(c, switchingProtocols(req)+"\r\n\x88\x00")
		}
	})
	report, err := within(t, (&Server{URL: url, Timeout: patience, Parallel: 1}).Run)
	if err == nil || !strings.Contains(err.Error(), "TCP ended without an answer") {
		t.Errorf("error %v", err)
	}
	if ran := len(report.Results) - report.NotRun(); ran < 5 || ran > 10 {
		t.Errorf("%d rows ran", ran)
	}
	if i := <-n; i > 5+maxFailures {
		t.Errorf("%d connections", i)
	}
}

// hangs returns hooks that never return.
func hangs() Hooks {
	return Hooks{
		Reported: func(context.Context, string) (Reported, error) { select {} },
		Close:    func(context.Context, string, int, string) error { select {} },
	}
}

func TestHooksHang(t *testing.T) {
	t.Parallel()
	url := serveStack(t, stack{}, new(App))
	insist(t, func(timeout time.Duration) error {
		report, err := within(t, (&Server{URL: url, Timeout: timeout, Hooks: hangs(), Select: only("7.1.2/1")}).Run)
		if err != nil {
			return err
		}
		if err := report.Err(Must); err == nil || !strings.Contains(err.Error(), "the call did not return") {
			return fmt.Errorf("error %v, want one for the call", err)
		}
		return nil
	})
}

// A Dial that hangs and ignores its context does not hang the run.
func TestDialHangs(t *testing.T) {
	t.Parallel()
	c := Client{Timeout: short / 20, Dial: func(context.Context, string, string) error { select {} }}
	if _, err := within(t, c.Run); err == nil || !strings.Contains(err.Error(), "no connection in time") {
		t.Errorf("error %v", err)
	}
}

// A hook that calls testing.T.Fatal ends its goroutine. The row does not wait for it.
func TestHookEndsGoroutine(t *testing.T) {
	t.Parallel()
	hooks := Hooks{
		Reported: func(context.Context, string) (Reported, error) { runtime.Goexit(); return Reported{}, nil },
		Close:    func(context.Context, string, int, string) error { runtime.Goexit(); return nil },
	}
	s := Server{URL: serveStack(t, stack{}, new(App)), Timeout: forever, Hooks: hooks, Select: only("7.4.2/18")}
	report, err := within(t, s.Run)
	if err != nil {
		t.Fatal(err)
	}
	if err := report.Err(Should); err == nil || !strings.Contains(err.Error(), "nothing reported") {
		t.Errorf("error %v", err)
	}
}

// A call that returns an error while a frame is received does not hide the rest of it.
func TestRefusedCallDuringFrame(t *testing.T) {
	t.Parallel()
	half := make(chan bool)
	url := upgraded(t, func(c net.Conn) {
		c.Write([]byte{opText, 4, 'a'})
		close(half)
		io.ReadFull(c, make([]byte, 6+2+len(stillHere)))
		c.Write([]byte("bcd\x88\x02\x03\xe8"))
	})
	hooks := Hooks{Close: func(context.Context, string, int, string) error {
		<-half
		time.Sleep(50 * time.Millisecond) // the peer has read what there is
		return errRefused
	}}
	s := Server{URL: url, Timeout: patience, Hooks: hooks, Select: only("7.4.2/18")}
	report, err := within(t, s.Run)
	if err == nil {
		err = good(report)
	}
	if err != nil {
		t.Error(err)
	}
}

// exhausted is a listener that has no file descriptor at first.
type exhausted struct {
	net.Listener
	errs int
}

func (l *exhausted) Accept() (net.Conn, error) {
	if l.errs--; l.errs >= 0 {
		return nil, &net.OpError{Op: "accept", Err: syscall.EMFILE}
	}
	return l.Listener.Accept()
}

func TestNoDescriptorLeft(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	report, _ := within(t, func(ctx context.Context) (*Report, error) {
		ctx, cancel := context.WithCancel(ctx)
		r := newClientRun(ctx, &Client{}, newRunner(ClientRole, nil, patience, Hooks{}, nil, cancel))
		stop := r.listen(&exhausted{l, 3})
		go func() {
			r.waitFor(r.slots["7.4.1/1"])
			cancel()
		}()
		dialStack(ctx, stack{role: ClientRole}, new(App), "7.4.1/1", "ws://"+l.Addr().String()+"/?row=7.4.1/1")
		<-ctx.Done()
		stop()
		return r.report, nil
	})
	if n := len(report.Results) - report.NotRun(); n != 1 {
		t.Errorf("%d rows ran", n)
	}
}

// Cancelling ends a run at once, in the middle of four rows that read, and of one that
// pauses between its bytes.
func TestCancel(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		which func(Row) bool
		conns int32
	}{
		"rows that wait":    {isQuick, 4},
		"a row that pauses": {only("5.2/13"), 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ctx, cancel := context.WithCancel(bounded(t))
			var begun atomic.Int32
			s := Server{Timeout: forever, Select: tt.which, URL: upgraded(t, func(c net.Conn) {
				if c.Read(make([]byte, 1)); begun.Add(1) == tt.conns {
					cancel()
				}
				io.Copy(io.Discard, c)
			})}
			report, err := within(t, func(context.Context) (*Report, error) { return s.Run(ctx) })
			if !errors.Is(err, context.Canceled) || report.NotRun() != len(report.Results) {
				t.Errorf("error %v, %d of %d not run", err, report.NotRun(), len(report.Results))
			}
		})
	}
}

// late is a context that has ended, but whose children have not yet.
type late struct{ context.Context }

func (late) Done() <-chan struct{} { return nil }

// The peer of a run that ends is closed before the contexts of its rows end.
func TestCancelBeforeTheRow(t *testing.T) {
	ctx, cancel := context.WithCancel(bounded(t))
	cancel()
	_, conn := net.Pipe()
	p := newPeer(ctx, conn, bufio.NewReader(conn), ServerRole, patience)
	defer p.close()
	r := newRunner(ServerRole, only("7.4.1/1"), patience, Hooks{}, nil, cancel)
	if got := r.play(late{ctx}, r.rows[0], p, false); got.Ran {
		t.Errorf("the row ran: %v", got.Findings)
	}
}

// A run leaves no goroutine behind, whatever the peer does.
func TestNothingLeft(t *testing.T) {
	drops := upgraded(t, func(net.Conn) {})
	floods := upgraded(t, func(c net.Conn) { io.Copy(c, endless("\x82\x01a")) })
	before := runtime.NumGoroutine()
	for _, url := range []string{drops, floods} {
		insist(t, func(timeout time.Duration) error {
			report, err := within(t, (&Server{URL: url, Timeout: timeout / 20, Select: func(r Row) bool { return r.Section() == "7.4.1" }}).Run)
			if err == nil && report.NotRun() == len(report.Results) {
				err = errors.New("no row ran")
			}
			return err
		})
	}
	c := Client{Timeout: short / 20}
	if _, err := within(t, c.Run); err == nil || !strings.Contains(err.Error(), "no connection for") {
		t.Errorf("nobody connects: error %v", err)
	}
	var app App
	c.Hooks, c.Dial = app.Hooks(), func(ctx context.Context, row, url string) error { <-ctx.Done(); return ctx.Err() }
	if _, err := within(t, c.Run); err == nil || !strings.Contains(err.Error(), "no connection in time") {
		t.Errorf("a client that does not dial: error %v", err)
	}
	for begun := time.Now(); runtime.NumGoroutine() > before+2 && time.Since(begun) < 30*short; {
		time.Sleep(short / 50)
	}
	if n := runtime.NumGoroutine(); n > before+2 { // some are of the runtime, on wasm
		buf := make([]byte, 1<<16)
		t.Errorf("%d goroutines, %d before\n%s", n, before, buf[:runtime.Stack(buf, true)])
	}
}

// A run without a valid client ends in time, and the error says why.
func TestNoClient(t *testing.T) {
	t.Parallel()
	send := func(s string) func(string) error {
		return func(url string) error {
			c, err := net.Dial("tcp", strings.TrimSuffix(strings.TrimPrefix(url, "ws://"), "/"))
			if err != nil {
				return err
			}
			defer c.Close()
			io.WriteString(c, s)
			io.Copy(io.Discard, c)
			return nil
		}
	}
	const get = "GET / HTTP/1.1\r\nHost: x\r\n"
	for _, tt := range []struct {
		name  string
		visit func(url string) error
		want  string
	}{
		{"nobody connects", func(string) error { return nil }, "no connection for"},
		{"a browser's page", func(url string) error {
			res, err := http.Get(strings.Replace(url, "ws:", "http:", 1))
			if err != nil {
				return err
			}
			if res.Body.Close(); res.StatusCode != http.StatusBadRequest {
				t.Errorf("the page has the status %s", res.Status)
			}
			return nil
		}, "no request for a WebSocket"},
		{"silence", send(""), "opening handshake"},
		{"garbage", send("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\r\n\r\n"), "opening handshake"},
		{"HTTP/2 alone", send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), "HTTP/2 alone"},
		{"an endless header", send(get + strings.Repeat("a: b\r\n", 50000)), "opening handshake"},
		{"an old version", send(get + "Upgrade: websocket\r\nSec-WebSocket-Key: x\r\nSec-WebSocket-Version: 8\r\n\r\n"), `Version is "8"`},
		{"no such row", send("GET /?row=9/9 HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nSec-WebSocket-Key: x\r\nSec-WebSocket-Version: 13\r\n\r\n"), `no row "9/9"`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			insist(t, func(timeout time.Duration) (err error) {
				c := Client{Timeout: timeout / 4, OnListen: func(url string) { err = tt.visit(url) }}
				report, ended := within(t, c.Run)
				switch {
				case err != nil:
					return err
				case ended == nil || !strings.Contains(ended.Error(), tt.want):
					return fmt.Errorf("error %v, want one with %q", ended, tt.want)
				case report.NotRun() != len(report.Results):
					t.Error("rows ran")
				}
				return nil
			})
		})
	}
}

// Without Dial, clients connect by themselves: to / for the next row, until all have run.
func TestClientsConnectByThemselves(t *testing.T) {
	t.Parallel()
	ctx, app := bounded(t), App{}
	c := Client{Timeout: patience, Select: func(r Row) bool { return r.Section() == "5.5.1" }, OnListen: func(url string) {
		go func() {
			for range 3 { // without hooks
				dialStack(ctx, stack{role: ClientRole}, &app, "", url)
			}
			dialStack(ctx, stack{role: ClientRole}, &app, "", url+"?row=5.5.1/6")
			for range 3 {
				dialStack(ctx, stack{role: ClientRole}, &app, "", url)
			}
		}()
	}}
	report, err := within(t, c.Run)
	if err != nil {
		t.Fatal(err)
	}
	if err := report.Err(May); err != nil {
		t.Error(err)
	}
	if n := report.NotRun(); n != 2 {
		t.Errorf("%d rows not run, want the 2 that need a hook", n)
	}
}
