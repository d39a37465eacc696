package closetest

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"time"
)

// A Server tests a WebSocket server that is running.
type Server struct {
	URL          string      // ws, wss, http or https; "row" is added to its query
	Header       http.Header // of the opening handshake; Origin is the URL's unless it is here
	Subprotocols []string
	TLSConfig    *tls.Config

	Select   func(Row) bool // which rows to run; all if nil
	Timeout  time.Duration  // bounds each wait; DefaultTimeout if 0
	Parallel int            // connections at once; 4 if 0
	Hooks    Hooks
	OnResult func(Result) // is called for each row as it ends, one at a time
}

// TestServer runs the rows against a server and returns an error that lists the
// broken MUSTs, or says why the server cannot be tested. Rows that need hooks are
// not run.
func TestServer(url string) error {
	report, err := (&Server{URL: url}).Run(context.Background())
	if err != nil {
		return err
	}
	return report.Err(Must)
}

// Run runs the rows. The error says why they cannot be run: the server cannot be
// reached, is no WebSocket server, or ctx is done. The report has what is known
// by then; it is never nil.
func (s *Server) Run(ctx context.Context) (*Report, error) {
	rows := selected(Rows(ServerRole), s.Select)
	u, err := s.parse()
	if err != nil {
		return &Report{Under: ServerRole}, err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	run := &serverRun{Server: s, url: u, runner: runner{s.Hooks, ServerRole, orDefault(s.Timeout)},
		collector: newCollector(ServerRole, rows, s.OnResult), openings: openings{cancel: cancel}}
	rows = run.skip(rows, s.Hooks)
	parallel(ctx, s.Parallel, rows, run.one)
	return run.report, run.result(ctx)
}

// orDefault returns d, or the default if it is not set.
func orDefault(d time.Duration) time.Duration {
	if d <= 0 {
		return DefaultTimeout
	}
	return d
}

// parse returns the URL with the scheme ws or wss; httptest has http and https.
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

// A serverRun is one run of a Server.
type serverRun struct {
	*Server
	runner
	*collector
	openings
	url *url.URL
}

// one runs one row.
func (s *serverRun) one(ctx context.Context, row Row) {
	p, deflate, err := s.dial(ctx, row)
	if p != nil {
		defer p.close()
	}
	switch gaveUp := s.giveUp(ctx, err); {
	case gaveUp:
	case err != nil:
		s.add(noConnection(row, ServerRole, err))
	case row.Deflate && !deflate:
		p.leave()
		s.add(notRun(row, ServerRole, noDeflate))
	default:
		s.add(s.run(ctx, row, p))
	}
}

// noDeflate is why rows were not run that need the extension.
const noDeflate = "permessage-deflate is not agreed on"

var errHTTP2 = errors.New("closetest: it speaks HTTP/2 alone; RFC 6455 needs HTTP/1.1")
