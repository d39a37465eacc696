package closetest

import (
	"context"
	"errors"
	"time"
)

// ErrNoCall is for hooks of a stack that has no such call: a row whose Close hook
// returns it counts as not run, and what a Reported hook does not know is not judged.
const ErrNoCall = constError("closetest: the stack has no such call")

type constError string

func (e constError) Error() string { return string(e) }

// Hooks connect the rows with the application under test. Both may be nil. An [App]
// provides them.
type Hooks struct {
	// Reported returns what the stack reported when the connection of a row
	// ended; it waits for that until ctx is done. Without it the rows judge the
	// wire alone.
	Reported func(ctx context.Context, row string) (Reported, error)

	// Close has the application close the connection of a row. Without it some
	// rows are not run. It is called as soon as the peer has the connection,
	// perhaps before the application has it: then it waits for that, until ctx
	// is done. It may block until the connection has ended.
	Close func(ctx context.Context, row string, code int, reason string) error
}

// A runner is what Server and Client have in common.
type runner struct {
	Hooks
	under   Role
	timeout time.Duration
}

// run runs a row over an open connection.
func (h *runner) run(ctx context.Context, row Row, p *peer) Result {
	start := time.Now()
	o := outcome{row: row, under: h.under, timeout: h.timeout}
	c := &call{hooks: h.Hooks, row: row.Name, peer: p, done: make(chan struct{})}
	for _, s := range row.Steps {
		p.step(s, c)
	}
	p.end(c)
	p.tcp.Close()

	o.asked, o.err = c.wait(h.timeout)
	if errors.Is(o.err, ErrNoCall) {
		return notRun(row, h.under, o.err.Error())
	}
	if ctx.Err() != nil {
		return notRun(row, h.under, endedFirst)
	}
	if h.Reported != nil && row.Want.Reported != nil {
		var err error
		o.reported, err = h.ask(ctx, row.Name)
		o.judgeReport = !errors.Is(err, ErrNoCall)
	}
	o.seen = p.seen
	r := Result{Row: row, Under: h.under, Ran: true, Reported: o.reported, Findings: o.judge()}
	if f := o.seen.close; f != nil {
		r.Answer = append(Hex{}, f.payload...)
	}
	r.Seconds = time.Since(start).Seconds()
	return r
}

// ask returns what the stack reported, within the timeout.
func (h *runner) ask(ctx context.Context, row string) (r *Reported, err error) {
	for _, d := range []time.Duration{h.timeout, h.timeout / 10} { // as in peer.read
		if r, err = h.askOnce(ctx, row, d); err == nil || errors.Is(err, ErrNoCall) {
			break
		}
	}
	return r, err
}

func (h *runner) askOnce(ctx context.Context, row string, d time.Duration) (r *Reported, err error) {
	ctx, cancel := context.WithTimeout(ctx, d)
	defer cancel()
	type answer struct {
		Reported
		error
	}
	got := make(chan answer, 1)
	go func() { // a hook may hang
		r, err := h.Reported(ctx, row)
		got <- answer{r, err}
	}()
	select {
	case a := <-got:
		if a.error != nil {
			return nil, a.error
		}
		return &a.Reported, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}
