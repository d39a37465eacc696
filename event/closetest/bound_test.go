//go:build go1.22

package closetest

import (
	"context"
	"fmt"
	"testing"
	"time"
)

// A machine can stall for seconds at any instant. So no test fails because something
// took long, unless it took far longer than that.
const (
	short    = time.Second     // for rows that wait for their timeout: see insist
	patience = time.Minute     // for rows that do not
	bound    = 3 * time.Minute // of a run; all rows take over a minute where many programs run
	forever  = 1000 * bound    // for rows that must not wait for their timeout: it is past the bound
)

// bounded returns a context that ends what a broken library waits for.
func bounded(t *testing.T) context.Context {
	ctx, cancel := context.WithTimeout(context.Background(), bound)
	t.Cleanup(cancel)
	return ctx
}

// within returns what run returns, which is Server.Run or Client.Run. If run hangs, even
// if it ignores its context, within ends the test. Such tests run in parallel, so that
// they fail before go test ends all.
func within(t *testing.T, run func(context.Context) (*Report, error)) (report *Report, err error) {
	t.Helper()
	ctx, ended := bounded(t), make(chan bool)
	go func() {
		defer close(ended)
		report, err = run(ctx)
	}()
	select {
	case <-ended:
		if ctx.Err() == nil {
			return report, err
		}
	case <-time.After(bound + 10*short):
	}
	t.Fatalf("the run did not end within %v", bound)
	return nil, nil
}

// insist calls f with a short timeout and, where a stall left too little of it, with
// longer ones. A few timeouts must be enough for f.
func insist(t *testing.T, f func(timeout time.Duration) error) {
	t.Helper()
	var err error
	for _, timeout := range []time.Duration{short, 8 * short, 30 * short} {
		begun := time.Now()
		err = f(timeout)
		if d := time.Since(begun); err == nil && d > 10*timeout {
			err = fmt.Errorf("it took %v, with a timeout of %v", d, timeout)
		}
		if err == nil {
			return
		}
	}
	t.Error(err)
}
