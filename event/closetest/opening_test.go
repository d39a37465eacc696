//go:build go1.22

package closetest

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"
)

// A run ends if the first opening handshake fails, and later if three fail in succession.
func TestOpenings(t *testing.T) {
	bad := errors.New("bad")
	for _, tt := range []struct {
		name string
		errs []error
		want bool
	}{
		{"the first fails", []error{bad}, true},
		{"four fail, but not in a row", []error{nil, bad, bad, nil, bad, bad}, false},
		{"three fail in a row", []error{nil, bad, bad, bad}, true},
	} {
		ctx, cancel := context.WithCancel(context.Background())
		r := newRunner(ServerRole, nil, 0, Hooks{}, nil, cancel)
		for i, err := range tt.errs {
			if ok := r.opening(ctx, r.rows[i], err); ok != (err == nil) {
				t.Errorf("%s: row %d can run: %v", tt.name, i+1, ok)
			}
		}
		_, err := r.end(ctx)
		if ended := ctx.Err() != nil; ended != tt.want || (err == bad) != tt.want {
			t.Errorf("%s: ended %v, error %v", tt.name, ended, err)
		}
		cancel()
	}
}

// A request has the caller's URL and header, and does not change them.
func TestRequest(t *testing.T) {
	s := &Server{URL: "ws://me:secret@example.com/chat?row=mine&room=1",
		Header: http.Header{"Origin": {"http://elsewhere.example"}, "Authorization": {"Bearer x"}}}
	u, err := s.parse()
	if err != nil {
		t.Fatal(err)
	}
	req, key := s.request(u, rowOf(t, "7.4.1/1"))
	if q := req.URL.Query(); len(q["row"]) != 1 || q.Get("row") != "7.4.1/1" || q.Get("room") != "1" {
		t.Errorf("the query is %v", q)
	}
	if h := req.Header; h.Get("Origin") != "http://elsewhere.example" || h.Get("Authorization") != "Bearer x" || h.Get("Sec-WebSocket-Key") != key || h.Get("Sec-WebSocket-Version") != "13" {
		t.Errorf("the header is %v", h)
	}
	if len(s.Header) != 2 || u.RawQuery != "row=mine&room=1" {
		t.Errorf("the caller's header is %v, the query %q", s.Header, u.RawQuery)
	}
}

// One failed connection among others breaks a MUST.
func TestNoConnection(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	run := newRunner(ServerRole, nil, 0, Hooks{}, nil, cancel)
	run.opening(ctx, run.rows[0], nil)
	run.opening(ctx, run.rows[1], errors.New("refused"))
	r := run.report.Results[1]
	if broken := r.Broken(Must); !r.Ran || len(broken) != 1 || broken[0].Part != PartConnect {
		t.Errorf("ran %v, %v", r.Ran, r.Findings)
	}
}

// agrees does the opening handshake with one more header, and waits for the end.
func agrees(t *testing.T, header string, ended chan<- bool) string {
	return "ws://" + listen(t, func(c net.Conn) {
		if req := readRequest(c); req != nil {
			io.WriteString(c, switchingProtocols(req)+header+"\r\n\r\n")
			io.Copy(io.Discard, c)
			ended <- true
		}
	})
}

// A server must not agree on what was not offered (RFC 6455, 4.1). closetest then closes
// the connection.
func TestServerAgreesOnTooMuch(t *testing.T) {
	t.Parallel()
	for _, header := range []string{
		"Sec-WebSocket-Protocol: superchat",
		"Sec-WebSocket-Extensions: permessage-deflate",
		"Sec-WebSocket-Extensions: permessage-other",
	} {
		ended := make(chan bool, 1)
		s := Server{URL: agrees(t, header, ended), Subprotocols: []string{"chat"}}
		u, err := s.parse()
		if err != nil {
			t.Fatal(err)
		}
		p, _, err := s.dial(bounded(t), u, rowOf(t, "7.4.1/1"), patience)
		if err == nil || !strings.Contains(err.Error(), "not offered") {
			t.Errorf("%s: %v", header, err)
		}
		if p != nil {
			p.close()
		}
		select {
		case <-ended:
		case <-time.After(patience):
			t.Errorf("%s: the connection is open", header)
		}
	}
}

// A connection that fails in TLS is closed too.
func TestTLSFails(t *testing.T) {
	t.Parallel()
	ended := make(chan bool, 1)
	s := Server{URL: "wss://" + listen(t, func(c net.Conn) {
		io.WriteString(c, "no TLS at all")
		io.Copy(io.Discard, c)
		ended <- true
	}), Timeout: patience, Select: only("7.4.1/1")}
	if _, err := within(t, s.Run); err == nil {
		t.Error("no error")
	}
	select {
	case <-ended:
	case <-time.After(patience):
		t.Error("the connection is open")
	}
}

// The peer agrees on the first subprotocol that the client offers.
func TestRespond(t *testing.T) {
	client, conn := net.Pipe()
	client.SetDeadline(time.Now().Add(patience))
	p := newPeer(bounded(t), conn, bufio.NewReader(conn), ClientRole, patience)
	defer p.close()
	req := &http.Request{Header: http.Header{"Sec-Websocket-Key": {"dGhlIHNhbXBsZSBub25jZQ=="}, "Sec-Websocket-Protocol": {"chat, superchat"},
		"Sec-Websocket-Extensions": {deflateName}}}
	go p.respond(req, Row{Deflate: true, Steps: []Step{{Do: Pause}}})
	res, err := http.ReadResponse(bufio.NewReader(client), nil)
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		"Sec-WebSocket-Accept":     "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=", // RFC 6455, 1.3
		"Sec-WebSocket-Protocol":   "chat",
		"Sec-WebSocket-Extensions": deflateName + "; server_no_context_takeover; client_no_context_takeover",
	} {
		if got := res.Header.Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
}

// A client may run the same row again: the last result counts.
func TestRowComesTwice(t *testing.T) {
	run := newRunner(ClientRole, only("7.4.1/1", "7.4.1/2"), 0, Hooks{}, nil, func() {})
	c := newClientRun(context.Background(), &Client{}, run)
	for range 2 {
		s, err := c.take("7.4.1/2")
		if err != nil {
			t.Fatal(err)
		}
		c.ran(s, Result{Row: s.row, Ran: true})
	}
	if len(run.report.Results) != 2 || run.report.NotRun() != 1 {
		t.Errorf("%d of %d rows have not run, want 1 of 2", run.report.NotRun(), len(run.report.Results))
	}
}

// ErrNoCall from a hook is not a finding.
func TestNoCall(t *testing.T) {
	t.Parallel()
	hooks := Hooks{
		Close:    func(context.Context, string, int, string) error { return ErrNoCall },
		Reported: func(context.Context, string) (Reported, error) { return Reported{}, ErrNoCall },
	}
	s := Server{URL: serveStack(t, stack{}, new(App)), Timeout: patience, Hooks: hooks, Select: only("7.4.1/1", "7.1.2/1")}
	report, err := within(t, s.Run)
	if err != nil || report.Err(May) != nil {
		t.Fatal(err, report.Err(May))
	}
	if r := report.Results; !r[0].Ran || r[1].Ran || r[1].Why != string(ErrNoCall) {
		t.Errorf("ran: %v and %v, %q", r[0].Ran, r[1].Ran, r[1].Why)
	}
}
