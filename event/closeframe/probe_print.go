package main

import (
	"encoding/xml"
	"fmt"
	"os"
	"sort"
	"strings"

	"example.com/closeframe/event/closetest"
)

// printList prints the rows without running them.
func (p *probe) printList() int {
	for _, r := range p.rows {
		if p.asJSON {
			p.printJSON(r)
		} else {
			fmt.Fprintf(p.out, "%-9s %-7s %-8s %s (%s)\n", r.Name, r.Level, r.Kind, r.Title, r.Source)
		}
	}
	return exitOK
}

// A printer prints each result when its row ends.
type printer struct {
	streams
	asJSON   bool
	progress bool // print the progress to a terminal
	done     int
	total    int
}

// result prints the line of a row that ran.
func (p *printer) result(r closetest.Result) {
	p.done++
	p.clear()
	switch {
	case p.asJSON:
		p.printJSON(r)
	case r.Ran:
		text := r.Row.Title
		if len(r.Findings) > 0 {
			text = findings(r)
		}
		fmt.Fprintf(p.out, "%-7s %-9s %s\n", word(r), r.Row.Name, printable(text))
	}
	if p.progress {
		fmt.Fprintf(p.err, "%d of %d rows", p.done, p.total)
	}
}

// clear clears the progress.
func (p *printer) clear() {
	if p.progress {
		fmt.Fprint(p.err, "\r\x1b[K")
	}
}

// word returns "ok", "not run", or the strongest level that a row breaks.
func word(r closetest.Result) string {
	if !r.Ran {
		return "not run"
	}
	for l := closetest.Must; l >= closetest.May; l-- {
		if len(r.Broken(l)) > 0 {
			return l.String()
		}
	}
	return "ok"
}

// findings returns the texts of a result, the strongest level first.
func findings(r closetest.Result) string {
	var texts []string
	for l := closetest.Must; l >= closetest.May; l-- {
		for _, f := range r.Findings {
			if f.Level == l {
				texts = append(texts, f.Text)
			}
		}
	}
	return strings.Join(texts, "; ")
}

// summary prints a line for each section, and why rows were not run.
func (p *printer) summary(report *closetest.Report) {
	counts := map[string]map[string]int{"all": {}} // by section and word
	whys := map[string]int{}
	for _, r := range report.Results {
		section := r.Row.Section()
		if counts[section] == nil {
			counts[section] = map[string]int{}
		}
		counts[section][word(r)]++
		counts["all"][word(r)]++
		if !r.Ran {
			whys[r.Why]++
		}
	}
	fmt.Fprintf(p.out, "\n%-8s %4s %5s %7s %4s %8s\n", "section", "ok", "MUST", "SHOULD", "MAY", "not run")
	for _, section := range sorted(counts, sectionKey) {
		t := counts[section]
		fmt.Fprintf(p.out, "%-8s %4d %5d %7d %4d %8d\n", section, t["ok"], t["MUST"], t["SHOULD"], t["MAY"], t["not run"])
	}
	for _, why := range sorted(whys, strings.ToLower) {
		fmt.Fprintf(p.out, "%d not run: %s\n", whys[why], why)
	}
}

// sorted returns the keys of m in the order of key.
func sorted[V any](m map[string]V, key func(string) string) (keys []string) {
	for k := range m {
		keys = append(keys, k)
	}
	sort.Slice(keys, func(i, j int) bool { return key(keys[i]) < key(keys[j]) })
	return keys
}

// sectionKey pads the numbers of a section, so that 5.5.1 sorts before 11.7 and "all" last.
func sectionKey(section string) (key string) {
	for _, number := range strings.Split(section, ".") {
		key += fmt.Sprintf("%3s.", number)
	}
	return key
}

// The report of JUnit, as CI systems read it.
type (
	junitSuite struct {
		XMLName  xml.Name    `xml:"testsuite"`
		Name     string      `xml:"name,attr"`
		Tests    int         `xml:"tests,attr"`
		Failures int         `xml:"failures,attr"`
		Skipped  int         `xml:"skipped,attr"`
		Cases    []junitCase `xml:"testcase"`
	}
	junitCase struct {
		Class   string     `xml:"classname,attr"`
		Name    string     `xml:"name,attr"`
		Time    string     `xml:"time,attr"`
		Failure *junitText `xml:"failure"`
		Skipped *junitText `xml:"skipped"`
		Output  string     `xml:"system-out,omitempty"`
	}
	junitText struct {
		Message string `xml:"message,attr"`
	}
)

// writeJUnit writes a report. Findings of at least the level worst are failures.
func writeJUnit(name string, report *closetest.Report, worst closetest.Level) error {
	suite := junitSuite{Name: "closeframe probe", Tests: len(report.Results), Skipped: report.NotRun()}
	for _, r := range report.Results {
		c := junitCase{Class: "RFC 6455, " + r.Row.Section(), Name: r.Row.Name + " " + r.Row.Title, Time: fmt.Sprintf("%.3f", r.Seconds)}
		switch {
		case !r.Ran:
			c.Skipped = &junitText{r.Why}
		case len(r.Broken(worst)) > 0:
			suite.Failures++
			c.Failure = &junitText{findings(r)}
		default:
			c.Output = findings(r)
		}
		suite.Cases = append(suite.Cases, c)
	}
	b, err := xml.MarshalIndent(suite, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(name, append([]byte(xml.Header), append(b, '\n')...), 0o666)
}
