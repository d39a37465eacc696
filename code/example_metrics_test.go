//go:build go1.24

package code_test

import (
	"fmt"
	"maps"
	"slices"

	"example.com/closeframe/code"
)

// closes counts how connections ended, under a bounded number of labels: the peer
// chooses the code, and must not choose how many counters there are.
type closes map[string]int

func (m closes) count(c code.Code) { m[label(c)]++ }

// label is the name that the registry has for c, else the class of c.
func label(c code.Code) string {
	if name := c.Name(); name != "" {
		return name
	}
	return c.Class().String()
}

// retry reports whether a client should connect again by itself.
func retry(c code.Code) bool {
	switch c {
	case code.GoingAway, code.AbnormalClosure, code.ServiceRestart, code.TryAgainLater, code.BadGateway:
		return true
	}
	return false
}

// Counting the ends of connections, and judging them, from the code type of another
// WebSocket library.
func Example_metrics() {
	seen := []int{1000, 1001, 1006, 4000, 4999, 1001, -1} // as that library has them

	m := closes{}
	again := 0
	for _, v := range seen {
		c, ok := code.From(v)
		if !ok {
			fmt.Println(v, "is no close code")
			continue
		}
		m.count(c)
		if retry(c) {
			again++
		}
	}
	for _, name := range slices.Sorted(maps.Keys(m)) {
		fmt.Println(name, m[name])
	}
	fmt.Println("connect again:", again)
	// Output:
	// -1 is no close code
	// Abnormal Closure 1
	// Going Away 2
	// Normal Closure 1
	// private 2
	// connect again: 3
}
