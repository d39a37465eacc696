package bench

import (
	"bytes"
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"
)

// A column has the number of each outcome, by class.
type column struct {
	peer
	n [16][4]int
}

func (c *column) count(class int, o outcome) { c.n[class][o]++ }

func (c *column) total(class int) (n int) {
	for _, m := range c.n[class] {
		n += m
	}
	return n
}

// cell returns the wrong outcomes of a class, or "ok".
func (c *column) cell(class int) string {
	total := c.total(class)
	if total == 0 {
		return "-"
	}
	var s []string
	for o, verb := range []string{accepts: "accepts", rejects: "rejects", changes: "changes"} {
		switch n := c.n[class][o]; {
		case verb == "" || n == 0:
		case n == total:
			s = append(s, verb)
		default:
			s = append(s, fmt.Sprintf("%s %d of %d", verb, n, total))
		}
	}
	if len(s) == 0 {
		return "ok"
	}
	return "**" + strings.Join(s, ", ") + "**"
}

// list returns the classes with an outcome.
func (c *column) list(o outcome) string {
	var s []string
	for i, k := range classes {
		if c.n[i][o] > 0 {
			s = append(s, k.name)
		}
	}
	if len(s) == 0 {
		return "-"
	}
	return strings.Join(s, "; ")
}

// peersMarkdown returns the text of results/peers.md.
func peersMarkdown(reading, writing []column, versions map[string]string) []byte {
	var b bytes.Buffer
	fmt.Fprintln(&b, "<!-- Written by go test -run TestPeersAgree -update. Do not edit. -->")
	fmt.Fprintln(&b, "# What the peers check")
	fmt.Fprintln(&b, "\nFrom the payloads of [vectors.txt](../../frame/testdata/vectors.txt), each run through each peer.")
	fmt.Fprintln(&b, "\"-conn\" peers keep their codec private: these columns are a server's connection in memory.")
	for _, half := range []struct {
		title, note string
		columns     []column
		call        func(column) string
	}{
		{"Reading", "\"Changes\": it reports a code or reason other than the one received.",
			reading, func(c column) string { return c.reads }},
		{"Writing", "\"Changes\": it sends a valid payload other than the one asked for. 1005 without a reason asks for the empty payload.",
			writing, func(c column) string { return c.writes }},
	} {
		fmt.Fprintf(&b, "\n## %s\n\n%s\n\n", half.title, half.note)
		fmt.Fprintln(&b, "| peer | version | what is called | accepts though invalid | rejects though valid | changes |\n|---|---|---|---|---|---|")
		for _, c := range half.columns {
			fmt.Fprintf(&b, "| %s | %s | %s | %s | %s | %s |\n", c.name, versions[c.module], half.call(c), c.list(accepts), c.list(rejects), c.list(changes))
		}
		fmt.Fprint(&b, "\n| payload | right |")
		for _, c := range half.columns {
			fmt.Fprintf(&b, " %s |", c.name)
		}
		fmt.Fprintf(&b, "\n|---|---|%s\n", strings.Repeat("---|", len(half.columns)))
		for i, k := range classes {
			fmt.Fprintf(&b, "| %s | %s |", k.name, map[bool]string{true: "accept", false: "reject"}[k.valid])
			for _, c := range half.columns {
				fmt.Fprintf(&b, " %s |", c.cell(i))
			}
			fmt.Fprintln(&b)
		}
	}
	return b.Bytes()
}

// versions returns the version of each module in go.mod.
func versions(t *testing.T) map[string]string {
	mod, err := os.ReadFile("go.mod")
	if err != nil {
		t.Fatal(err)
	}
	v := map[string]string{}
	for _, m := range regexp.MustCompile(`(?m)^\s+(\S+) (v\S+)`).FindAllSubmatch(mod, -1) {
		v[string(m[1])] = string(m[2])
	}
	return v
}
