//go:build go1.24

package event_test

import (
	"errors"
	"fmt"
	"io"
	"net"
	"testing"

	"example.com/closeframe/code"
	"example.com/closeframe/event"
	"example.com/closeframe/frame"
)

func TestError(t *testing.T) {
	bye := event.MustNew(1001, "bye\x1b", true)
	for _, test := range []struct {
		err  *event.Error
		want string
	}{
		{nil, "<nil>"},
		{&event.Error{}, "closeframe: connection closed: 0 (unused), not clean"},
		{&event.Error{Event: bye}, `closeframe: connection closed: 1001 (Going Away) "bye\x1b", clean`},
		{&event.Error{Event: event.Abnormal(), Err: io.ErrUnexpectedEOF},
			"closeframe: connection closed: 1006 (Abnormal Closure), not clean: unexpected EOF"},
		{&event.Error{Event: event.Abnormal(), Refused: 2000, Err: frame.ErrCode},
			"closeframe: connection closed: 1006 (Abnormal Closure), not clean: closeframe: code is not allowed in a close frame: 2000 (reserved)"},
		{&event.Error{Event: event.Abnormal(), Refused: 1008, Err: frame.ErrUTF8},
			"closeframe: connection closed: 1006 (Abnormal Closure), not clean: closeframe: reason is not UTF-8: 1008 (Policy Violation)"},
		{&event.Error{Event: event.Abnormal(), Refused: 999}, "closeframe: connection closed: 1006 (Abnormal Closure), not clean: 999 (unused)"},
		{&event.Error{Event: event.Abnormal(), Err: errors.New("bad\nline \x1b[2J\u202e\x7f\u0085 \xff \\ \"é再👋\"")},
			`closeframe: connection closed: 1006 (Abnormal Closure), not clean: bad\nline \x1b[2J\u202e\x7f\u0085 \xff \ "é再👋"`},
	} {
		if got := test.err.Error(); got != test.want {
			t.Errorf("got %s, want %s", got, test.want)
		}
	}
}

// A lost connection is never io.EOF, and a planned end never a lost connection.
func TestErrorIsEOFForRoutineCodesOnly(t *testing.T) {
	causes := []error{nil, io.EOF, fmt.Errorf("read: %w", io.EOF), errors.Join(net.ErrClosed, io.EOF), net.ErrClosed, io.ErrUnexpectedEOF, frame.ErrCode}
	for n := range 65536 {
		c := code.Code(n)
		routine := n == 1000 || n == 1001 || n == 1005
		for _, cause := range causes {
			for _, clean := range []bool{false, true} {
				var err error = &event.Error{Event: event.MustNew(c, "", clean), Err: cause}
				if n%1000 < 10 {
					err = fmt.Errorf("read: %w", err)
				}
				if got := errors.Is(err, io.EOF); got != routine {
					t.Fatalf("%v: errors.Is(err, io.EOF) = %v", err, got)
				}
				eof := errors.Is(cause, io.EOF)
				if got, want := errors.Is(err, io.ErrUnexpectedEOF), eof && !routine || cause == io.ErrUnexpectedEOF; got != want {
					t.Fatalf("%v: errors.Is(err, io.ErrUnexpectedEOF) = %v", err, got)
				}
				if cause != nil && !eof && !errors.Is(err, cause) {
					t.Fatalf("%v: errors.Is does not find the cause", err)
				}
			}
		}
	}
}

func TestErrorUnwrap(t *testing.T) {
	wrapped := fmt.Errorf("tcp: %w", io.EOF)
	lost, done := event.Abnormal(), event.MustNew(1001, "", true)
	for _, test := range []struct {
		err  *event.Error
		want error
	}{
		{nil, nil},
		{&event.Error{}, nil},
		{&event.Error{Event: lost, Err: net.ErrClosed}, net.ErrClosed},
		{&event.Error{Event: lost, Err: wrapped}, io.ErrUnexpectedEOF},
		{&event.Error{Event: done, Err: wrapped}, nil},
		{&event.Error{Event: done, Err: net.ErrClosed}, net.ErrClosed},
	} {
		if got := test.err.Unwrap(); got != test.want {
			t.Errorf("%v: Unwrap = %v, want %v", test.err, got, test.want)
		}
	}
	if (*event.Error)(nil).Is(io.EOF) {
		t.Error("a nil *Error is io.EOF")
	}
	var e *event.Error
	if err := fmt.Errorf("read: %w", &event.Error{Event: lost}); !errors.As(err, &e) || e.Event != lost {
		t.Errorf("errors.As finds %v", e)
	}
}

