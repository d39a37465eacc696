package closetest

import (
	"context"
	"errors"
	"sync"

	"example.com/closeframe/event"
)

// An App connects the application under test to the rows. For each connection, the
// application calls Open when it is open, and Closed or ClosedCode when the stack has
// reported its end; row is the value of "row" in the URL's query. The zero value is ready
// to use.
type App struct {
	mu   sync.Mutex
	rows map[string]*appRow
}

type appRow struct {
	close   chan func(code int, reason string) error // holds the last one passed to Open
	reports chan Reported
}

// Open records that the connection of a row is open. closetest calls close, at most once,
// if the application has to close the connection. close returns the error of the stack's
// call, or [ErrNoCall].
func (a *App) Open(row string, close func(code int, reason string) error) {
	r := a.row(row)
	a.mu.Lock()
	defer a.mu.Unlock()
	select {
	case <-r.close:
	default:
	}
	r.close <- close
}

// Closed records what the stack reported when the connection of a row ended. A second
// report for the connection is a finding if it is made before closetest reads the first.
func (a *App) Closed(row string, e event.CloseEvent) {
	a.report(row, reported(int(e.Code()), e.Reason(), e.WasClean()))
}

// ClosedCode is Closed for a stack that does not report wasClean. code is 1005 for an
// empty close frame, and 1006 if no valid close frame was received.
func (a *App) ClosedCode(row string, code int, reason string) {
	a.report(row, Reported{Code: code, Reason: reason})
}

func (a *App) report(row string, t Reported) {
	select {
	case a.row(row).reports <- t:
	default: // more are not needed for a finding
	}
}

// Hooks returns the hooks for one run of a [Server] or [Client]. It discards earlier
// records.
func (a *App) Hooks() Hooks {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.rows = nil
	return Hooks{Reported: a.wait, Close: a.close}
}

// row returns the state of a row.
func (a *App) row(name string) *appRow {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.rows == nil {
		a.rows = map[string]*appRow{}
	}
	if a.rows[name] == nil {
		a.rows[name] = &appRow{make(chan func(int, string) error, 1), make(chan Reported, 4)}
	}
	return a.rows[name]
}

// wait is Hooks.Reported. It leaves no report behind, since the row may run again.
func (a *App) wait(ctx context.Context, row string) (Reported, error) {
	r := a.row(row)
	select {
	case t := <-r.reports:
		t.Times = 1
		for ; len(r.reports) > 0; t.Times++ {
			<-r.reports
		}
		return t, nil
	case <-ctx.Done():
		return Reported{}, ctx.Err()
	}
}

// close is Hooks.Close.
func (a *App) close(ctx context.Context, row string, code int, reason string) error {
	select {
	case call := <-a.row(row).close:
		return call(code, reason)
	case <-ctx.Done():
		return errors.New("closetest: the application has not opened " + row)
	}
}
