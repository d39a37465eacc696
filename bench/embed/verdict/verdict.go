// Package verdict has the output of the command judge.
package verdict

import "example.com/closeframe/event/closetest"

// Verdicts has a verdict for each stack, by name.
type Verdicts map[string]*Verdict

// A Verdict has the results of one stack.
type Verdict struct {
	Server, Client *closetest.Report
	Received       Cost // receives a close frame with a reason and replies
	Sent           Cost // the application closes; the reply is received
}

// A Cost is the cost of one close.
type Cost struct {
	Nanoseconds float64
	Allocs      float64
}

// Least returns the minimum of each figure.
func (c Cost) Least(d Cost) Cost {
	return Cost{min(c.Nanoseconds, d.Nanoseconds), min(c.Allocs, d.Allocs)}
}