// asError has an As method that returns an *event.Error; that of asOther does not.
type (
	asError struct{ e event.CloseEvent }
	asOther struct{}
)

func (asError) Error() string { return "as" }
func (a asError) As(target any) bool {
	p, ok := target.(**event.Error)
	if ok {
		*p = &event.Error{Event: a.e}
	}
	return ok
}
func (asOther) Error() string { return "as" }
func (asOther) As(any) bool   { return false }

// asNil has an As method that returns a nil *event.Error.
type asNil struct{}

func (asNil) Error() string { return "as" }
func (asNil) As(target any) bool {
	_, ok := target.(**event.Error)
	return ok
}

func TestFrom(t *testing.T) {
	bye, other := event.MustNew(1001, "bye", true), event.MustNew(4000, "", false)
	e := &event.Error{Event: bye, Err: io.EOF}
	for _, test := range []struct {
		name string
		err  error
		want event.CloseEvent
		ok   bool
	}{
		{"nil", nil, event.CloseEvent{}, false},
		{"itself", e, bye, true},
		{"the zero Error", &event.Error{}, event.CloseEvent{}, true},
		{"a nil Error", (*event.Error)(nil), event.CloseEvent{}, false},
		{"wrapped", fmt.Errorf("read: %w", e), bye, true},
		{"wrapped twice", fmt.Errorf("a: %w", fmt.Errorf("b: %w", e)), bye, true},
		{"wrapped beside another", fmt.Errorf("%w, %w", io.EOF, e), bye, true},
		{"joined", errors.Join(io.EOF, e), bye, true},
		{"joined and wrapped", fmt.Errorf("a: %w", errors.Join(io.EOF, fmt.Errorf("b: %w", e))), bye, true},
		{"the first of two joined", errors.Join(e, &event.Error{Event: other}), bye, true},
		{"the outer of two", &event.Error{Event: other, Err: e}, other, true},
		{"in a net.OpError", &net.OpError{Op: "read", Err: e}, bye, true},
		{"an As method", asError{bye}, bye, true},
		{"an As method, wrapped", fmt.Errorf("a: %w", asError{bye}), bye, true},
		{"an As method that returns false", asOther{}, event.CloseEvent{}, false},
		{"an As method that gives nil", asNil{}, event.CloseEvent{}, false},
		{"a nil Error, wrapped", fmt.Errorf("a: %w", (*event.Error)(nil)), event.CloseEvent{}, false},
		{"not wrapped but printed", fmt.Errorf("a: %v", e), event.CloseEvent{}, false},
		{"foreign", io.EOF, event.CloseEvent{}, false},
		{"foreign and wrapped", fmt.Errorf("a: %w", io.EOF), event.CloseEvent{}, false},
		{"foreign and joined", errors.Join(io.EOF, io.ErrClosedPipe), event.CloseEvent{}, false},
		{"of package frame", frame.ErrUTF8, event.CloseEvent{}, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got, ok := event.From(test.err); got != test.want || ok != test.ok {
				t.Errorf("got %v, %v, want %v, %v", got, ok, test.want, test.ok)
			}
		})
	}
}

// Each level of nesting costs the same. A client may join the error of each of its
// connections to that of the one before.
func TestErrorUnwrapOfNestedErrorsIsLinear(t *testing.T) {
	asked := 0
	var err error = countIs{&asked}
	const levels = 40
	for range levels {
		err = &event.Error{Event: event.Abnormal(), Err: errors.Join(countIs{&asked}, err)}
	}
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		t.Error("errors.Is finds an error that is not in the tree")
	}
	if asked > 10*levels {
		t.Errorf("%d levels: Is was called %d times", levels, asked)
	}
}

// countIs counts the calls of its Is method.
type countIs struct{ n *int }

func (countIs) Error() string   { return "count" }
func (c countIs) Is(error) bool { *c.n++; return false }
