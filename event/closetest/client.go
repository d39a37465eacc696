package closetest

import (
	"context"
	"crypto/tls"
	"net"
	"strings"
	"sync"
	"time"
)

// A Client tests a WebSocket client. It listens; each connection to the path /
// gets the next row, and /?row=7.4.1/3 that one, again and again.
type Client struct {
	// Dial connects the client under test to a URL, for one row, and returns when
	// the connection has ended. It is called for each row. The error matters only
	// if no connection came. If Dial is nil the client connects by itself.
	Dial func(ctx context.Context, row, url string) error

	Addr      string           // to listen on; a port of loopback that the system chooses if empty
	OnListen  func(url string) // is called before the first row
	TLSConfig *tls.Config      // for wss; nil is ws

	Select   func(Row) bool // which rows to run; all if nil
	Timeout  time.Duration  // bounds each wait; DefaultTimeout if 0
	Idle     time.Duration  // without Dial, how long to wait for a connection; Timeout if 0
	Parallel int            // calls of Dial at once; 4 if 0
	Hooks    Hooks
	OnResult func(Result) // is called for each row as it ends, one at a time
}

// Run runs the rows. The error says why not all could be run: no connection came
// in time, one was no WebSocket, or ctx is done. The report is never nil.
func (c *Client) Run(ctx context.Context) (*Report, error) {
	rows := selected(Rows(ClientRole), c.Select)
	addr := c.Addr
	if addr == "" {
		addr = "127.0.0.1:0"
	}
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", addr)
	if err != nil {
		return &Report{Under: ClientRole}, err
	}
	run := &clientRun{Client: c, runner: runner{c.Hooks, ClientRole, orDefault(c.Timeout)},
		collector: newCollector(ClientRole, rows, c.OnResult), url: "ws://" + l.Addr().String() + "/"}
	if c.TLSConfig != nil {
		l = tls.NewListener(l, c.TLSConfig)
		run.url = "wss" + strings.TrimPrefix(run.url, "ws")
	}
	rows = run.skip(rows, c.Hooks)
	run.table(rows)
	ctx, run.cancel = context.WithCancel(ctx)
	defer run.cancel()
	run.conns.Add(1)
	go run.accept(ctx, l)
	if c.OnListen != nil {
		c.OnListen(run.url)
	}
	if c.Dial != nil {
		parallel(ctx, c.Parallel, rows, run.dial)
		err = run.result(ctx)
	} else {
		err = run.wait(ctx)
	}
	run.cancel()
	l.Close()
	run.conns.Wait()
	return run.report, err
}

// A clientRun is one run of a Client.
type clientRun struct {
	*Client
	runner
	*collector
	openings
	url   string
	conns sync.WaitGroup // accept, and a goroutine for each connection

	slotsMu sync.Mutex
	slots   map[string]*slot
	order   []*slot       // of the rows
	busy    int           // connections
	left    int           // rows that have not run
	all     chan struct{} // closed once none is left
	came    chan struct{} // a connection began or ended
	bad     error         // of the last connection that was no WebSocket
}

// A slot is a row that waits for its connection, which its client may open at any
// time, or never.
type slot struct {
	row   Row
	taken bool
	ran   bool
	done  chan struct{} // closed once ran
}
