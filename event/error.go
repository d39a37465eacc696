package event

import (
	"errors"
	"io"
	"strconv"
	"unicode/utf8"

	"example.com/closeframe/code"
	"example.com/closeframe/frame"
)

// Error carries a [CloseEvent] through functions that return an error, such as a stack's
// read call. [From] finds it again. The methods accept a nil receiver.
type Error struct {
	Event CloseEvent
	// Refused is the code as received in a malformed close frame, or 0. Use it only
	// in logs; never send it.
	Refused code.Code
	// Err is the cause, or nil: for example the transport's error, or the frame.Error of
	// a malformed close frame.
	Err error
}

// Error returns the event, the cause and the refused code:
//
//	closeframe: connection closed: 1006 (Abnormal Closure), not clean: closeframe: code is not allowed in a close frame: 2000 (reserved)
//
// As in [CloseEvent.String], all control characters are escaped.
func (e *Error) Error() string {
	if e == nil {
		return "<nil>"
	}
	var buf [4 * frame.MaxReason]byte
	b := append(buf[:0], "closeframe: connection closed: "...)
	b = e.Event.AppendTo(b)
	if e.Err != nil {
		b = append(b, ": "...)
		b = appendPrintable(b, e.Err.Error())
	}
	if e.Refused != 0 {
		b = append(b, ": "...)
		b = e.Refused.AppendTo(b)
	}
	return string(b)
}

// appendPrintable appends s, and escapes as in a Go string every rune that
// strconv.IsPrint rejects and every byte that is not UTF-8.
func appendPrintable(b []byte, s string) []byte {
	for len(s) > 0 {
		r, n := utf8.DecodeRuneInString(s)
		if strconv.IsPrint(r) && !(r == utf8.RuneError && n == 1) {
			b = append(b, s[:n]...)
		} else {
			q := strconv.Quote(s[:n])
			b = append(b, q[1:len(q)-1]...)
		}
		s = s[n:]
	}
	return b
}

// Unwrap returns Err unless errors.Is(Err, io.EOF) is true. If it is, Unwrap returns nil
// for a routine code ([code.Code.IsRoutine]) and io.ErrUnexpectedEOF for any other code.
func (e *Error) Unwrap() error {
	switch {
	case e == nil:
		return nil
	case !isEOF(e.Err):
		return e.Err
	case e.Event.code.IsRoutine():
		return nil
	default:
		return io.ErrUnexpectedEOF
	}
}

// isEOF is errors.Is(err, io.EOF). For a nested *Error it calls only Is, which gives the
// same result, and does not unwrap it: each level of nesting would double the time.
func isEOF(err error) bool {
	for err != nil {
		if x, ok := err.(interface{ Is(error) bool }); err == io.EOF || ok && x.Is(io.EOF) {
			return true
		}
		switch x := err.(type) {
		case *Error:
			return false
		case interface{ Unwrap() error }:
			err = x.Unwrap()
		case interface{ Unwrap() []error }:
			for _, err := range x.Unwrap() {
				if isEOF(err) {
					return true
				}
			}
			return false
		default:
			return false
		}
	}
	return false
}

// Is reports whether target is io.EOF and the code is routine. So errors.Is(err, io.EOF)
// is true if the peer sent 1000, 1001 or an empty close frame, and false if no valid close
// frame was received.
func (e *Error) Is(target error) bool {
	return e != nil && target == io.EOF && e.Event.code.IsRoutine()
}

// From returns the event of the first *[Error] in err's tree, and whether there is one.
// A nil *Error stops the search: From reports false.
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

// unwrap is a separate function because e is on the heap: errors.As needs its address.
func unwrap(err error) (CloseEvent, bool) {
	var e *Error
	if !errors.As(err, &e) || e == nil {
		return CloseEvent{}, false
	}
	return e.Event, true
}
