package main

import (
	"context"
	"crypto/tls"
	"errors"
	"flag"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"example.com/closeframe/event/closetest"
)

var probeCommand = subcommand{
	name:  "probe",
	args:  "[FLAGS] URL\n       closeframe probe [FLAGS] -listen ADDR\n       closeframe probe -list [-json] [-row PATTERN] [-listen ADDR]",
	short: "test how a server or a client closes connections",
	help: `
Tests how a WebSocket server, or the clients that connect to ADDR, close connections.
It runs about eighty test cases, called rows. Each has a connection of its own, and a
few run at a time. The name of a row is a section of RFC 6455 and a number. Each row
prints one line when it ends.

probe does not check what the application reports. It does not run the rows in which
the application closes, such as all rows of the kind send. Package closetest does both
in Go tests.

  -list            print the rows, also those in which the application closes, and run
                   none; with -listen, print the rows for clients
  -row PATTERN     run only the rows that match PATTERN: a name (7.4.1/3), a pattern of
                   names (7.4.*/*), a section (7.4.1) or a kind (payload, header, split,
                   order, tcp); can be repeated
  -strict          exit with 1 after a broken SHOULD too
  -json            print one line of JSON for each row, and no summary
  -junit FILE      write a report for CI systems as well
  -timeout TIME    wait this long for each step of a row (10s)
  -H 'NAME: VALUE' send a header field in the opening handshake; can be repeated
  -subprotocol P   offer a subprotocol; can be repeated
  -insecure        accept any certificate
  -listen ADDR     test clients. A connection to / runs the next row. A connection to
                   /?row=7.4.1/3 runs that row. The run ends after all rows, or when no
                   client is connected for the TIME of -timeout. An ADDR without a host,
                   such as :9000, is on loopback.

An interrupt ends the run, and probe prints the summary of the rows that ran.

Examples:
  $ closeframe probe -list -row 8.1/1
  8.1/1     MUST    payload  a reason that is not UTF-8, c0 80 (overlong) (RFC 6455, 8.1)
  $ closeframe probe -list -json -row 7.1.1/1
`,
	statuses: `  0   no row that ran breaks a MUST, or with -strict a SHOULD
  1   a row breaks one, or the run ended early
  2   the command line is wrong; no row ran; the peer cannot be reached; or the peer
      does not speak WebSocket
`,
	setup: setupProbe,
}

// A probe is one run of the subcommand.
type probe struct {
	streams
	listen, junit                   string
	list, strict, asJSON, insecure  bool
	timeout                         time.Duration
	patterns, subprotocols, headers []string

	rows  []closetest.Row
	print printer
}

func setupProbe(flags *flag.FlagSet) func([]string, streams) int {
	p := &probe{}
	flags.BoolVar(&p.list, "list", false, "")
	flags.BoolVar(&p.strict, "strict", false, "")
	flags.BoolVar(&p.asJSON, "json", false, "")
	flags.BoolVar(&p.insecure, "insecure", false, "")
	flags.StringVar(&p.listen, "listen", "", "")
	flags.StringVar(&p.junit, "junit", "", "")
	flags.DurationVar(&p.timeout, "timeout", closetest.DefaultTimeout, "")
	repeated := func(name string, values *[]string) {
		flags.Func(name, "", func(s string) error { *values = append(*values, s); return nil })
	}
	repeated("row", &p.patterns)
	repeated("H", &p.headers)
	repeated("subprotocol", &p.subprotocols)
	return p.run
}

