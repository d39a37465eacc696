package xnet_test

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"golang.org/x/net/websocket"

	"example.com/closeframe/bench/embed/xnet"
	"example.com/closeframe/code"
	"example.com/closeframe/event"
	"example.com/closeframe/event/closetest"
)

// use is the application of a row: it reads to the end and reports the event.
func use(app *closetest.App, row string, c *xnet.Conn) {
	c.CloseTimeout = time.Second
	app.Open(row, func(n int, reason string) error {
		cc, ok := code.From(n)
		if !ok {
			return errors.New("no code")
		}
		return c.Close(cc, reason)
	})
	c.OnClose(func(e event.CloseEvent) { app.Closed(row, e) })
	for {
		if _, _, err := c.ReadFrame(); err != nil {
			return
		}
	}
}

// The adapter passes all rows of closetest, except three that need permessage-deflate.
func TestRowsServer(t *testing.T) {
	t.Parallel() // a row waits for 8 seconds
	var app closetest.App
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		serve := func(c *xnet.Conn) { use(&app, r.URL.Query().Get("row"), c) }
		xnet.Handler(nil, serve).ServeHTTP(w, r)
	}))
	defer srv.Close()
	s := closetest.Server{URL: srv.URL, Timeout: 4 * time.Second, Hooks: app.Hooks()}
	report, err := s.Run(context.Background())
	judge(t, report, err)
}

func TestRowsClient(t *testing.T) {
	t.Parallel() // a row waits for 8 seconds
	var app closetest.App
	s := closetest.Client{Timeout: 4 * time.Second, Hooks: app.Hooks(), Dial: func(ctx context.Context, row, url string) error {
		config, err := websocket.NewConfig(url, "http://localhost/")
		if err != nil {
			return err
		}
		tcp, err := net.Dial("tcp", config.Location.Host)
		if err != nil {
			return err
		}
		c, err := xnet.NewClient(config, tcp)
		if err == nil {
			use(&app, row, c)
		}
		return err
	}}
	report, err := s.Run(context.Background())
	judge(t, report, err)
}

func judge(t *testing.T, report *closetest.Report, err error) {
	t.Helper()
	if err == nil {
		err = report.Err(closetest.May)
	}
	if err != nil {
		t.Fatal(err)
	}
	if n := len(report.Results) - report.NotRun(); n < 90 {
		t.Errorf("%d rows", n)
	}
	for _, r := range report.Results {
		if !r.Ran && !r.Row.Deflate {
			t.Errorf("%s was not run: %s", r.Row.Name, r.Why)
		}
	}
}
