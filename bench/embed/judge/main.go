// Judge runs the rows of closetest against the seven stacks, in both roles, used as
// their documentation says, and measures the cost of a close. It prints a
// verdict.Verdicts, encoded by encoding/gob.
//
// Package inside builds it twice: with the released stacks, and with copies that have
// closeframe inside.
package main

import (
	"context"
	"encoding/gob"
	"flag"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"example.com/closeframe/bench/embed/verdict"
	"example.com/closeframe/event/closetest"
)

var (
	only  = flag.String("stack", "", "the only stack to be judged")
	rows  = flag.String("row", "", "the only rows to be run: names, separated by commas")
	costs = flag.Bool("costs", false, "measure what a close costs instead")
)

// timeout is longer than the time that any of the stacks waits for its peer.
const timeout = 6 * time.Second

func main() {
	flag.Parse()
	log.SetFlags(0)
	all := verdict.Verdicts{}
	for _, s := range stacks {
		if *only == "" || *only == s.name {
			all[s.name] = &verdict.Verdict{}
		}
	}
	if *costs {
		measureAll(all)
	} else if err := judgeAll(all); err != nil {
		log.Fatal(err)
	}
	if err := gob.NewEncoder(os.Stdout).Encode(all); err != nil {
		log.Fatal(err)
	}
}

// judgeAll runs everything concurrently, because most rows mainly wait.
func judgeAll(all verdict.Verdicts) error {
	var wg sync.WaitGroup
	errs := make(chan error, 2*len(stacks))
	for _, s := range stacks {
		v := all[s.name]
		if v == nil {
			continue
		}
		wg.Go(func() {
			report, err := judgeServer(s)
			v.Server = report
			errs <- err
		})
		wg.Go(func() {
			report, err := judgeClient(s)
			v.Client = report
			errs <- err
		})
	}
	wg.Wait()
	close(errs)
	for err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

func judgeServer(s stack) (*closetest.Report, error) {
	var app closetest.App
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.serve(w, r, func(c conn) { use(&app, r.URL.Query().Get("row"), c) })
	}))
	defer srv.Close()
	t := closetest.Server{URL: srv.URL, Select: selected, Timeout: timeout, Hooks: app.Hooks()}
	return t.Run(context.Background())
}

func judgeClient(s stack) (*closetest.Report, error) {
	var app closetest.App
	t := closetest.Client{Select: selected, Timeout: timeout, Hooks: app.Hooks()}
	t.Dial = func(ctx context.Context, row, url string) error {
		c, err := s.dial(ctx, url)
		if err == nil {
			use(&app, row, c)
		}
		return err
	}
	return t.Run(context.Background())
}

func selected(r closetest.Row) bool {
	return *rows == "" || slices.Contains(strings.Split(*rows, ","), r.Name)
}

// use is the application.
func use(app *closetest.App, row string, c conn) {
	app.Open(row, c.Close)
	code, reason := c.Read()
	app.ClosedCode(row, code, reason)
}
