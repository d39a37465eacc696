package embed_test

import (
	"bytes"
	"fmt"
	"reflect"
	"strings"

	"example.com/closeframe/bench/embed/live"
)

// tables returns the generated part of README.md.
func tables(columns []column) []byte {
	var b bytes.Buffer
	writeSums(&b, columns)
	writeHalf(&b, columns, "Receiving", receiveLines)
	writeHalf(&b, columns, "Sending", sendLines)
	writeLimits(&b)
	return b.Bytes()
}

// writeLimits writes each limit once, with all stacks that have it.
func writeLimits(b *bytes.Buffer) {
	fmt.Fprint(b, "\n### What stays wrong\n\n")
	var order []string
	stacks := map[string][]string{}
	for _, p := range pairs {
		for _, l := range p.after.Limits {
			if stacks[l.Why] == nil {
				order = append(order, l.Why)
			}
			stacks[l.Why] = append(stacks[l.Why], p.after.Name)
		}
	}
	for _, why := range order {
		fmt.Fprintf(b, "- %s: %s\n", strings.Join(stacks[why], ", "), why)
	}
}

// writeHalf writes a table for each role, or one where they do not differ.
func writeHalf(b *bytes.Buffer, columns []column, title string, lines func([]column, live.Role) []line) {
	server, client := lines(columns, live.Server), lines(columns, live.Client)
	if reflect.DeepEqual(server, client) {
		fmt.Fprintf(b, "\n### %s, as server and as client\n\n", title)
		writeTable(b, columns, server)
		return
	}
	fmt.Fprintf(b, "\n### %s, as server\n\n", title)
	writeTable(b, columns, server)
	fmt.Fprintf(b, "\n### %s, as client\n\n", title)
	writeTable(b, columns, client)
}

// writeSums writes how many rows are right in everything.
func writeSums(b *bytes.Buffer, columns []column) {
	writeHead(b, columns, "right in everything", "of")
	for _, half := range []struct {
		name  string
		cells func(outcome) [2][]cell
	}{
		{"receiving", func(o outcome) [2][]cell { return o.receive }},
		{"sending", func(o outcome) [2][]cell { return o.send }},
	} {
		for _, role := range roles {
			fmt.Fprintf(b, "| %s, as %s | %d |", half.name, role, len(half.cells(columns[0].before)[role]))
			for _, c := range columns {
				fmt.Fprintf(b, " %d → %d |", countRight(half.cells(c.before)[role]), countRight(half.cells(c.after)[role]))
			}
			fmt.Fprintln(b)
		}
	}
}

func countRight(cells []cell) (n int) {
	for _, c := range cells {
		if c.wrong == 0 {
			n++
		}
	}
	return n
}

// A line is the rows of one group for which all columns are alike.
type line struct {
	group string
	names []string
	right string
	cells []string // one a column
}

func receiveLines(columns []column, role live.Role) (lines []line) {
	for i, r := range live.Rows {
		l := line{group: r.Group, right: r.Right()}
		for _, c := range columns {
			l.cells = append(l.cells, cellText(c.before.receive[role][i], c.after.receive[role][i]))
		}
		lines = addLine(lines, l, r.Name)
	}
	return lines
}

func sendLines(columns []column, role live.Role) (lines []line) {
	for i, r := range live.SendRows {
		l := line{right: r.Right()}
		for _, c := range columns {
			l.cells = append(l.cells, cellText(c.before.send[role][i], c.after.send[role][i]))
		}
		lines = addLine(lines, l, r.Name)
	}
	return lines
}

// addLine adds name to the line that is like l, or l as a new one.
func addLine(lines []line, l line, name string) []line {
	for i := range lines {
		k := &lines[i]
		if k.group == l.group && k.right == l.right && strings.Join(k.cells, "|") == strings.Join(l.cells, "|") {
			k.names = append(k.names, name)
			return lines
		}
	}
	l.names = []string{name}
	return append(lines, l)
}

func cellText(before, after cell) string {
	if b, a := markWrong(before), markWrong(after); a == b {
		return a
	}
	return markWrong(before) + " → " + markWrong(after)
}

func markWrong(c cell) string {
	if c.wrong == 0 {
		return "ok"
	}
	return "**" + c.text + "**"
}

func writeTable(b *bytes.Buffer, columns []column, lines []line) {
	writeHead(b, columns, "payload", "right")
	for _, l := range lines {
		fmt.Fprintf(b, "| %s | %s | %s |\n", strings.Join(l.names, "; "), l.right, strings.Join(l.cells, " | "))
	}
}

func writeHead(b *bytes.Buffer, columns []column, first ...string) {
	names := first
	for _, c := range columns {
		names = append(names, c.name)
	}
	fmt.Fprintf(b, "| %s |\n%s|\n", strings.Join(names, " | "), strings.Repeat("|---", len(names)))
}
