package closetest

import (
	"fmt"
	"strings"
)

// A Result is the outcome of a row.
type Result struct {
	Row      Row       `json:"row"`
	Ran      bool      `json:"ran"`
	Why      string    `json:"why,omitempty"` // why it was not run
	Findings []Finding `json:"findings"`
	Answer   Hex       `json:"answer"` // the payload of the stack's close frame; in JSON "" if there is none
	Reported *Reported `json:"reported,omitempty"`
	Seconds  float64   `json:"seconds"`
}

// Broken returns the findings of level l or above.
func (r Result) Broken(l Level) (broken []Finding) {
	for _, f := range r.Findings {
		if f.Level >= l {
			broken = append(broken, f)
		}
	}
	return broken
}

// A Report has the results of a run, in the order of the rows.
type Report struct {
	Under   Role     `json:"under"`
	Results []Result `json:"results"`
}

// Err returns an error that lists the findings of level l or above, or nil. Must is usual
// and Should is strict. May includes the notes.
func (r *Report) Err(l Level) error {
	var lines []string
	for _, res := range r.Results {
		for _, f := range res.Broken(l) {
			lines = append(lines, fmt.Sprintf("%s: %s: %s", res.Row.Name, f.Level, f.Text))
		}
	}
	if lines == nil {
		return nil
	}
	return fmt.Errorf("closetest: %d findings:\n%s", len(lines), strings.Join(lines, "\n"))
}

// NotRun returns the number of rows that were not run.
func (r *Report) NotRun() (n int) {
	for _, res := range r.Results {
		if !res.Ran {
			n++
		}
	}
	return n
}
