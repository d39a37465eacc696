// Package verdict has what the command judge prints.
package verdict

import "example.com/closeframe/event/closetest"

// Verdicts has a verdict for each stack, by name.
type Verdicts map[string]*Verdict

// A Verdict is what became of one stack.
type Verdict struct {
	Server, Client *closetest.Report
	Received       Cost // a close frame with a reason arrives and is answered
	Sent           Cost // the application closes; the peer's answer is read
}

// A Cost is that of one close.
type Cost struct {
	Nanoseconds float64
	Allocs      float64
}

// Least returns the smaller of each figure.
func (c Cost) Least(d Cost) Cost {
	return Cost{min(c.Nanoseconds, d.Nanoseconds), min(c.Allocs, d.Allocs)}
}
