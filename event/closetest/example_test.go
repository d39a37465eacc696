//go:build go1.22

package closetest_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"

	"example.com/closeframe/event/closetest"
)

var handler http.Handler // the server under test

func ExampleTestServer() {
	_ = func(t *testing.T) {
		srv := httptest.NewServer(handler)
		defer srv.Close()
		if err := closetest.TestServer(srv.URL); err != nil {
			t.Fatal(err)
		}
	}
}

// A conn is a connection of the stack under test.
type conn interface {
	Read() error // until the connection ends
	Close(code int, reason string) error
}

var (
	upgrade   func(http.ResponseWriter, *http.Request) (conn, error)
	dial      func(ctx context.Context, url string) (conn, error)
	closeCode func(err error) (code int, reason string)
)

// An App connects the server under test: closetest then checks reports too, and runs the
// rows in which the application closes.
func ExampleServer() {
	var app closetest.App
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c, err := upgrade(w, r)
		if err != nil {
			return
		}
		row := r.URL.Query().Get("row")
		app.Open(row, c.Close)
		code, reason := closeCode(c.Read())
		app.ClosedCode(row, code, reason)
	}))
	defer srv.Close()
	s := closetest.Server{URL: srv.URL, Hooks: app.Hooks()}
	report, err := s.Run(context.Background())
	if err == nil {
		err = report.Err(closetest.Should) // strict
	}
	fmt.Println(err)
}

// Dial is called once for each row.
func ExampleClient() {
	var app closetest.App
	c := closetest.Client{Hooks: app.Hooks(), Dial: func(ctx context.Context, row, url string) error {
		c, err := dial(ctx, url)
		if err != nil {
			return err
		}
		app.Open(row, c.Close)
		code, reason := closeCode(c.Read())
		app.ClosedCode(row, code, reason)
		return nil
	}}
	report, err := c.Run(context.Background())
	if err == nil {
		err = report.Err(closetest.Must)
	}
	fmt.Println(err)
}
