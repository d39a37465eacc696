package closetest

import (
	"context"
	"time"
)

// A hook returns ErrNoCall if the stack under test has no call for it. If Close returns
// it, the row counts as not run. If Reported returns it, the report is not checked.
const ErrNoCall = constError("closetest: the stack has no such call")

// errGoexit is the error of a hook that ended its goroutine, as testing.T.Fatal does.
const errGoexit = constError("closetest: the hook ended its goroutine")

type constError string

func (e constError) Error() string { return string(e) }

// Hooks connect the rows to the application under test. [App.Hooks] returns both. Hooks
// are called from several goroutines at once. A hook must return when ctx is done:
// closetest waits at most Timeout for one. A panic in a hook ends the program.
type Hooks struct {
	// Reported waits until the connection of a row has ended, and returns what the stack
	// reported to the application. An error other than ErrNoCall means that it reported
	// nothing. If Reported is nil, reports are not checked.
	Reported func(ctx context.Context, row string) (Reported, error)

	// Close calls the stack to close the connection of a row, and returns the error
	// of that call. If the application does not have the connection yet, Close waits
	// for it. It may block until the connection has ended. If Close is nil, rows with
	// [Row.Close] are not run.
	Close func(ctx context.Context, row string, code int, reason string) error
}

// start calls a hook, which may hang, and returns a channel for its error. The channel
// is then closed, so that its second reader does not wait.
func start(hook func() error) <-chan error {
	ch := make(chan error, 1)
	go func() {
		err := error(errGoexit)
		defer func() { ch <- err; close(ch) }()
		err = hook()
	}()
	return ch
}

// returned waits for a hook, for d at most, or until ctx is done.
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
