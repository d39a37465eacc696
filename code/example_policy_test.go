//go:build go1.22

package code_test

import (
	"fmt"

	"example.com/closeframe/code"
)

// Which ends deserve a line in the log: all but the planned ones.
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
// grows with each attempt. The other codes would end the next connection as well:
// 1002, 1003, 1007 to 1010, 3000 and 3003 say that the client has to change.
func retry(c code.Code) bool {
	switch c {
	case code.GoingAway, // the server restarts; sent by a browser, the user has left
		code.AbnormalClosure, code.InternalError,
		code.ServiceRestart, code.TryAgainLater, code.BadGateway, code.Timeout:
		return true
	}
	return false
}

// Which ends a client retries.
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

// label returns one of about 25 labels for a metric: the peer chooses the code, and
// must not choose how many time series there are.
func label(c code.Code) string {
	if name := c.Name(); name != "" {
		return name
	}
	return c.Class().String()
}

// Labels of bounded cardinality, from the int of another WebSocket library.
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
