//go:build go1.24

package main

import (
	"bufio"
	"bytes"
	"crypto/sha1"
	"encoding/base64"
	"encoding/json"
	"encoding/xml"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// naive is a server that replies to any first frame with 1000 and closes TCP.
func naive(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Upgrade", "websocket")
	h.Set("Connection", "Upgrade")
	h.Set("Sec-WebSocket-Accept", accept(r.Header.Get("Sec-WebSocket-Key")))
	if protocols := r.Header.Get("Sec-WebSocket-Protocol"); protocols != "" {
		h.Set("Sec-WebSocket-Protocol", protocols)
	}
	w.WriteHeader(http.StatusSwitchingProtocols)
	c, rw, err := w.(http.Hijacker).Hijack()
	if err != nil {
		return
	}
	defer c.Close()
	rw.Flush()
	head := make([]byte, 6) // with the mask
	io.ReadFull(rw, head)
	io.CopyN(io.Discard, rw, int64(head[1]&0x7f))
	c.Write([]byte{0x88, 2, 3, 232})
}

// probed runs the subcommand and returns its outputs and status.
func probed(args ...string) (stdout, stderr string, status int) {
	var out, err bytes.Buffer
	status = run(append([]string{"probe"}, args...), strings.NewReader(""), &out, &err)
	return out.String(), err.String(), status
}

func TestProbeServer(t *testing.T) {
	srv := httptest.NewServer(http.HandlerFunc(naive))
	defer srv.Close()
	const (
		good   = "7.4.1/1"  // 1000
		should = "7.4.1/10" // 1004
		must   = "8.1/1"    // not UTF-8
		hook   = "7.1.2/1"
	)
	for _, tt := range []struct {
		args   string
		status int
		want   []string
	}{
		{"-row " + good, 0, []string{"ok      7.4.1/1   a close frame with code 1000\n", "all         1     0       0    0        0\n"}},
		{"-row " + must, 1, []string{"MUST    8.1/1     1007 expected for a reason that is not UTF-8, c0 80 (overlong) (RFC 6455, 8.1): answered 1000\n"}},
		{"-row " + should, 0, []string{"SHOULD  7.4.1/10  1002 expected for a close frame with code 1004, which is never on the wire (RFC 6455, 7.4.1): answered 1000\n"}},
		{"-strict -row " + should, 1, []string{"SHOULD  7.4.1/10 "}},
		{"-row " + hook + " -row " + good, 0, []string{"1 not run: the application has to close, and there is no Close hook\n"}},
		{"-row 7.4.1/2", 0, []string{"MAY     7.4.1/2   1001 expected"}},
		{"-row 11.7/1 -row " + should, 0, []string{"\n7.4.1       0     0       1    0        0\n11.7        0     0       0    1        0\n"}},
	} {
		stdout, stderr, status := probed(append(strings.Fields(tt.args), srv.URL)...)
		if status != tt.status || stderr != "" {
			t.Errorf("%s: status %d, want %d, and %q", tt.args, status, tt.status, stderr)
		}
		for _, want := range tt.want {
			if !strings.Contains(stdout, want) {
				t.Errorf("%s: no %q in\n%s", tt.args, want, stdout)
			}
		}
	}
}

func TestProbeJSON(t *testing.T) {
	srv := httptest.NewServer(http.HandlerFunc(naive))
	defer srv.Close()
	stdout, _, status := probed("-json", "-row", "8.1", srv.URL)
	lines := strings.Split(strings.TrimSuffix(stdout, "\n"), "\n")
	if status != exitFailed || len(lines) != 13 {
		t.Fatalf("status %d, %d lines", status, len(lines))
	}
	broken := 0
	for _, line := range lines {
		var r struct {
			Row      struct{ Name string }
			Ran      bool
			Findings []struct{ Level, Part, Text string }
		}
		if err := json.Unmarshal([]byte(line), &r); err != nil || !r.Ran || r.Row.Name == "" {
			t.Errorf("%v: %s", err, line)
		}
		for _, f := range r.Findings {
			if f.Level == "MUST" && f.Part == "answer" && strings.HasSuffix(f.Text, "answered 1000") {
				broken++
			}
		}
	}
	if broken != 10 {
		t.Errorf("%d answers break a MUST, want 10:\n%s", broken, stdout)
	}
}

func TestProbeJUnit(t *testing.T) {
	srv := httptest.NewServer(http.HandlerFunc(naive))
	defer srv.Close()
	name := filepath.Join(t.TempDir(), "report.xml")
	if _, stderr, status := probed("-junit", name, "-row", "8.1", "-row", "7.1.2/1", "-row", "7.4.1/2", srv.URL); status != exitFailed {
		t.Errorf("status %d: %s", status, stderr)
	}
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	var suite junitSuite
	if err := xml.Unmarshal(b, &suite); err != nil {
		t.Fatal(err)
	}
	if suite.Tests != 15 || suite.Failures != 10 || suite.Skipped != 1 || len(suite.Cases) != 15 {
		t.Errorf("%d tests, %d failures, %d skipped, %d cases, want 15, 10, 1, 15", suite.Tests, suite.Failures, suite.Skipped, len(suite.Cases))
	}
	var failed, skipped int
	var notes string
	for _, c := range suite.Cases {
		if c.Failure != nil {
			failed++
		}
		if c.Skipped != nil {
			skipped++
		}
		notes += c.Output
	}
	if failed != 10 || skipped != 1 || !strings.HasPrefix(notes, "1001 expected") {
		t.Errorf("%d cases failed, %d were skipped, want 10 and 1; the others say %q", failed, skipped, notes)
	}
	if _, stderr, status := probed("-junit", filepath.Join(name, "x"), "-row", "7.4.1/1", srv.URL); status != exitFailed || stderr == "" {
		t.Errorf("a report that cannot be written: status %d, %q", status, stderr)
	}
}

// The header, the host and the subprotocols reach the server, and -insecure accepts
// its certificate.
func TestProbeHandshake(t *testing.T) {
	var got http.Header
	var host string
	srv := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		got, host = r.Header, r.Host
		naive(w, r)
	}))
	srv.Config.ErrorLog = log.New(io.Discard, "", 0)
	defer srv.Close()
	args := []string{"-row", "7.4.1/1", "-H", "Authorization: Bearer x", "-H", "Host: elsewhere.example", "-H", "X: a", "-H", "X:b", "-subprotocol", "chat", srv.URL}
	_, stderr, status := probed(args...)
	if status != exitUsage || !strings.Contains(stderr, "certificate") || strings.Contains(stderr, "usage") {
		t.Errorf("status %d, %q, want the certificate rejected", status, stderr)
	}
	stdout, stderr, status := probed(append([]string{"-insecure"}, args...)...)
	if status != exitOK {
		t.Fatalf("status %d\n%s%s", status, stdout, stderr)
	}
	if got.Get("Authorization") != "Bearer x" || host != "elsewhere.example" || strings.Join(got["X"], " ") != "a b" || got.Get("Sec-WebSocket-Protocol") != "chat" {
		t.Errorf("header %v, host %q", got, host)
	}
}

