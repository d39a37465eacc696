package closetest

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/url"
	"strings"
	"time"
)

// A Client tests a WebSocket client. It listens on a port. A connection to /?row=7.4.1/3
// runs that row, even if it ran before. A connection without a row in its URL runs the
// next one that no connection has run. The path does not matter.
//
// Select, Hooks and OnResult are as in [Server].
type Client struct {
	// Dial connects the client under test to url and returns when the connection has
	// ended. It is called once for each row. Its error is used only if the client did
	// not connect. If Dial is nil, clients connect by themselves.
	Dial func(ctx context.Context, row, url string) error

	Addr      string           // to listen on; if empty, a free port of 127.0.0.1
	OnListen  func(url string) // called before the first row
	TLSConfig *tls.Config      // for wss; nil means ws

	Select   func(Row) bool
	Timeout  time.Duration // for each wait, and if Dial is nil, for the next connection; DefaultTimeout if 0
	Parallel int           // how many calls of Dial at once; 4 if 0
	Hooks    Hooks
	OnResult func(Result)
}

// Run runs the rows. It returns an error if it cannot listen, if no client connects in time,
// if none sends a valid opening handshake, or if ctx is done. The report is never nil: it
// has the results so far.
func (c *Client) Run(ctx context.Context) (*Report, error) {
	addr := c.Addr
	if addr == "" {
		addr = "127.0.0.1:0"
	}
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", addr)
	if err != nil {
		return &Report{Under: ClientRole}, err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	run := newClientRun(ctx, c, newRunner(ClientRole, c.Select, c.Timeout, c.Hooks, c.OnResult, cancel))
	run.url = "ws://" + l.Addr().String() + "/"
	if c.TLSConfig != nil {
		l = tls.NewListener(l, c.TLSConfig)
		run.url = "wss" + strings.TrimPrefix(run.url, "ws")
	}
	stop := run.listen(l)
	if c.OnListen != nil {
		c.OnListen(run.url)
	}
	if c.Dial != nil {
		run.each(ctx, c.Parallel, run.connect)
	} else {
		run.wait()
	}
	_, err = run.end(ctx)
	cancel()
	stop()
	return run.report, err
}

// connect has the client under test connect for one row.
func (c *clientRun) connect(ctx context.Context, row Row) {
	s := c.slots[row.Name]
	dialing, cancel := context.WithCancel(ctx)
	defer cancel()
	hook := start(func() error { return c.Dial(dialing, row.Name, c.url+"?row="+url.QueryEscape(row.Name)) })
	late := time.NewTimer(c.timeout)
	defer late.Stop()
	var err error
	select {
	case <-s.taken:
	case <-ctx.Done():
	case <-late.C:
		err = errors.New("closetest: the client made no connection in time")
	case err = <-hook:
		if err == nil {
			err = errors.New("closetest: the client returned without a connection")
		}
	}
	if isClosed(s.taken) { // select chooses at random if the connection is there too
		err = nil
	}
	if c.opening(ctx, row, err) {
		c.waitFor(s)
	}
	returned(ctx, hook, c.timeout) // Dial still works, and must not outlive its context
}

// wait waits until all rows have run or the run is given up.
func (c *clientRun) wait() {
	c.connsMu.Lock()
	c.idle = time.AfterFunc(c.timeout, c.nobody)
	c.connsMu.Unlock()
	defer c.idle.Stop()
	for _, row := range c.rows {
		c.waitFor(c.slots[row.Name])
	}
}
