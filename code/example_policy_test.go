//go:build go1.22

package code_test

import (
	"fmt"

	"example.com/closeframe/code"
)

// Log every end except the planned ones.
func ExampleCode_IsRoutine() {
	for _, c := range []code.Code{1000, 1001, 1005, 1006, 1011, 4001} {
		if !c.IsRoutine() {
			fmt.Println("closed:", c)
		}
	}
	// Output:
	// closed: 1006 (Abnormal Closure)
	// closed: 1011 (Internal Error)
	// closed: 4001 (private)
}

// retry reports whether a client should connect again, after a random delay that
// grows with each attempt. After 1002, 1003, 1007 to 1010, 3000 or 3003 the next
// connection would end in the same way.
func retry(c code.Code) bool {
	switch c {
	case code.GoingAway, // a server that shuts down
		code.AbnormalClosure, code.InternalError,
		code.ServiceRestart, code.TryAgainLater, code.BadGateway, code.Timeout:
		return true
	}
	return false
}

// A client decides by the code whether to connect again.
func Example_retry() {
	for _, c := range []code.Code{1000, 1001, 1006, 1008, 1012} {
		fmt.Println(c, retry(c))
	}
	// Output:
	// 1000 (Normal Closure) false
	// 1001 (Going Away) true
	// 1006 (Abnormal Closure) true
	// 1008 (Policy Violation) false
	// 1012 (Service Restart) true
}

// label returns one of about 25 labels for a metric. The peer chooses the code, and so
// must not be able to create a time series for each.
func label(c code.Code) string {
	if name := c.Name(); name != "" {
		return name
	}
	return c.Class().String()
}

// Metric labels of bounded cardinality, from the int of another WebSocket library.
func Example_metricsLabel() {
	ends := map[string]int{}
	for _, v := range []int{1000, 1001, 1001, 3500, 4000, 4999} {
		if c, ok := code.From(v); ok {
			ends[label(c)]++
		}
	}
	fmt.Println(ends)
	// Output:
	// map[Going Away:2 Normal Closure:1 library:1 private:2]
}