// A web page, or an unreachable URL, is an error and not a failed row.
func TestProbeNoWebSocket(t *testing.T) {
	srv := httptest.NewServer(http.NotFoundHandler())
	defer srv.Close()
	stdout, stderr, status := probed(srv.URL)
	if want := "closeframe: opening handshake: \"404 Not Found\", not 101\n"; stdout != "" || stderr != want || status != exitUsage {
		t.Errorf("status %d, %q, %q, want %q", status, stdout, stderr, want)
	}
}

// Rows without a Close hook, or without permessage-deflate, cannot run: a run of only
// those is an error.
func TestProbeNoRow(t *testing.T) {
	srv := httptest.NewServer(http.HandlerFunc(naive))
	defer srv.Close()
	for _, tt := range []struct{ args, want string }{
		{"-row send " + srv.URL, "17 not run: the application has to close, and there is no Close hook\n"},
		{"-row send -listen :0", "17 not run: the application has to close, and there is no Close hook\n"},
		{"-row send -json " + srv.URL, `"why":"the application has to close, and there is no Close hook"`},
		{"-row 5.2/4 " + srv.URL, "1 not run: permessage-deflate is not agreed on\n"},
	} {
		stdout, stderr, status := probed(strings.Fields(tt.args)...)
		if status != exitUsage || !strings.HasSuffix(stderr, "closeframe: no row ran\n") || !strings.Contains(stdout, tt.want) {
			t.Errorf("%s: status %d, %q, and no %q in\n%s", tt.args, status, stderr, tt.want, stdout)
		}
	}
}

