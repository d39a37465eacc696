//go:build go1.22

package closetest

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// serveStack serves a stack and returns its URL.
func serveStack(t *testing.T, s stack, app *App) string {
	t.Helper()
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		tcp, rw, err := w.(http.Hijacker).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		defer tcp.Close()
		offer := r.Header.Get("Sec-WebSocket-Extensions")
		h := "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: " +
			acceptKey(r.Header.Get("Sec-WebSocket-Key")) + "\r\n"
		if offer != "" {
			h += "Sec-WebSocket-Extensions: permessage-deflate\r\n"
		}
		tcp.Write([]byte(h + "\r\n"))
		s.start(tcp, rw.Reader, offer != "", app, r.URL.Query().Get("row")).serve()
	}))
	t.Cleanup(srv.Close)
	return strings.Replace(srv.URL, "http", "ws", 1)
}

const short = 2 * time.Second

// run runs the rows against a stack that is a server.
func run(t *testing.T, s stack, pattern string) *Report {
	t.Helper()
	var app App
	s.timeout = short / 2
	srv := Server{URL: serveStack(t, s, &app), Pattern: pattern, Timeout: short, Parallel: 8, Hooks: app.Hooks()}
	report, err := srv.Run(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return report
}

func TestGoodServer(t *testing.T) {
	t.Parallel()
	start := time.Now()
	report := run(t, stack{}, "")
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
