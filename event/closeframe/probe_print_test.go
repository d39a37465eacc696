//go:build go1.24

package main

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"example.com/closeframe/event/closetest"
)

// A run that ends early fails, also if no row failed.
func TestProbeLosesPeer(t *testing.T) {
	var out, err bytes.Buffer
	s := streams{nil, &output{w: &out}, &output{w: &err}}
	p := probe{streams: s, print: printer{streams: s}}
	report := &closetest.Report{Results: []closetest.Result{{Row: closetest.Rows(closetest.ServerRole)[0], Ran: true}}}
	if status := p.finish(report, errors.New("closetest: no connection\x1b")); status != exitFailed || err.String() != "closeframe: no connection\ufffd\n" {
		t.Errorf("status %d, %q", status, err.String())
	}
}

// A finding may quote the peer, such as the name in a certificate. It is not printed raw.
func TestProbePrintsControls(t *testing.T) {
	var out bytes.Buffer
	p := printer{streams: streams{nil, &output{w: &out}, nil}}
	p.result(closetest.Result{Ran: true, Findings: []closetest.Finding{{Level: closetest.Must, Text: "\x1b[2J\u202e"}}})
	p.asJSON = true
	p.result(closetest.Result{Ran: true, Findings: []closetest.Finding{{Level: closetest.Must, Text: "\x1b[2J\u202e"}}})
	if strings.ContainsAny(out.String(), "\x1b\u202e") {
		t.Errorf("%q", out.String())
	}
}

// The progress is written only to a terminal, and cleared before each line.
func TestProbeProgress(t *testing.T) {
	var out, err bytes.Buffer
	p := printer{streams: streams{nil, &output{w: &out}, &output{w: &err}}, total: 2, progress: true}
	rows := closetest.Rows(closetest.ServerRole)
	p.result(closetest.Result{Row: rows[0], Ran: true})
	p.result(closetest.Result{Row: rows[1], Ran: true})
	p.clear()
	if want := "\r\x1b[K1 of 2 rows\r\x1b[K2 of 2 rows\r\x1b[K"; err.String() != want {
		t.Errorf("%q, want %q", err.String(), want)
	}
}
