package closetest

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"
)

// ErrNoCall is for hooks of a stack that has no such call: a row whose Close hook
// returns it counts as not run, and what a Reported hook does not know is not judged.
const ErrNoCall = constError("closetest: the stack has no such call")

type constError string

func (e constError) Error() string { return string(e) }

// Hooks connect the rows with the application under test, which may be nil both. An
// [App] has them ready.
type Hooks struct {
	// Reported returns what the stack reported when the connection of a row
	// ended; it waits for that until ctx is done. Without it the rows judge the
	// wire alone.
	Reported func(ctx context.Context, row string) (Reported, error)

	// Close has the application close the connection of a row. Without it some
	// rows are not run. It is called once the connection stands for the peer,
	// which may be before the application has it: then it waits, until ctx is
	// done. It may wait for the end of the connection before it returns.
	Close func(ctx context.Context, row string, code int, reason string) error
}

// A runner is what Server and Client have in common.
type runner struct {
	Hooks
	under   Role
	timeout time.Duration
}

// run runs a row over a connection that stands.
func (h *runner) run(ctx context.Context, row Row, p *peer) Result {
	start := time.Now()
	o := outcome{row: row, under: h.under, timeout: h.timeout}
	c := &call{hooks: h.Hooks, row: row.Name, peer: p, done: make(chan struct{})}
	stop := p.interrupt(ctx)
	for _, s := range row.Steps {
		p.step(s, c)
	}
	p.end(c)
	stop()
	p.tcp.Close()

	o.asked, o.err = c.wait(h.timeout)
	if errors.Is(o.err, ErrNoCall) {
		return notRun(row, h.under, o.err.Error())
	}
	if ctx.Err() != nil {
		return notRun(row, h.under, "interrupted")
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

// A call is one call of the Close hook.
type call struct {
	hooks  Hooks
	row    string
	peer   *peer
	begun  bool
	failed int32 // atomic: it returned an error
	cancel context.CancelFunc
	done   chan struct{}
	err    error // once done
}

// start starts the call. An error of it interrupts the peer's read.
func (c *call) start(code int, reason string) {
	c.begun = true
	ctx, cancel := context.WithCancel(context.Background())
	c.cancel = cancel
	go func() {
		defer close(c.done)
		c.err = c.hooks.Close(ctx, c.row, code, reason)
		if c.err != nil {
			atomic.StoreInt32(&c.failed, 1)
			c.peer.SetReadDeadline(time.Unix(1, 0))
		}
	}()
}

// refused reports whether the call has returned an error.
func (c *call) refused() bool { return atomic.LoadInt32(&c.failed) == 1 }

// wait returns whether the call returned, within d, and with what.
func (c *call) wait(d time.Duration) (returned bool, err error) {
	if !c.begun {
		return false, nil
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-c.done:
		c.cancel()
		return true, c.err
	case <-t.C:
		c.cancel()
		return false, nil
	}
}

// moment is how long a Pause is.
const moment = 20 * time.Millisecond

// step does one step of a row.
func (p *peer) step(s Step, c *call) {
	if len(s.Bytes) > 0 && s.Do != Answer {
		p.sent = true
	}
	switch s.Do {
	case SendBytes:
		p.write(s.Bytes)
	case DripBytes:
		p.drip(s.Bytes, moment/4)
	case SlowBytes:
		p.drip(s.Bytes, p.timeout/10)
	case AskClose:
		c.start(s.Code, string(s.Reason))
	case Await:
		p.await()
	case Answer:
		p.await()
		p.sent = true
		p.write(s.Bytes)
	case Pause:
		time.Sleep(moment)
	case Stall:
		time.Sleep(p.timeout)
		p.buffer(1 << 20)
	case Flood:
		p.flood()
	case Hold:
		p.hold = true
	case FIN:
		p.endWrites()
	case RST:
		p.reset()
		p.seen.end = byRST
	}
}

// drip writes b byte by byte.
func (p *peer) drip(b []byte, pause time.Duration) {
	for i := range b {
		p.write(b[i : i+1])
		time.Sleep(pause)
	}
}

// end ends the row's connection. Where the application's call was refused, nothing
// came and nothing will: the peer closes instead, to see whether the connection is
// still good.
func (p *peer) end(c *call) {
	if c.begun && !p.sent && !p.hold {
		p.read(func() bool { return p.closed() || c.refused() })
		if !p.closed() && p.seen.end == open && c.refused() {
			p.sent = true
			p.write(p.under.frame(opClose, payload(1000, stillHere)))
		}
	}
	p.finish()
}

// parallel calls f for all rows, n at once or 4, until ctx is done, and waits.
func parallel(ctx context.Context, n int, rows []Row, f func(context.Context, Row)) {
	if n <= 0 {
		n = 4
	}
	slots := make(chan struct{}, n)
	var wg sync.WaitGroup
	defer wg.Wait()
	for _, row := range rows {
		select {
		case slots <- struct{}{}:
		case <-ctx.Done():
			return
		}
		wg.Add(1)
		go func(row Row) {
			defer wg.Done()
			f(ctx, row)
			<-slots
		}(row)
	}
}

// A collector gathers the results of rows that run at once.
type collector struct {
	mu       sync.Mutex
	report   *Report
	index    map[string]int
	onResult func(Result)
}

func newCollector(under Role, rows []Row, onResult func(Result)) *collector {
	c := &collector{report: &Report{Under: under}, index: map[string]int{}, onResult: onResult}
	for i, r := range rows {
		c.index[r.Name] = i
		c.report.Results = append(c.report.Results, notRun(r, under, "interrupted"))
	}
	return c
}

func (c *collector) add(r Result) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.report.Results[c.index[r.Row.Name]] = r
	if c.onResult != nil {
		c.onResult(r)
	}
}

// skip adds the rows that need a hook that h lacks, and returns the others.
func (c *collector) skip(rows []Row, h Hooks) (rest []Row) {
	for _, row := range rows {
		if row.Close && h.Close == nil {
			c.add(notRun(row, c.report.Under, "no hook that closes"))
			continue
		}
		rest = append(rest, row)
	}
	return rest
}
