package closetest

import (
	"context"
	"errors"
	"sync"

	"example.com/closeframe/event"
)

// An App keeps, for each row, the call that closes the connection and what the
// stack reported of its end to the application. The application under test calls Open, then
// Closed or ClosedCode; Hooks returns the hooks that wait for these calls. The zero value is ready.
type App struct {
	mu   sync.Mutex
	rows map[string]*appRow
}

type appRow struct {
	close   func(code int, reason string) error
	reports []Reported
	changed chan struct{} // closed, and made anew, when the others change
}

// Open records that the connection of a row is open, and how the application
// closes it; close may return [ErrNoCall]. The row is the value of "row" in the URL's query.
func (a *App) Open(row string, close func(code int, reason string) error) {
	a.change(row, func(r *appRow) { r.close = close })
}

// Closed records what the stack reported when a row's connection ended.
func (a *App) Closed(row string, e event.CloseEvent) {
	a.reported(row, reported(int(e.Code()), e.Reason(), e.WasClean()))
}

// ClosedCode is Closed for stacks that do not report wasClean. The code is 1005 for
// an empty close frame, 1006 where no valid one came, and else what the stack reports.
func (a *App) ClosedCode(row string, code int, reason string) {
	a.reported(row, Reported{Code: code, Reason: reason})
}

func (a *App) reported(row string, t Reported) {
	a.change(row, func(r *appRow) { r.reports = append(r.reports, t) })
}

// Hooks returns the hooks for one run of a [Server] or [Client], and forgets what
// was recorded before.
func (a *App) Hooks() Hooks {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.rows = nil
	return Hooks{Reported: a.wait, Close: a.close}
}

// row returns the state of a row; a.mu is held.
func (a *App) row(name string) *appRow {
	if a.rows == nil {
		a.rows = map[string]*appRow{}
	}
	r := a.rows[name]
	if r == nil {
		r = &appRow{changed: make(chan struct{})}
		a.rows[name] = r
	}
	return r
}

// change changes a row, and wakes those who wait for that.
func (a *App) change(name string, f func(*appRow)) {
	a.mu.Lock()
	defer a.mu.Unlock()
	r := a.row(name)
	f(r)
	close(r.changed)
	r.changed = make(chan struct{})
}

// until waits for what ready looks for.
func (a *App) until(ctx context.Context, name string, ready func(*appRow) bool) error {
	for {
		a.mu.Lock()
		r := a.row(name)
		ok, changed := ready(r), r.changed
		a.mu.Unlock()
		if ok {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// wait is Hooks.Reported. A row's state is dropped once it is known.
func (a *App) wait(ctx context.Context, row string) (t Reported, err error) {
	err = a.until(ctx, row, func(r *appRow) bool {
		if len(r.reports) > 0 {
			t = r.reports[0]
			t.Times = len(r.reports)
			delete(a.rows, row)
		}
		return t.Times > 0
	})
	return t, err
}

// close is Hooks.Close.
func (a *App) close(ctx context.Context, row string, code int, reason string) error {
	var call func(int, string) error
	err := a.until(ctx, row, func(r *appRow) bool { call = r.close; return call != nil })
	if err != nil {
		return errors.New("closetest: the application has not opened " + row)
	}
	return call(code, reason)
}
