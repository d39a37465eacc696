package main

import (
	"flag"
	"fmt"
	"io"
	"strings"

	"example.com/closeframe/code"
)

var explainCommand = subcommand{
	name:  "explain",
	args:  "[CODE|WORD...]",
	short: "describe close codes, and what to do about them",
	help: `
Describes close codes: class, name and meaning; whether the code may be sent in a
close frame, and by close() of a browser; the usual sender; whether to log it and to
retry; what to show the user; and its documented meaning in frameworks.

With WORDs, explain lists the codes whose texts have every WORD. Without arguments it
lists all codes.

Examples:
  $ closeframe explain 1013
  $ closeframe explain timeout
`,
	setup: func(*flag.FlagSet) func([]string, streams) int { return explain },
}

// explain describes the codes of args, and lists the matches of its words.
func explain(args []string, s streams) int {
	status, gap := exitOK, ""
	var words []string
	for _, arg := range args {
		arg = strings.TrimSpace(arg)
		if strings.Trim(arg, "-0123456789") != "" { // -1 is an invalid code, not a word
			words = append(words, strings.Fields(strings.ToLower(arg))...)
			continue
		}
		c, err := parseCode(arg)
		if err != nil {
			s.complain("%v", err)
			status = exitFailed
			continue
		}
		io.WriteString(s.out, gap+describe(c))
		gap = "\n"
	}
	if len(args) > 0 && len(words) == 0 { // only codes
		return status
	}
	found := search(words)
	if found == "" {
		s.complain("no code matches %q", strings.Join(words, " "))
		return exitFailed
	}
	io.WriteString(s.out, gap+found)
	return status
}

// describe returns the description of a code.
func describe(c code.Code) string {
	a := adviceOf(c)
	lines := [][2]string{
		{"class", c.Class().String()},
		{"in a close frame", yesNo(c.IsSendable())},
		{"in close() of a browser", yesNo(c.IsApplication())},
		{"usual sender", a.sender},
		{"log", a.log},
		{"retry", a.retry},
		{"show the user", a.user},
	}
	for _, u := range uses() {
		if u.first <= c && c <= u.last {
			lines = append(lines, [2]string{"at " + u.who, u.what})
		}
	}
	text := fmt.Sprintf("%v\n%s\n", c, c.Description())
	for _, l := range lines {
		text += fmt.Sprintf("  %-24s %s\n", l[0], l[1])
	}
	return text
}

// search lists the codes, ranges of unnamed codes, and uses that match all words. Without
// words it lists no uses.
func search(words []string) (text string) {
	const layout = "%-11s  %s: %s\n"
	for n := 0; n < 1<<16; n++ {
		c := code.Code(n)
		// A range has consecutive unnamed codes with the same description.
		for c.Name() == "" && n+1 < 1<<16 && code.Code(n+1).Description() == c.Description() {
			n++
		}
		name, a := c.Name(), adviceOf(c)
		if name == "" {
			name = c.Class().String()
		}
		codes := span(c, code.Code(n))
		if hasWords(words, codes, name, c.Class().String(), c.Description(), a.sender, a.log, a.retry, a.user) {
			text += fmt.Sprintf(layout, codes, name, c.Description())
		}
	}
	for _, u := range uses() {
		if len(words) > 0 && hasWords(words, u.who, u.what) {
			text += fmt.Sprintf(layout, span(u.first, u.last), "at "+u.who, u.what)
		}
	}
	return text
}

func span(first, last code.Code) string {
	if first == last {
		return fmt.Sprintf("%d", first)
	}
	return fmt.Sprintf("%d-%d", first, last)
}

// hasWords reports whether the texts contain each word, in any case. The words are in
// lower case.
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
