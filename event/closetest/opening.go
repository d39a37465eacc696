package closetest

import (
	"context"
	"sync"
)

// maxFailures is how many opening handshakes may fail in a row before the run is
// given up. Before the first success none may.
const maxFailures = 3

// openings counts the opening handshakes of a run.
type openings struct {
	mu       sync.Mutex
	once     bool // one succeeded
	failures int  // since the last that did
	lost     error
	cancel   context.CancelFunc // of the run
}

// giveUp counts an opening handshake and reports whether the run is given up.
func (o *openings) giveUp(ctx context.Context, err error) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	switch {
	case o.lost != nil || ctx.Err() != nil:
		return true
	case err == nil:
		o.once, o.failures = true, 0
		return false
	}
	o.failures++
	if !o.once || o.failures >= maxFailures {
		o.lost = err
		o.cancel()
	}
	return o.lost != nil
}

// result returns why the run ended early, or nil.
func (o *openings) result(ctx context.Context) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.lost != nil {
		return o.lost
	}
	return ctx.Err()
}

// noConnection is the result of a row whose opening handshake failed where others
// succeeded.
func noConnection(row Row, under Role, err error) Result {
	return Result{Row: row, Under: under, Ran: true, Findings: []Finding{{Must, PartConnect, err.Error()}}}
}
