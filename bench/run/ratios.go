package main

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"example.com/closeframe/bench/results"
)

// floors are the ratios of ours to gobwas that we set out to reach: for a code
// without a reason; ASCII of 3, 18, and 60 and 123
// bytes; 18 bytes of anything else; 123 bytes of Latin and Cyrillic, of CJK and
// emoji, and of the mix. 0 is none.
var floors = map[string][8]float64{
	"Parse":  {0.75, 0.6, 0.4, 0.75, 0.75, 0.45, 0.6, 0.45},
	"Event":  {0, 0.8, 0.5, 0.55, 0.85, 0.45, 0.6, 0.45},
	"Append": {0.8, 0.8, 0.45, 0.8, 0.8, 0.45, 0.6, 0.45},
	"Masked": {0.85, 0.85, 0.85, 0.85, 0.85, 0.85, 0.85, 0.85},
}

// floor returns the floor of a row, 0 for none.
func floor(op, row string) float64 {
	reason := strings.TrimPrefix(row, "reason=")
	f := floors[op]
	switch {
	case reason == "none":
		if op == "Masked" {
			return f[0]
		}
		return 0
	case reason == "blend":
		return 0
	case reason == "code":
		return f[0]
	case reason == "ascii3":
		return f[1]
	case reason == "ascii18":
		return f[2]
	case reason == "ascii60", reason == "ascii123":
		return f[3]
	case strings.HasSuffix(reason, "18"):
		return f[4]
	case reason == "latin123", reason == "cyrillic123":
		return f[5]
	case reason == "cjk123", reason == "emoji123":
		return f[6]
	case reason == "mix123":
		return f[7]
	}
	panic("no floor for " + row)
}

// verdict is the mark of a row.
func verdict(ratio, floor float64) string {
	switch {
	case floor != 0 && ratio > floor:
		return "**missed**"
	case floor != 0:
		return "met"
	case ratio > 1:
		return "**slower**"
	}
	return ""
}

// markdown is the text of results/ratios.md.
func markdown(set *results.Set) string {
	var b strings.Builder
	p := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	p("<!-- Written by go run ./run. Do not edit. -->\n# Ratios\n\n%s\nMedians, in ns a call. A ratio is ours/peer: lower is better. The floors are what we set out to reach.", machine(set))
	p("What gobwas does not check is in [peers.md](peers.md). std is no peer, but the same checks in the standard library's pieces.")
	for _, op := range []string{"Parse", "Append", "Masked", "Event"} {
		p("\n## %s\n\n| reason | ours | gobwas | std | ours/gobwas | floor | | ours/std |\n|---|---:|---:|---:|---:|---:|---|---:|", op)
		for _, row := range set.Rows(op) {
			ours, gobwas, std := set.Time(op, row, "ours"), set.Time(op, row, "gobwas"), set.Time(op, row, "std")
			f := floor(op, row)
			p("| %s | %.1f | %.1f | %.1f | %.2f | %s | %s | %.2f |", strings.TrimPrefix(row, "reason="),
				ours, gobwas, std, ours/gobwas, number(f), verdict(ours/gobwas, f), ours/std)
		}
	}
	p("\nAbove, the event goes straight to where it is kept, as gobwas's string does. In a variable first\n" +
		"(e, err := event.Parse(p, true)) the compiler copies its 128 bytes once more:\n\n| reason | ours | ours/gobwas | floor | |\n|---|---:|---:|---:|---|")
	for _, row := range set.Rows("Event") {
		ours, f := set.Time("Event", row, "ours-var"), floor("Event", row)
		ratio := ours / set.Time("Event", row, "gobwas")
		p("| %s | %.1f | %.2f | %s | %s |", strings.TrimPrefix(row, "reason="), ours, ratio, number(f), verdict(ratio, f))
	}
	p("\nMasked, gobwas is spared header and key. With its own whole frames (WriteFrame, ReadHeader over a bytes.Buffer):\n\n" +
		"| reason | ours | gobwas-frame | ours/gobwas-frame |\n|---|---:|---:|---:|")
	for _, row := range set.Rows("Masked") {
		ours, whole := set.Time("Masked", row, "ours"), set.Time("Masked", row, "gobwas-frame")
		p("| %s | %.1f | %.1f | %.2f |", strings.TrimPrefix(row, "reason="), ours, whole, ours/whole)
	}
	for _, op := range []string{"Truncate", "JSON"} {
		p("\n## %s\n\n| reason | ours | std | ours/std | |\n|---|---:|---:|---:|---|", op)
		for _, row := range set.Rows(op) {
			ours, std := set.Time(op, row, "ours"), set.Time(op, row, "std")
			p("| %s | %.1f | %.1f | %.2f | %s |", strings.TrimPrefix(row, "reason="), ours, std, ours/std, verdict(ours/std, 0))
		}
	}
	p("\nAllocations of ours on all of these rows: %s.", allocs(set))
	b.WriteString(utf8Markdown(set))
	b.WriteString(coldMarkdown(set))
	b.WriteString(connMarkdown(set))
	b.WriteString(millionMarkdown(set))
	return b.String()
}

func number(f float64) string {
	if f == 0 {
		return "-"
	}
	return fmt.Sprintf("%.2f", f)
}

