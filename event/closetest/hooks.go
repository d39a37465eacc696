package closetest

import (
	"context"
	"time"
)

// A hook returns ErrNoCall if the stack under test has no call for what the row asks. A
// row whose Close hook returns it is not run. If the Reported hook returns it, only the
// wire is judged.
const ErrNoCall = constError("closetest: the stack has no such call")

// errGoexit is the error of a hook that ended its goroutine, as testing.T.Fatal does.
const errGoexit = constError("closetest: the hook ended its goroutine")

type constError string

func (e constError) Error() string { return string(e) }

// Hooks connect the rows to the application under test. Each may be nil; [App.Hooks]
// returns both. They are called from several goroutines at once. A hook should return
// when ctx is done: closetest does not wait longer than its timeout for one. A panic in
// a hook ends the program.
type Hooks struct {
	// Reported waits until the connection of a row has ended and returns what the
	// stack reported to the application. If Reported is nil, the rows judge the
	// wire alone.
	Reported func(ctx context.Context, row string) (Reported, error)

	// Close closes the connection of a row from the application's side. It may be
	// called before the application has the connection, and must then wait for it.
	// It may block until the connection has ended. It returns the error of the
	// stack's call. If Close is nil, rows with [Row.Close] are not run.
	Close func(ctx context.Context, row string, code int, reason string) error
}

// start calls a hook, which may hang, and returns a channel for its error. The channel
// is closed behind the error.
func start(hook func() error) <-chan error {
	ch := make(chan error, 1)
	go func() {
		err := error(errGoexit)
		defer func() { ch <- err; close(ch) }()
		err = hook()
	}()
	return ch
}

// returned waits for a hook, for d at most, until ctx is done.
func returned(ctx context.Context, hook <-chan error, d time.Duration) (ok bool, err error) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case err = <-hook:
		return true, err
	case <-t.C:
	case <-ctx.Done():
	}
	return false, nil
}
