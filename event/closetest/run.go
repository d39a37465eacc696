package closetest

import (
	"context"
	"errors"
	"sync"
	"time"
)

// Why rows were not run.
const (
	endedFirst = "the run ended first"
	noHook     = "the application has to close, and there is no Close hook"
	noDeflate  = "permessage-deflate is not agreed on"
)

// maxFailures failed opening handshakes in succession end the run: the peer is gone, and
// need not be tried a hundred times. Before the first success, one failure does.
const maxFailures = 3

// A runner is one run of a Server or Client.
type runner struct {
	under    Role
	timeout  time.Duration
	hooks    Hooks
	onResult func(Result)
	cancel   context.CancelFunc
	rows     []Row // that can run

	mu       sync.Mutex // guards the fields below
	report   *Report
	opened   bool  // an opening handshake succeeded
	failures int   // failed opening handshakes since the last success
	lost     error // why the run was given up
}

// newRunner returns a runner whose report has all selected rows, as not run.
func newRunner(under Role, selects func(Row) bool, timeout time.Duration, hooks Hooks, onResult func(Result), cancel context.CancelFunc) *runner {
	if timeout <= 0 {
		timeout = DefaultTimeout
	}
	r := &runner{under: under, timeout: timeout, hooks: hooks, onResult: onResult, cancel: cancel, report: &Report{Under: under}}
	for _, row := range Rows(under) {
		if selects != nil && !selects(row) {
			continue
		}
		r.report.Results = append(r.report.Results, Result{Row: row, Why: endedFirst})
		if row.Close && hooks.Close == nil {
			r.add(Result{Row: row, Why: noHook})
		} else {
			r.rows = append(r.rows, row)
		}
	}
	return r
}

// add sets the result of a row. A row that runs again replaces its result. It calls
// OnResult under the lock, so that calls do not overlap.
func (r *runner) add(result Result) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for i := range r.report.Results {
		if r.report.Results[i].Row.Name == result.Row.Name {
			r.report.Results[i] = result
		}
	}
	if r.onResult != nil {
		r.onResult(result)
	}
}

// each calls f for each row until ctx is done, n calls at once (4 if n is 0), and waits
// for the calls.
func (r *runner) each(ctx context.Context, n int, f func(context.Context, Row)) {
	if n <= 0 {
		n = 4
	}
	rows := make(chan Row)
	var wg sync.WaitGroup
	for ; n > 0; n-- {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for row := range rows {
				if ctx.Err() == nil {
					f(ctx, row)
				}
			}
		}()
	}
	for _, row := range r.rows {
		rows <- row
	}
	close(rows)
	wg.Wait()
}

// opening counts the opening handshake of a row, which failed if err is not nil. It
// reports whether the row can run. If the peer is gone, it ends the run.
func (r *runner) opening(ctx context.Context, row Row, err error) bool {
	if ctx.Err() != nil {
		return false
	}
	r.mu.Lock()
	r.failures++
	if err == nil {
		r.opened, r.failures = true, 0
	}
	lost := !r.opened || r.failures >= maxFailures
	r.mu.Unlock()
	switch {
	case err == nil:
		return true
	case lost:
		r.giveUp(err)
	default:
		r.add(Result{Row: row, Ran: true, Findings: []Finding{{Must, PartConnect, err.Error()}}})
	}
	return false
}

// giveUp ends the run with an error.
func (r *runner) giveUp(err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.lost == nil {
		r.lost = err
	}
	r.cancel()
}

// end returns the report, and why the run ended early, or nil.
func (r *runner) end(ctx context.Context) (*Report, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.lost != nil {
		return r.report, r.lost
	}
	return r.report, ctx.Err()
}

// play runs a row over an open connection. deflate says whether permessage-deflate was
// agreed on.
func (r *runner) play(ctx context.Context, row Row, p *peer, deflate bool) Result {
	if row.Deflate && !deflate {
		p.step(send(p.under.frame(opClose, payload(1000, "")))) // close it properly
		p.finish()
		return Result{Row: row, Why: noDeflate}
	}
	begun := time.Now()
	calls, cancel := context.WithCancel(ctx)
	defer cancel()
	var call <-chan error
	for _, s := range row.Steps {
		if s.Do == AskClose {
			call = p.call(calls, r.hooks, row, s)
		} else {
			p.step(s)
		}
	}
	p.finish()
	p.tcp.Close() // the hooks may wait for the end of the connection

	o := outcome{row: row, under: r.under, timeout: r.timeout, seen: p.seen}
	if call != nil {
		o.asked, o.err = returned(calls, call, r.timeout)
	}
	if errors.Is(o.err, ErrNoCall) {
		return Result{Row: row, Why: o.err.Error()}
	}
	if r.hooks.Reported != nil && row.Want.Reported != nil {
		o.reported, o.judgeReport = r.reported(calls, row.Name)
	}
	if ctx.Err() != nil { // not calls.Err(), which may still be nil when the peer is already closed
		return Result{Row: row, Why: endedFirst}
	}
	result := Result{Row: row, Ran: true, Reported: o.reported, Findings: o.judge(), Seconds: time.Since(begun).Seconds()}
	if f := p.seen.close; f != nil {
		result.Answer = append(Hex{}, f.payload...)
	}
	return result
}

// reported returns what the stack reported within the timeout, nil if nothing, and
// whether it can be checked.
func (r *runner) reported(ctx context.Context, row string) (*Reported, bool) {
	ctx, cancel := context.WithTimeout(ctx, r.timeout)
	defer cancel()
	var t Reported
	ok, err := returned(ctx, start(func() (err error) {
		t, err = r.hooks.Reported(ctx, row)
		return err
	}), r.timeout)
	if ok && err == nil {
		return &t, true
	}
	return nil, !errors.Is(err, ErrNoCall)
}
