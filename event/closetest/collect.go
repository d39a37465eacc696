package closetest

import (
	"context"
	"sync"
)

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

// endedFirst is why a row was not run where the run was interrupted or given up.
const endedFirst = "the run ended first"

// A collector gathers the results of rows that run at once.
type collector struct {
	mu       sync.Mutex
	report   *Report
	index    map[string]int
	onResult func(Result)
}

// newCollector returns a collector whose report has all rows as not run.
func newCollector(under Role, rows []Row, onResult func(Result)) *collector {
	c := &collector{report: &Report{Under: under}, index: map[string]int{}, onResult: onResult}
	for i, r := range rows {
		c.index[r.Name] = i
		c.report.Results = append(c.report.Results, notRun(r, under, endedFirst))
	}
	return c
}

// add adds the result of a row and reports it.
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
			c.add(notRun(row, c.report.Under, "the application has to close, and there is no Close hook"))
			continue
		}
		rest = append(rest, row)
	}
	return rest
}
