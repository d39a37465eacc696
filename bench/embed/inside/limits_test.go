package inside

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"example.com/closeframe/bench/embed/verdict"
	"example.com/closeframe/event/closetest"
)

// A limit is a known failure of a changed stack.
type limit struct {
	stacks string // their names
	why    string // for the README
	race   bool   // the row passes sometimes
	has    func(closetest.Result, closetest.Finding) bool
}

var limits = []limit{{
	stacks: "gorilla fasthttp gws coder",
	why:    "After its own close frame the stack sends no pong. RFC 6455, 5.5.2, requires one until the peer's close frame is received.",
	has:    noPong,
}, {
	stacks: "nbio",
	why:    "The ping handler may run after the peer's close frame was read. Then no pong is sent.",
	race:   true,
	has:    noPong,
}, {
	stacks: "x/net",
	why: "After 1000, 1001 or no code, and after a wrong mask bit, a read returns plain io.EOF, " +
		"as callers and a test of the stack expect. We count it as a report of 1005, " +
		"so some rows with these ends are not right. Any other end returns an event.Error.",
	has: func(r closetest.Result, f closetest.Finding) bool {
		return f.Part == closetest.PartReported && r.Reported.Code == 1005
	},
}, {
	stacks: "gobwas",
	why:    "The package keeps no state of the connection, so it also replies to the peer's reply. The adapter for applications keeps that state.",
	has: func(_ closetest.Result, f closetest.Finding) bool {
		return f.Part == closetest.PartFrames && strings.Contains(f.Text, "second close frame")
	},
}, {
	stacks: "gobwas",
	why:    "NewCloseFrameBody returns no error, so it replaces an illegal code with 1011, and repairs and cuts a reason.",
	has: func(r closetest.Result, f closetest.Finding) bool {
		return r.Row.Want.Refused && (f.Part == closetest.PartSent || f.Part == closetest.PartReported)
	},
}, {
	stacks: "gobwas",
	why:    "The payload of a frame with a malformed header stays unread, so TCP may be reset when the application closes it.",
	race:   true,
	has: func(_ closetest.Result, f closetest.Finding) bool {
		return f.Part == closetest.PartTCP && strings.Contains(f.Text, "reset")
	},
}, {
	stacks: "gws x/net",
	why:    "The caller truncates 66536 to 1000: WriteClose of gws has a uint16 parameter, and a Codec of x/net receives the finished payload.",
	has: func(r closetest.Result, _ closetest.Finding) bool {
		return strings.HasSuffix(r.Row.Title, "closes with 66536")
	},
}, {
	stacks: "gws",
	why:    "Code 0 is sent as 1000, as in the released gws.",
	has: func(r closetest.Result, _ closetest.Finding) bool {
		return strings.HasSuffix(r.Row.Title, "closes with 0")
	},
}}

func noPong(_ closetest.Result, f closetest.Finding) bool {
	return f.Part == closetest.PartFrames && strings.Contains(f.Text, "no pong")
}

// checkLimits compares the limits with the failures of the changed stacks, at SHOULD
// and MUST. It repeats rows that fail beyond the limits, because a wait may be too
// short on a busy machine.
func checkLimits(t *testing.T, all []*result, judge string) {
	used := map[string]bool{}
	for _, r := range all {
		beyond := r.beyondLimits(r.verdict[inside], used)
		for range 2 {
			if len(beyond) > 0 {
				rows := strings.Join(slices.Sorted(maps.Keys(beyond)), ",")
				beyond = r.beyondLimits(runJudge(t, judge, "-stack="+r.name, "-row="+rows)[r.name], used)
			}
		}
		for row, text := range beyond {
			t.Errorf("%s inside, %s: %s", r.name, row, text)
		}
	}
	for _, l := range limits {
		if !l.race && !used[l.why] {
			t.Errorf("a limit without a case: %s", l.why)
		}
	}
}

// beyondLimits returns the failures that are in no limit, by row.
func (r *result) beyondLimits(v *verdict.Verdict, used map[string]bool) map[string]string {
	beyond := map[string]string{}
	for _, report := range []*closetest.Report{v.Server, v.Client} {
		for _, res := range report.Results {
			for _, f := range res.Broken(closetest.Should) {
				why := r.limit(res, f)
				used[why] = true
				if why == "" {
					beyond[res.Row.Name] = fmt.Sprintf("as %v: %v: %s", report.Under, f.Level, f.Text)
				}
			}
		}
	}
	return beyond
}

// limit returns the text of the limit for a finding, or "".
func (r *result) limit(res closetest.Result, f closetest.Finding) string {
	for _, l := range limits {
		if slices.Contains(strings.Fields(l.stacks), r.name) && l.has(res, f) {
			return l.why
		}
	}
	return ""
}

// findings returns the findings of a row in either role.
func findings(v *verdict.Verdict, row string) (found []closetest.Finding) {
	for _, report := range []*closetest.Report{v.Server, v.Client} {
		for _, res := range report.Results {
			if res.Row.Name == row {
				found = append(found, res.Broken(closetest.Should)...)
			}
		}
	}
	return found
}