// run runs the rows against a server or a client, and reports each result at once.
func (p *probe) run(args []string, s streams) int {
	p.streams = s
	header, err := p.check(args)
	if err != nil {
		p.report(err)
		return exitUsage
	}
	if p.list {
		return p.printList()
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	p.print = printer{streams: s, asJSON: p.asJSON, total: len(p.rows), progress: s.err.isTerminal()}
	result := func(r closetest.Result) {
		if p.print.result(r); p.dead() { // nobody would see the other results
			stop()
		}
	}
	var report *closetest.Report
	if p.listen != "" {
		report, err = (&closetest.Client{Addr: p.listen, Timeout: p.timeout, Select: p.selects, OnResult: result,
			OnListen: func(url string) { fmt.Fprintf(s.err, "closeframe: clients connect to %s\n", url) }}).Run(ctx)
	} else {
		report, err = (&closetest.Server{URL: args[0], Header: header, Subprotocols: p.subprotocols, Timeout: p.timeout,
			TLSConfig: &tls.Config{InsecureSkipVerify: p.insecure}, Select: p.selects, OnResult: result}).Run(ctx)
	}
	p.print.clear()
	return p.finish(report, err)
}

// report prints an error.
func (p *probe) report(err error) {
	p.complain("%s", printable(strings.TrimPrefix(err.Error(), "closetest: ")))
}

// check checks the command line, selects the rows, and returns the header.
func (p *probe) check(args []string) (http.Header, error) {
	under := closetest.ServerRole
	if p.listen != "" {
		under = closetest.ClientRole
	}
	for _, r := range closetest.Rows(under) {
		if ok, err := p.match(r); err != nil {
			return nil, err
		} else if ok {
			p.rows = append(p.rows, r)
		}
	}
	header := http.Header{}
	for _, h := range p.headers {
		name, value, _ := strings.Cut(h, ":")
		if name == "" || name == h || strings.ContainsAny(name, " \t") {
			return nil, fmt.Errorf("-H %q is not 'NAME: VALUE'", h)
		}
		header.Add(name, strings.TrimSpace(value))
	}
	switch {
	case len(p.rows) == 0:
		return nil, fmt.Errorf("no row is %s", strings.Join(p.patterns, " or "))
	case p.timeout <= 0:
		return nil, errors.New("-timeout is not positive")
	case p.list && len(args) == 0:
		return header, nil
	case p.listen != "" && len(args) > 0:
		return nil, errors.New("a URL and -listen")
	case p.listen != "" && (len(header) > 0 || len(p.subprotocols) > 0 || p.insecure):
		return nil, errors.New("-H, -subprotocol and -insecure are for a URL")
	case p.listen == "" && len(args) != 1:
		return nil, errors.New("one URL is needed, or -listen")
	}
	// Without a host, net.Listen would accept connections from other machines.
	if host, port, err := net.SplitHostPort(p.listen); err == nil && host == "" {
		p.listen = net.JoinHostPort("127.0.0.1", port)
	}
	return header, nil
}

// match reports whether a pattern selects a row. Without patterns all rows match.
func (p *probe) match(r closetest.Row) (ok bool, err error) {
	for _, pattern := range p.patterns {
		m, err := r.Match(pattern)
		if err != nil {
			return false, fmt.Errorf("-row %q: %w", pattern, err)
		}
		ok = ok || m
	}
	return ok || len(p.patterns) == 0, nil
}

// selects is match for patterns that check has accepted.
func (p *probe) selects(r closetest.Row) bool {
	ok, _ := p.match(r)
	return ok
}

// finish prints the summary and returns the exit status. If no row could run, the peer is
// missing or speaks another protocol: then there is no summary.
func (p *probe) finish(report *closetest.Report, err error) int {
	ran := len(report.Results) - report.NotRun()
	if ran == 0 && err != nil && !errors.Is(err, context.Canceled) {
		p.report(err)
		return exitNoRow
	}
	worst := closetest.Must
	if p.strict {
		worst = closetest.Should
	}
	if !p.asJSON {
		p.print.summary(report)
	}
	status := exitOK
	if p.junit != "" {
		if err := writeJUnit(p.junit, report, worst); err != nil {
			p.report(err)
			status = exitFailed
		}
	}
	switch {
	case err == nil && ran == 0: // a run that tested nothing must not look like success
		p.complain("no row ran")
		return exitNoRow
	case err == nil && report.Err(worst) == nil:
		return status
	case p.dead():
	case errors.Is(err, context.Canceled):
		p.complain("interrupted")
	case err != nil:
		p.report(err)
	}
	return exitFailed
}
