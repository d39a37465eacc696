package main

import (
	"flag"
	"fmt"
	"strconv"

	"example.com/closeframe/code"
)

var explainVerb = verb{
	usage: "usage: closeframe explain [CODE...]\n",
	help: `
Tells for each code its class, whether it may be sent in a close frame, whether
WebSocket.close() of a browser takes it, its name and what it means; without
arguments, for all there are.

Examples:
  closeframe explain
  closeframe explain 1006
  closeframe explain 3000 4001
`,
	setup: func(*flag.FlagSet) func([]string, streams) int { return explain },
}

// ranges are the rows of the table: each code that has a name, and the ranges in
// which all others have the same meaning.
var ranges = [][2]code.Code{
	{0, 999},
	{1000, 1000}, {1001, 1001}, {1002, 1002}, {1003, 1003}, {1004, 1004}, {1005, 1005}, {1006, 1006}, {1007, 1007},
	{1008, 1008}, {1009, 1009}, {1010, 1010}, {1011, 1011}, {1012, 1012}, {1013, 1013}, {1014, 1014}, {1015, 1015},
	{1016, 2999},
	{3000, 3000}, {3003, 3003}, {3008, 3008}, {3001, 3999},
	{4000, 4999},
	{5000, 65535},
}

func explain(args []string, s streams) int {
	if len(args) == 0 {
		explainHead(s)
		for _, r := range ranges {
			explainRow(s, r[0], r[1])
		}
		return exitOK
	}
	status := exitOK
	var rows []code.Code
	for _, arg := range args {
		c, err := parseCode(arg)
		if err != nil {
			s.complain("%v", err)
			status = exitFailed
			continue
		}
		rows = append(rows, c)
	}
	if len(rows) > 0 {
		explainHead(s)
	}
	for _, c := range rows {
		explainRow(s, c, c)
	}
	return status
}

// layout keeps a row within 80 columns.
const layout = "%-11s  %-10s  %-5s  %-7s  %s\n"

func explainHead(s streams) {
	fmt.Fprintf(s.out, layout, "CODE", "CLASS", "FRAME", "BROWSER", "NAME, MEANING")
}

func explainRow(s streams, from, to code.Code) {
	codes := strconv.Itoa(int(from))
	if to != from {
		codes += "-" + strconv.Itoa(int(to))
	}
	name := from.Name()
	if name == "" {
		name = "-"
	}
	fmt.Fprintf(s.out, layout, codes, from.Class(), yesNo(from.IsSendable()), yesNo(from.IsApplication()), name)
	fmt.Fprintf(s.out, "%13s%s\n", "", from.Description())
}

func yesNo(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}
