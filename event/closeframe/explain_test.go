//go:build go1.24

package main

import (
	"testing"

	"example.com/closeframe/code"
)

// Without an entry in the table, a registered code has the advice of its class, which for
// most says that no stack sends it.
func TestAdviceHasEveryName(t *testing.T) {
	for n := range 1 << 16 {
		c := code.Code(n)
		hasAdvice := c.Name() != "" && c != 1004
		if got := adviceOf(c).sender != adviceOf(0).sender && adviceOf(c).sender != adviceOf(4000).sender; got != hasAdvice {
			t.Errorf("%v: has advice of its own: %v, want %v", c, got, hasAdvice)
		}
	}
}

// RFC 6455, section 7.4.2, leaves 3000-4999 to frameworks and applications.
func TestUsesAreOfLibrariesAndApplications(t *testing.T) {
	if len(uses()) == 0 {
		t.Error("no uses")
	}
	for _, u := range uses() {
		if u.first < 3000 || u.last < u.first || u.last > 4999 || u.what == "" {
			t.Errorf("%s: %d to %d", u.who, u.first, u.last)
		}
	}
}
