//go:build go1.24

package event_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"math/rand/v2"
	"strconv"
	"testing"

	"example.com/closeframe/code"
	"example.com/closeframe/event"
)

func TestString(t *testing.T) {
	for _, test := range []struct {
		e    event.CloseEvent
		want string
	}{
		{event.CloseEvent{}, "0 (unused), not clean"},
		{event.Abnormal(), "1006 (Abnormal Closure), not clean"},
		{event.MustNew(1001, "bye", true), `1001 (Going Away) "bye", clean`},
		{event.MustNew(4001, "\x1b[2J", false), `4001 (private) "\x1b[2J", not clean`},
	} {
		if got := test.e.String(); got != test.want {
			t.Errorf("got %s, want %s", got, test.want)
		}
	}
}

// TestStringQuotes compares the quoted reason with that of strconv.
func TestStringQuotes(t *testing.T) {
	check := func(e event.CloseEvent) {
		t.Helper()
		want := e.Code().String()
		if r := e.Reason(); r != "" {
			want += " " + strconv.Quote(r)
		}
		if e.WasClean() {
			want += ", clean"
		} else {
			want += ", not clean"
		}
		got := e.String()
		if got != want {
			t.Fatalf("got  %s\nwant %s", got, want)
		}
		for _, r := range got {
			if !strconv.IsPrint(r) {
				t.Fatalf("%q has %U unescaped", got, r)
			}
		}
		if got := string(e.AppendTo([]byte("> "))); got != "> "+want {
			t.Fatalf("AppendTo = %s, want > %s", got, want)
		}
		if got := fmt.Sprint(e); got != want {
			t.Fatalf("Sprint = %s, want %s", got, want)
		}
	}
	for _, reason := range hostile {
		check(event.MustNew(4001, reason, false))
	}
	r := rand.New(rand.NewPCG(6455, 11))
	for range 5_000 {
		check(randomEvent(r))
	}
}

// TestGoString evaluates the source that GoString returns.
func TestGoString(t *testing.T) {
	if got, want := fmt.Sprintf("%#v", event.MustNew(1001, "bye", true)), `event.MustNew(1001, "bye", true)`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	check := func(e event.CloseEvent) {
		t.Helper()
		src := e.GoString()
		if want := fmt.Sprintf("event.MustNew(%d, %s, %t)", uint16(e.Code()), strconv.Quote(e.Reason()), e.WasClean()); src != want {
			t.Fatalf("got  %s\nwant %s", src, want)
		}
		expr, err := parser.ParseExpr(src)
		if err != nil {
			t.Fatalf("%s: %v", src, err)
		}
		args := expr.(*ast.CallExpr).Args
		c, err := strconv.ParseUint(args[0].(*ast.BasicLit).Value, 10, 16)
		if err != nil {
			t.Fatalf("%s: %v", src, err)
		}
		reason, err := strconv.Unquote(args[1].(*ast.BasicLit).Value)
		if err != nil {
			t.Fatalf("%s: %v", src, err)
		}
		clean := args[2].(*ast.Ident).Name == "true"
		if back := event.MustNew(code.Code(c), reason, clean); back != e {
			t.Fatalf("%s evaluates to %v", src, back)
		}
	}
	check(event.CloseEvent{})
	check(event.Abnormal())
	for _, reason := range hostile {
		check(event.MustNew(65535, reason, true))
	}
	r := rand.New(rand.NewPCG(6455, 13))
	for range 2_000 {
		check(randomEvent(r))
	}
}
