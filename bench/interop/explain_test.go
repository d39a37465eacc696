package interop

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// An explanation is why peers differ from closeframe.
type explanation struct {
	table       string
	peers       []string
	differences []string
	why         string // with its sources
	used        bool
}

// explanations are numbered from 1. The first that matches counts.
type explanations []explanation

// of returns the number of the explanation of a difference, 0 if there is none.
func (all explanations) of(table, peer, difference string) int {
	for i := range all {
		e := &all[i]
		if e.table == table && slices.Contains(e.peers, peer) && slices.Contains(e.differences, difference) {
			e.used = true
			return i + 1
		}
	}
	return 0
}

// markdown lists the explanations. An unused one is an error.
func (all explanations) markdown(t *testing.T) string {
	var b strings.Builder
	for i, e := range all {
		if !e.used {
			t.Errorf("explanation %d is unused: %s", i+1, e.why)
		}
		fmt.Fprintf(&b, "%d. %s\n", i+1, e.why)
	}
	return b.String()
}
