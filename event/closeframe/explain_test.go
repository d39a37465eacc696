//go:build go1.24

package main

import (
	"testing"

	"example.com/closeframe/code"
)

// A code of the registry without an entry in the table would get the advice of its
// class, which for most is that nobody sends it.
func TestAdviceHasEveryName(t *testing.T) {
	for n := range 1 << 16 {
		c := code.Code(n)
		hasAdvice := c.Name() != "" && c != 1004
		if got := adviceOf(c).sender != adviceOf(0).sender && adviceOf(c).sender != adviceOf(4000).sender; got != hasAdvice {
			t.Errorf("%v: has advice of its own: %v, want %v", c, got, hasAdvice)
		}
	}
}

// Frameworks choose among the codes that the protocol leaves to them.
func TestUsesAreOfLibrariesAndApplications(t *testing.T) {
	for _, u := range uses() {
		if u.first < 3000 || u.last < u.first || u.last > 4999 || u.what == "" {
			t.Errorf("%s: %d to %d", u.who, u.first, u.last)
		}
	}
}