// allocs names the rows on which ours allocates.
func allocs(set *results.Set) string {
	var s []string
	for _, op := range []string{"Parse", "Event", "Append", "Masked", "Truncate", "JSON"} {
		for _, row := range set.Rows(op) {
			if n, ok := set.Median(op, row, "ours", "allocs/op"); n != 0 || !ok {
				s = append(s, fmt.Sprintf("**%s %s: %v**", op, row, n))
			}
		}
	}
	if len(s) == 0 {
		return "none"
	}
	return strings.Join(s, ", ")
}

// utf8Markdown sets CheckReason beside utf8.Valid, and that beside itself.
func utf8Markdown(set *results.Set) string {
	var noise []float64
	var scripts, lens []string
	for _, row := range set.Rows("UTF8") {
		script, n, _ := strings.Cut(strings.TrimPrefix(row, "script="), "/len=")
		if !slices.Contains(scripts, script) {
			scripts = append(scripts, script)
		}
		if !slices.Contains(lens, n) {
			lens = append(lens, n)
		}
		noise = append(noise, math.Abs(set.Time("UTF8", row, "std2")/set.Time("UTF8", row, "std")-1))
	}
	if len(noise) == 0 {
		return ""
	}
	slices.Sort(noise)
	limit := noise[len(noise)*95/100]
	var b strings.Builder
	fmt.Fprintf(&b, "\n## UTF8\n\nframe.CheckReason/utf8.Valid by script and length in bytes. utf8.Valid against itself (std2/std) is off\n"+
		"by %.0f%% in the median row, by at most %.0f%% in 95 of 100 and by %.0f%% in the worst; a ratio that is past\n1 by more than the second is a **loss**.\n\n",
		100*noise[len(noise)/2], 100*limit, 100*noise[len(noise)-1])
	fmt.Fprintf(&b, "| script | %s |\n|---|%s\n", strings.Join(lens, " | "), strings.Repeat("---:|", len(lens)))
	for _, script := range scripts {
		fmt.Fprintf(&b, "| %s |", script)
		for _, n := range lens {
			row := "script=" + script + "/len=" + n
			// Of the two runs of std the slower would flatter us.
			std := min(set.Time("UTF8", row, "std"), set.Time("UTF8", row, "std2"))
			ratio := set.Time("UTF8", row, "ours") / std
			if ratio > 1+limit {
				fmt.Fprintf(&b, " **%.2f** |", ratio)
			} else {
				fmt.Fprintf(&b, " %.2f |", ratio)
			}
		}
		b.WriteByte('\n')
	}
	return b.String()
}

func coldMarkdown(set *results.Set) string {
	var b strings.Builder
	b.WriteString("\n## Cold\n\nParse with code, tables and payload evicted from the caches between calls. The time of the clock itself,\n" +
		"the column timer, is taken off the others.\n\n| reason | ours | gobwas | std | timer |\n|---|---:|---:|---:|---:|\n")
	for _, row := range set.Rows("Cold") {
		timer := set.Time("Cold", row, "timer")
		fmt.Fprintf(&b, "| %s |", strings.TrimPrefix(row, "reason="))
		for _, impl := range []string{"ours", "gobwas", "std"} {
			fmt.Fprintf(&b, " %.0f |", set.Time("Cold", row, impl)-timer)
		}
		fmt.Fprintf(&b, " %.0f |\n", timer)
	}
	return b.String()
}

func connMarkdown(set *results.Set) string {
	impls := []string{"ours", "gobwas-conn", "gorilla-conn", "coder-conn", "gws-conn"}
	var b strings.Builder
	fmt.Fprintf(&b, "\n## Conn\n\nA close frame read from a connection in memory, judged and answered; ns and allocations. Ours is the loop\n"+
		"of event.Handshake's documentation, which is no connection: it has no locks, deadlines or pools to serve.\n\n"+
		"| reason | %s |\n|---|%s\n", strings.Join(impls, " | "), strings.Repeat("---:|", len(impls)))
	for _, row := range set.Rows("Conn") {
		fmt.Fprintf(&b, "| %s |", strings.TrimPrefix(row, "reason="))
		for _, impl := range impls {
			n, _ := set.Median("Conn", row, impl, "allocs/op")
			fmt.Fprintf(&b, " %.0f, %.0f |", set.Time("Conn", row, impl), n)
		}
		b.WriteByte('\n')
	}
	return b.String()
}

func millionMarkdown(set *results.Set) string {
	var b strings.Builder
	b.WriteString("\n## Million\n\nConnections of a server that end: close frame decoded, answered, event made and dispatched to one listener.\n\n" +
		"| connections | order of their ends | cores | ns each | B allocated each | B held by each while idle |\n|---:|---|---:|---:|---:|---:|\n")
	for _, row := range slices.SortedStableFunc(slices.Values(set.Rows("Million")), func(a, b string) int {
		return cmp.Compare(order(a), order(b))
	}) {
		name, two := strings.CutSuffix(row, "-2")
		conns, order, _ := strings.Cut(strings.TrimPrefix(name, "conns="), "/order=")
		bytes, _ := set.Median("Million", row, "", "B/op")
		held, _ := set.Median("Million", row, "", "held-B/conn")
		fmt.Fprintf(&b, "| %s | %s | %d | %.0f | %.0f | %.0f |\n", conns, order, map[bool]int{false: 1, true: 2}[two],
			set.Time("Million", row, ""), bytes, held)
	}
	return b.String()
}

// order is what the rows of Million are sorted by, "memory", "memory-2" and so on.
func order(row string) string {
	_, order, _ := strings.Cut(row, "/order=")
	return order
}
