package event

import "errors"

// Error carries a CloseEvent through functions that must return an error, such
// as a stack's read call after the connection has ended. Find it again with
// [From].
type Error struct {
	Event CloseEvent
	Err   error // the transport's cause, such as io.EOF; may be nil
}

// Error returns "closeframe: connection closed: ", the event as
// [CloseEvent.String] does, and the text of the cause, which is not quoted. It
// allocates.
func (e *Error) Error() string {
	s := "closeframe: connection closed: " + e.Event.String()
	if e.Err != nil {
		s += ": " + e.Err.Error()
	}
	return s
}

// Unwrap returns the transport's cause, or nil. It does not allocate.
func (e *Error) Unwrap() error { return e.Err }

// From returns the event of the first *[Error] in err's tree, through any
// wrapping, and whether there is one; a nil *Error is none and ends the search. It
// allocates only to look through wrapping.
func From(err error) (CloseEvent, bool) {
	switch err := err.(type) {
	case *Error:
		if err == nil {
			return CloseEvent{}, false
		}
		return err.Event, true
	case interface{ Unwrap() error }, interface{ Unwrap() []error }, interface{ As(any) bool }:
		return unwrap(err)
	}
	return CloseEvent{}, false
}

// unwrap is apart from From because what errors.As writes to is on the heap.
func unwrap(err error) (CloseEvent, bool) {
	var e *Error
	if !errors.As(err, &e) || e == nil {
		return CloseEvent{}, false
	}
	return e.Event, true
}
