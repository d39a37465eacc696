package closetest

import (
	"context"
	"crypto/tls"
	"fmt"
	"net/http"
	"net/url"
	"time"
)

// A Server tests a WebSocket server that is running.
type Server struct {
	URL          string      // ws, wss, http or https; "row" is added to its query
	Header       http.Header // of the opening handshake; if it has no Origin, that of URL is sent
	Subprotocols []string    // to offer
	TLSConfig    *tls.Config // for wss and https

	Select   func(Row) bool // which rows to run; all if nil
	Timeout  time.Duration  // for each wait; DefaultTimeout if 0
	Parallel int            // how many connections at once; 4 if 0
	Hooks    Hooks
	OnResult func(Result) // called when a row ends or cannot run; calls do not overlap
}

// TestServer runs the rows against the server at url, as in [Server.URL]. It has no hooks:
// it runs no rows with [Row.Close] and checks no reports. The error lists the findings of
// level Must, or says why the server cannot be tested.
func TestServer(url string) error {
	report, err := (&Server{URL: url}).Run(context.Background())
	if err != nil {
		return err
	}
	return report.Err(Must)
}

// Run runs the rows. It returns an error if the server cannot be reached, if it is no
// WebSocket server, or if ctx is done. The report is never nil: it has the results so far.
func (s *Server) Run(ctx context.Context) (*Report, error) {
	u, err := s.parse()
	if err != nil {
		return &Report{Under: ServerRole}, err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	run := newRunner(ServerRole, s.Select, s.Timeout, s.Hooks, s.OnResult, cancel)
	run.each(ctx, s.Parallel, func(ctx context.Context, row Row) {
		p, deflate, err := s.dial(ctx, u, row, run.timeout)
		if p != nil {
			defer p.close()
		}
		if run.opening(ctx, row, err) {
			run.add(run.play(ctx, row, p, deflate))
		}
	})
	return run.end(ctx)
}

// parse returns the URL with the scheme ws or wss. httptest's URLs have http or https.
func (s *Server) parse() (*url.URL, error) {
	u, err := url.Parse(s.URL)
	if err != nil {
		u = &url.URL{}
	}
	switch u.Scheme {
	case "ws", "wss":
	case "http":
		u.Scheme = "ws"
	case "https":
		u.Scheme = "wss"
	default:
		return nil, fmt.Errorf("closetest: %q is no WebSocket URL, such as ws://127.0.0.1:8080/", s.URL)
	}
	if u.Host == "" {
		return nil, fmt.Errorf("closetest: %q has no host", s.URL)
	}
	return u, nil
}