// notify is a writer that sends lines to a channel.
type notify chan string

func (n notify) Write(p []byte) (int, error) { n <- string(p); return len(p), nil }

func TestProbeListen(t *testing.T) {
	said := make(notify, 8)
	var out bytes.Buffer
	status := make(chan int, 1)
	go func() {
		status <- run([]string{"probe", "-listen", ":0", "-row", "7.4.1/1"}, nil, &out, said)
	}()
	_, addr, ok := strings.Cut(strings.TrimSpace(<-said), "clients connect to ws://127.0.0.1:")
	if !ok {
		t.Fatalf("stderr: %q", addr)
	}
	c, err := net.Dial("tcp", "127.0.0.1:"+strings.TrimSuffix(addr, "/"))
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	c.SetDeadline(time.Now().Add(time.Minute))
	io.WriteString(c, "GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: x\r\nSec-WebSocket-Version: 13\r\n\r\n")
	r := bufio.NewReader(c)
	if _, err := http.ReadResponse(r, nil); err != nil {
		t.Fatal(err)
	}
	r.Peek(4)
	c.Write([]byte{0x88, 0x82, 0, 0, 0, 0, 3, 232})
	io.Copy(io.Discard, r)
	c.Close()
	if s := <-status; s != exitOK || !strings.HasPrefix(out.String(), "ok      7.4.1/1 ") {
		t.Errorf("status %d\n%s", s, out.String())
	}
}

// Without any connection the run ends by itself.
func TestProbeListenAlone(t *testing.T) {
	_, stderr, status := probed("-listen", ":0", "-timeout", "20ms")
	if status != exitUsage || !strings.Contains(stderr, "no connection for 20ms") {
		t.Errorf("status %d, %q", status, stderr)
	}
}

// A signalling buffer closes begun at the first write.
type signalling struct {
	bytes.Buffer
	begun chan bool
}

func (s *signalling) Write(p []byte) (int, error) {
	if s.Len() == 0 {
		close(s.begun)
	}
	return s.Buffer.Write(p)
}

// A signal ends the run before its timeout, with the summary of the rows that ran.
func TestProbeInterrupt(t *testing.T) {
	self, _ := os.FindProcess(os.Getpid())
	if err := self.Signal(syscall.Signal(0)); err != nil {
		t.Skip("no signals here:", err)
	}
	for _, sig := range []os.Signal{os.Interrupt, syscall.SIGTERM} {
		survive(t, sig)
		out, stderr := &signalling{begun: make(chan bool)}, new(bytes.Buffer)
		srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Query().Get("row") == "7.4.1/1" {
				naive(w, r)
				return
			}
			<-out.begun // 7.4.1/1 has ended
			if err := self.Signal(sig); err != nil {
				t.Error(err)
			}
			<-r.Context().Done()
		}))
		status := run([]string{"probe", "-timeout", "1m", "-row", "7.4.1/1", "-row", "7.4.1/2", srv.URL}, nil, out, stderr)
		if status != exitFailed || stderr.String() != "closeframe: interrupted\n" {
			t.Errorf("%v: status %d, %q", sig, status, stderr)
		}
		if stdout := out.String(); !strings.Contains(stdout, "ok      7.4.1/1 ") || !strings.Contains(stdout, "1 not run: the run ended first\n") {
			t.Errorf("%v: printed\n%s", sig, stdout)
		}
		srv.Close()
	}
}

// survive lets the test survive a signal that the command under test ignores.
func survive(t *testing.T, sig os.Signal) {
	c := make(chan os.Signal, 1)
	signal.Notify(c, sig)
	t.Cleanup(func() { signal.Stop(c) })
}

// The run ends when its output fails.
func TestProbeOutputBroken(t *testing.T) {
	conns := make(chan bool, 1000)
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		conns <- true
		naive(w, r)
	}))
	defer srv.Close()
	if status := run([]string{"probe", srv.URL}, nil, &broken{}, io.Discard); status != exitFailed {
		t.Errorf("status %d", status)
	}
	if n := len(conns); n == 0 || n > 20 {
		t.Errorf("%d connections, want a few", n)
	}
}

// accept returns Sec-WebSocket-Accept for a key (RFC 6455, 4.2.2).
func accept(key string) string {
	sum := sha1.Sum([]byte(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"))
	return base64.StdEncoding.EncodeToString(sum[:])
}
