package main

import (
	"cmp"
	"flag"
	"fmt"
	"slices"
	"strconv"

	"example.com/closeframe/code"
)

var explainVerb = verb{
	name: "explain",
	args: "[CODE...]",
	help: `
Tells for each code its class, whether it may be sent in a close frame, whether
WebSocket.close() of a browser takes it, its name and what it means; without
arguments, for all there are.

Examples:
  $ closeframe explain
  $ closeframe explain 3000 4001
  $ closeframe explain 1006
  CODE         CLASS       FRAME  BROWSER  NAME, MEANING
  1006         reserved    no     no       Abnormal Closure
               The connection ended without a close frame.
`,
	setup: func(*flag.FlagSet) func([]string, streams) int { return explain },
}

// A row is a code that has a name, or the range around such in which all others
// have the same meaning.
type row struct{ first, last code.Code }

// rows are those of the whole table, in the order in which they end.
func rows() []row {
	var all []row
	unnamed := map[string]int{} // by what they mean, the place in all
	for n := 0; n < 1<<16; n++ {
		c := code.Code(n)
		i, ok := unnamed[c.Description()]
		switch {
		case c.Name() == "" && ok:
			all[i].last = c
			continue
		case c.Name() == "":
			unnamed[c.Description()] = len(all)
		}
		all = append(all, row{c, c})
	}
	slices.SortFunc(all, func(a, b row) int { return cmp.Compare(a.last, b.last) })
	return all
}

func explain(args []string, s streams) int {
	if len(args) == 0 {
		explainHead(s)
		for _, r := range rows() {
			r.explain(s)
		}
		return exitOK
	}
	status := exitOK
	var codes []code.Code
	for _, arg := range args {
		c, err := parseCode(arg)
		if err != nil {
			s.complain("%v", err)
			status = exitFailed
			continue
		}
		codes = append(codes, c)
	}
	if len(codes) > 0 {
		explainHead(s)
	}
	for _, c := range codes {
		row{c, c}.explain(s)
	}
	return status
}

// layout keeps a row within 80 columns.
const layout = "%-11s  %-10s  %-5s  %-7s  %s\n"

func explainHead(s streams) {
	fmt.Fprintf(s.out, layout, "CODE", "CLASS", "FRAME", "BROWSER", "NAME, MEANING")
}

func (r row) explain(s streams) {
	c := r.first
	codes := strconv.Itoa(int(c))
	if r.last != c {
		codes += "-" + strconv.Itoa(int(r.last))
	}
	name := c.Name()
	if name == "" {
		name = "-"
	}
	fmt.Fprintf(s.out, layout, codes, c.Class(), yesNo(c.IsSendable()), yesNo(c.IsApplication()), name)
	fmt.Fprintf(s.out, "%13s%s\n", "", c.Description())
}

func yesNo(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}
