// Package recipetest runs rows of closetest against the recipes for unchanged stacks.
package recipetest

import (
	"bytes"
	"context"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"example.com/closeframe/code"
	"example.com/closeframe/event"
	"example.com/closeframe/event/closetest"
)

// Timeout is for the Close of a recipe.
const Timeout = time.Second

// A Conn is one connection as its application sees it.
type Conn struct {
	Close func(cc code.Code, reason string) error
	End   func() event.CloseEvent // reads to the end
}

// rows are those that a recipe can pass with any of the stacks, without breaking a
// MUST.
var rows = strings.Fields("5.5.1/1 7.4.2/11 7.4.2/16 7.4.1/10 7.4.1/11 5.5.1/4 5.5/1 8.1/1 " +
	"7.1.5/4 7.1.1/1 7.1.2/1 7.1.2/3 7.4.1/16 7.4.1/17 7.4.1/18 7.4.1/19 5.5/7 5.5/8 5.5.1/7")

// Run runs the rows against a server; serve calls use for each connection. but names
// the rows that the stack makes impossible, separated by spaces.
func Run(t *testing.T, but string, serve func(w http.ResponseWriter, r *http.Request, use func(Conn))) {
	t.Helper()
	var app closetest.App
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		serve(w, r, func(c Conn) {
			row := r.URL.Query().Get("row")
			app.Open(row, func(n int, reason string) error {
				cc, ok := code.From(n)
				if !ok {
					return closetest.ErrNoCall
				}
				return c.Close(cc, reason)
			})
			app.Closed(row, c.End())
		})
	}))
	defer srv.Close()
	s := closetest.Server{URL: srv.URL, Timeout: 4 * Timeout, Hooks: app.Hooks(), Select: func(r closetest.Row) bool {
		return slices.Contains(rows, r.Name) && !slices.Contains(strings.Fields(but), r.Name)
	}}
	report, err := s.Run(context.Background())
	if err == nil {
		err = report.Err(closetest.Must)
	}
	if err != nil {
		t.Error(err)
	}
	for _, r := range report.Results {
		if !r.Ran {
			t.Errorf("%s was not run: %s", r.Row.Name, r.Why)
		}
		checkSent(t, r)
	}
}

// checkSent checks the close frame of a close whose code or reason must not be sent.
func checkSent(t *testing.T, r closetest.Result) {
	t.Helper()
	var want []byte
	switch r.Row.Title {
	case "the application closes with 1006":
		want = []byte{1011 >> 8, 1011 & 0xff}
	case "the application closes with 1000 and 124 ASCII bytes":
		want = append([]byte{1000 >> 8, 1000 & 0xff}, strings.Repeat("*", 123)...)
	default:
		return
	}
	if !bytes.Equal(r.Answer, want) {
		t.Errorf("%s: sent % x, want % x", r.Row.Title, r.Answer, want)
	}
}
