package interop

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf8"

	"example.com/closeframe/bench/embed/gobwas"
	"example.com/closeframe/bench/embed/xnet"
	"example.com/closeframe/code"
	"example.com/closeframe/event"
	"example.com/closeframe/event/closetest"
)

// conformers are the stacks under test.
var conformers = []struct {
	name string
	run  func(t *testing.T) (*closetest.Report, error)
}{
	{"gobwas, closing, server", func(t *testing.T) (*closetest.Report, error) {
		return asServer(func(w http.ResponseWriter, r *http.Request, use func(adapter, func() error)) {
			if c, err := gobwas.Upgrade(w, r); err == nil {
				c.CloseTimeout = ends
				use(c, func() error { _, _, err := c.ReadMessage(); return err })
			}
		})
	}},
	{"x/net, closing, server", func(t *testing.T) (*closetest.Report, error) {
		return asServer(func(w http.ResponseWriter, r *http.Request, use func(adapter, func() error)) {
			xnet.Handler(nil, func(c *xnet.Conn) {
				c.CloseTimeout = ends
				use(c, func() error { _, _, err := c.ReadFrame(); return err })
			}).ServeHTTP(w, r)
		})
	}},
	{"ws server", program{"node", "rows.mjs"}.conform("server", "ws")},
	{"ws client", program{"node", "rows.mjs"}.conform("client", "ws")},
	{"undici", program{"node", "rows.mjs"}.conform("client", "undici")},
	{"websockets server", program{python, "rows.py"}.conform("server")},
	{"websockets client", program{python, "rows.py"}.conform("client")},
}

const (
	ends    = time.Second     // how long ours waits for the peer
	waiting = 5 * time.Second // for each thing that has to happen in a row
)

// TestConformance runs the rows and compares README.md with the findings.
func TestConformance(t *testing.T) {
	if os.Getenv("INTEROP") == "" {
		t.Skip("INTEROP=1 runs it, with Node and Python; make interop installs them")
	}
	reports := make([]*closetest.Report, len(conformers))
	var wg sync.WaitGroup
	for i, c := range conformers {
		wg.Go(func() {
			var err error
			if reports[i], err = c.run(t); err != nil {
				t.Errorf("%s: %v", c.name, err)
			}
		})
	}
	wg.Wait()
	if !t.Failed() {
		report{"rows": countTable(reports) + "\n" + findingTable(reports)}.check(t, "rows")
	}
}

// countTable counts the rows by their result.
func countTable(reports []*closetest.Report) string {
	var b strings.Builder
	fmt.Fprint(&b, "| stack | rows right | MUST broken | SHOULD broken | MAY (a note) | not run |\n|---|---|---|---|---|---|\n")
	for i, r := range reports {
		counts := map[string]int{}
		for _, res := range r.Results {
			counts[worst(res)]++
		}
		fmt.Fprintf(&b, "| %s | %d | %d | %d | %d | %d |\n", conformers[i].name,
			counts["right"], counts["MUST"], counts["SHOULD"], counts["MAY"], counts["not run"])
	}
	return b.String()
}

// worst returns the strongest level that a row breaks, "right" or "not run".
func worst(r closetest.Result) string {
	if !r.Ran {
		return "not run"
	}
	for l := closetest.Must; l >= closetest.May; l-- {
		if len(r.Broken(l)) > 0 {
			return l.String()
		}
	}
	return "right"
}

// findingTable has a column for each stack with a finding. Rows with the same cells
// share a line.
func findingTable(reports []*closetest.Report) string {
	names, cells := []string{}, map[string][]string{}
	titles := map[string]string{}
	for i, r := range reports {
		for _, res := range r.Results {
			if len(res.Findings) == 0 {
				continue
			}
			name := res.Row.Name
			if cells[name] == nil {
				names, cells[name] = append(names, name), make([]string, len(reports))
				titles[name] = res.Row.Title
			}
			cells[name][i] = brief(res.Findings)
		}
	}
	slices.Sort(names)
	var shown []int
	for i := range reports {
		if slices.ContainsFunc(names, func(name string) bool { return cells[name][i] != "" }) {
			shown = append(shown, i)
		}
	}
	var b strings.Builder
	fmt.Fprint(&b, "| rows |")
	for _, i := range shown {
		fmt.Fprintf(&b, " %s |", conformers[i].name)
	}
	fmt.Fprintf(&b, "\n|---|%s\n", strings.Repeat("---|", len(shown)))
	var lines []string
	rows := map[string][]string{} // by line
	for _, name := range names {
		line := ""
		for _, i := range shown {
			line += fmt.Sprintf(" %s |", cells[name][i])
		}
		if rows[line] == nil {
			lines = append(lines, line)
		}
		rows[line] = append(rows[line], name+" "+titles[name])
	}
	for _, line := range lines {
		fmt.Fprintf(&b, "| %s |%s\n", strings.Join(rows[line], "<br>"), line)
	}
	return b.String()
}

