package main

import (
	"flag"
	"fmt"
	"io"
	"sort"
	"strconv"
	"strings"

	"example.com/closeframe/code"
)

var explainVerb = verb{
	name:  "explain",
	args:  "[CODE|WORD...]",
	short: "what close codes mean, and what to do about them",
	help: `
Explains close codes: class, name and meaning; whether a close frame may carry the
code, and close() of a browser send it; who usually sends it, whether to log it, to
retry and what to tell the user; and what frameworks mean by it, as they document.
Words search all of that and list what has them all. Without arguments there is a
line for each code that has a name, and for the ranges between.

Examples:
  $ closeframe explain 1013
  $ closeframe explain timeout
`,
	setup: func(*flag.FlagSet) func([]string, streams) int { return explain },
}

func explain(args []string, s streams) int {
	if len(args) == 0 {
		io.WriteString(s.out, list(spans()))
		return exitOK
	}
	status, gap := exitOK, ""
	var words []string
	for _, arg := range args {
		if strings.Trim(arg, "-0123456789") != "" {
			words = append(words, strings.Fields(strings.ToLower(arg))...)
			continue
		}
		c, err := parseCode(arg)
		if err != nil {
			s.complain("%v", err)
			status = exitFailed
			continue
		}
		io.WriteString(s.out, gap)
		explainCode(s, c)
		gap = "\n"
	}
	if len(words) == 0 {
		return status
	}
	found := search(words)
	if found == "" {
		s.complain("no code is known by %q", strings.Join(words, " "))
		return exitFailed
	}
	io.WriteString(s.out, gap+found)
	return status
}

func explainCode(s streams, c code.Code) {
	a := adviceOf(c)
	class := ""
	if c.Name() != "" {
		class = ", " + c.Class().String()
	}
	fmt.Fprintf(s.out, "%v%s\n%s\n", c, class, c.Description())
	for _, line := range [][2]string{
		{"in a close frame", yesNo(c.IsSendable())},
		{"in close() of a browser", yesNo(c.IsApplication())},
		{"usual sender", a.sender},
		{"log", a.log},
		{"retry", a.retry},
		{"tell the user", a.user},
	} {
		fmt.Fprintf(s.out, "  %-24s %s\n", line[0], line[1])
	}
	for _, u := range uses {
		if u.first <= c && c <= u.last {
			fmt.Fprintf(s.out, "  %-24s %s\n", "at "+u.who, u.what)
		}
	}
}

// A span is a code that has a name, or the range around such in which all others
// have the same meaning.
type span struct{ first, last code.Code }

func (r span) String() string {
	if r.first == r.last {
		return strconv.Itoa(int(r.first))
	}
	return fmt.Sprintf("%d-%d", r.first, r.last)
}

// spans are those of the whole table, in the order in which they end.
func spans() []span {
	var all []span
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
		all = append(all, span{c, c})
	}
	sort.Slice(all, func(i, j int) bool { return all[i].last < all[j].last })
	return all
}

// list returns a line for each span, and a second with its meaning.
func list(all []span) string {
	const layout = "%-11s  %-10s  %-5s  %-7s  %s\n"
	var b strings.Builder
	fmt.Fprintf(&b, layout, "CODE", "CLASS", "FRAME", "BROWSER", "NAME, MEANING")
	for _, r := range all {
		c := r.first
		name := c.Name()
		if name == "" {
			name = "-"
		}
		fmt.Fprintf(&b, layout, r, c.Class(), yesNo(c.IsSendable()), yesNo(c.IsApplication()), name)
		fmt.Fprintf(&b, "%13s%s\n", "", c.Description())
	}
	return b.String()
}

// search lists the codes and uses that have all words.
func search(words []string) (text string) {
	var found []span
	for _, r := range spans() {
		c, a := r.first, adviceOf(r.first)
		if hasWords(words, r.String(), c.Name(), c.Class().String(), c.Description(), a.sender, a.log, a.retry, a.user) {
			found = append(found, r)
		}
	}
	if len(found) > 0 {
		text = list(found)
	}
	for _, u := range uses {
		if hasWords(words, u.who, u.what) {
			text += fmt.Sprintf("%-11s  at %s: %s\n", span{u.first, u.last}, u.who, u.what)
		}
	}
	return text
}

// hasWords reports whether each word is somewhere in the texts, which may be in
// upper case.
func hasWords(words []string, texts ...string) bool {
	all := strings.ToLower(strings.Join(texts, "\n"))
	for _, w := range words {
		if !strings.Contains(all, w) {
			return false
		}
	}
	return true
}

func yesNo(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}
