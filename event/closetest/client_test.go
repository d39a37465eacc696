//go:build go1.22

package closetest

import (
	"bufio"
	"context"
	"io"
	"net"
	"net/http"
	"net/url"
	"testing"
	"time"
)

// dialStack connects a stack as a client and serves the connection to its end.
func dialStack(ctx context.Context, s stack, app *App, row, addr string) error {
	u, err := url.Parse(addr)
	if err != nil {
		return err
	}
	tcp, err := new(net.Dialer).DialContext(ctx, "tcp", u.Host)
	if err != nil {
		return err
	}
	defer tcp.Close()
	io.WriteString(tcp, "GET "+u.RequestURI()+" HTTP/1.1\r\nHost: "+u.Host+"\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"+
		"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"+
		"Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n\r\n")
	r := bufio.NewReader(tcp)
	res, err := http.ReadResponse(r, nil)
	if err != nil {
		return err
	}
	if s.faults.lateBytes {
		r.Discard(r.Buffered())
	}
	s.start(tcp, r, res.Header.Get("Sec-WebSocket-Extensions") != "", app, row).serve()
	return nil
}

// runClient runs the rows against a stack that is a client.
func runClient(t *testing.T, s stack, pattern string) *Report {
	t.Helper()
	var app App
	s.timeout, s.role = short/2, ClientRole
	c := Client{Pattern: pattern, Timeout: short, Parallel: 8, Hooks: app.Hooks(), Dial: func(ctx context.Context, row, url string) error {
		return dialStack(ctx, s, &app, row, url)
	}}
	report, err := c.Run(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return report
}

func TestGoodClient(t *testing.T) {
	t.Parallel()
	start := time.Now()
	report := runClient(t, stack{}, "")
	for _, r := range report.Results {
		if !r.Ran {
			t.Errorf("%s was not run: %s", r.Row.Name, r.Why)
		}
		for _, f := range r.Findings {
			t.Errorf("%s: %v %s: %s", r.Row.Name, f.Level, f.Part, f.Text)
		}
		if r.Seconds > 0.1 {
			t.Log(r.Row.Name, r.Row.Title, r.Seconds)
		}
	}
	t.Log(len(report.Results), time.Since(start))
}
