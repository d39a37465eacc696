//go:build go1.24

package event_test

import (
	"errors"
	"fmt"
	"io"
	"net"
	"testing"

	"example.com/closeframe/event"
	"example.com/closeframe/frame"
)

func TestError(t *testing.T) {
	bye := event.MustNew(1001, "bye\x1b", true)
	for _, test := range []struct {
		err  *event.Error
		want string
	}{
		{&event.Error{}, "closeframe: connection closed: 0 (unused), not clean"},
		{&event.Error{Event: bye}, `closeframe: connection closed: 1001 (Going Away) "bye\x1b", clean`},
		{&event.Error{Event: event.Abnormal(), Err: io.ErrUnexpectedEOF},
			"closeframe: connection closed: 1006 (Abnormal Closure), not clean: unexpected EOF"},
	} {
		if got := test.err.Error(); got != test.want {
			t.Errorf("got %s, want %s", got, test.want)
		}
		if got := test.err.Unwrap(); got != test.err.Err {
			t.Errorf("Unwrap gives %v, want %v", got, test.err.Err)
		}
	}
}

func TestErrorIs(t *testing.T) {
	err := fmt.Errorf("read: %w", &event.Error{Event: event.Abnormal(), Err: fmt.Errorf("tcp: %w", net.ErrClosed)})
	if !errors.Is(err, net.ErrClosed) {
		t.Error("errors.Is does not find the cause")
	}
	if errors.Is(err, io.EOF) {
		t.Error("errors.Is finds io.EOF")
	}
	if errors.Is(&event.Error{}, io.EOF) {
		t.Error("errors.Is finds io.EOF where there is no cause")
	}
	var e *event.Error
	if !errors.As(err, &e) || e.Event != event.Abnormal() {
		t.Errorf("errors.As finds %v", e)
	}
}

// asError turns itself into an *event.Error on request; asOther never does.
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

// asNil claims to be an *event.Error and gives a nil one.
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
		{"an As method that refuses", asOther{}, event.CloseEvent{}, false},
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