// brief returns the cell of findings: "SHOULD: replied 1000".
func brief(findings []closetest.Finding) string {
	var said []string
	for _, f := range findings {
		text := f.Text
		if strings.HasPrefix(text, "close with ") { // the row's title says it
			_, text, _ = strings.Cut(text, ": ")
		}
		if i := strings.LastIndex(text, "): "); i >= 0 {
			text = text[i+len("): "):]
		}
		for _, cut := range []string{" after ", " for ", " ("} {
			text, _, _ = strings.Cut(text, cut)
		}
		said = append(said, f.Level.String()+": "+text)
	}
	return strings.Join(said, "; ")
}

// An adapter is a connection of bench/embed.
type adapter interface {
	OnClose(f func(event.CloseEvent))
	Close(c code.Code, reason string) error
}

// asServer runs the rows against an adapter; read is one read call.
func asServer(serve func(http.ResponseWriter, *http.Request, func(c adapter, read func() error))) (*closetest.Report, error) {
	var app closetest.App
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		row := r.URL.Query().Get("row")
		serve(w, r, func(c adapter, read func() error) {
			app.Open(row, func(n int, reason string) error {
				cc, ok := code.From(n)
				if !ok {
					return errors.New("not a code of 16 bits")
				}
				return c.Close(cc, reason)
			})
			c.OnClose(func(e event.CloseEvent) { app.Closed(row, e) })
			for read() == nil {
			}
		})
	}))
	defer srv.Close()
	s := closetest.Server{URL: srv.URL, Timeout: waiting, Parallel: 8, Hooks: app.Hooks()}
	return s.Run(context.Background())
}

// conform runs the rows against a program of the folder peers.
func (p program) conform(mode string, args ...string) func(*testing.T) (*closetest.Report, error) {
	return func(t *testing.T) (*closetest.Report, error) {
		r := &remote{running: p.with(mode).with(args...).start(t, nil), application: slices.Contains(args, "undici"), rows: map[string]*remoteRow{}}
		if mode == "server" {
			var listening struct{ Port json.Number }
			if err := r.out.Decode(&listening); err != nil {
				return nil, err
			}
			go r.listen()
			s := closetest.Server{URL: "ws://127.0.0.1:" + listening.Port.String() + "/", Timeout: waiting, Parallel: 8, Hooks: r.app.Hooks()}
			return s.Run(context.Background())
		}
		go r.listen()
		c := closetest.Client{Dial: r.dial, Timeout: waiting, Parallel: 8, Hooks: r.app.Hooks()}
		return c.Run(context.Background())
	}
}

// A remote is a program that runs rows. rows.mjs describes the protocol.
type remote struct {
	*running
	application bool // its close() accepts only 1000 and 3000-4999, as in browsers
	app         closetest.App

	mu   sync.Mutex
	rows map[string]*remoteRow
}

type remoteRow struct {
	closed chan struct{}
	called chan error
}

func (r *remote) row(name string) *remoteRow {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.rows[name] == nil {
		r.rows[name] = &remoteRow{make(chan struct{}), make(chan error, 1)}
	}
	return r.rows[name]
}

// listen reads what the program prints, until it ends.
func (r *remote) listen() {
	for {
		var said struct {
			Row    string
			Open   bool
			Closed *event.CloseEvent
			Called *string
		}
		if r.out.Decode(&said) != nil {
			return
		}
		row := r.row(said.Row)
		switch {
		case said.Open:
			r.app.Open(said.Row, func(n int, reason string) error { return r.close(said.Row, n, reason) })
		case said.Closed != nil:
			r.app.Closed(said.Row, *said.Closed)
			close(row.closed)
		case said.Called != nil:
			row.called <- errors.New(*said.Called)
		default:
			row.called <- nil
		}
	}
}

// say sends a command to the program.
func (r *remote) say(command map[string]any) error {
	b, err := json.Marshal(command)
	if err != nil {
		return err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	_, err = r.in.Write(append(b, '\n'))
	return err
}

func (r *remote) close(row string, n int, reason string) error {
	c, _ := code.From(n)
	if !utf8.ValidString(reason) || r.application && c.IsSendable() && !c.IsApplication() {
		return closetest.ErrNoCall
	}
	if err := r.say(map[string]any{"row": row, "code": n, "reason": reason}); err != nil {
		return err
	}
	return <-r.row(row).called
}

func (r *remote) dial(ctx context.Context, row, url string) error {
	if err := r.say(map[string]any{"row": row, "url": url}); err != nil {
		return err
	}
	select {
	case <-r.row(row).closed:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
