//go:build go1.22

package closetest

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// serveStack serves a stack and returns its URL.
func serveStack(t *testing.T, s stack, app *App) string {
	t.Helper()
	srv := httptest.NewServer(serve(t, s, app))
	t.Cleanup(srv.Close)
	return strings.Replace(srv.URL, "http", "ws", 1)
}

// serve returns the handler of a stack.
func serve(t *testing.T, s stack, app *App) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		tcp, rw, err := w.(http.Hijacker).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		defer tcp.Close()
		offer := r.Header.Get("Sec-WebSocket-Extensions")
		h := switchingProtocols(r)
		if s.faults.noDeflate {
			offer = ""
		}
		if offer != "" {
			h += "Sec-WebSocket-Extensions: permessage-deflate\r\n"
		}
		tcp.Write([]byte(h + "\r\n"))
		s.start(tcp, rw.Reader, offer != "", app, r.URL.Query().Get("row")).serve()
	})
}
