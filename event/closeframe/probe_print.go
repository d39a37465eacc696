package main

import (
	"encoding/json"
	"encoding/xml"
	"fmt"
	"os"
	"sort"
	"strings"

	"example.com/closeframe/event/closetest"
)

// printList prints the rows without running them.
func (p *probe) printList() int {
	enc := json.NewEncoder(p.out)
	for _, r := range p.rows {
		if p.asJSON {
			_ = enc.Encode(r) // the output keeps its error
			continue
		}
		fmt.Fprintf(p.out, "%-9s %-7s %-8s %s (%s)\n", r.Name, r.Level, r.Kind, r.Title, r.Source)
	}
	return exitOK
}

// A printer prints results as they come.
type printer struct {
	streams
	asJSON   bool
	progress bool // on a terminal
	done     int
	total    int
}

// result prints the line of a row that ran.
func (p *printer) result(r closetest.Result) {
	p.done++
	p.clear()
	switch {
	case p.asJSON:
		_ = json.NewEncoder(p.out).Encode(r)
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

// word returns "ok", or the strongest demand that a row breaks.
func word(r closetest.Result) string {
	for l := closetest.Must; l >= closetest.May; l-- {
		if len(r.Broken(l)) > 0 {
			return l.String()
		}
	}
	return "ok"
}

// findings returns the texts of a result, the worst first.
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

// A sectionCount counts the rows of a section by what became of them.
type sectionCount struct {
	section                       string
	ok, must, should, may, notRun int
}

func (t *sectionCount) add(r closetest.Result) {
	switch {
	case !r.Ran:
		t.notRun++
	case word(r) == "ok":
		t.ok++
	case word(r) == "MUST":
		t.must++
	case word(r) == "SHOULD":
		t.should++
	default:
		t.may++
	}
}

// summary prints a line for each section, and why rows were not run.
func (p *printer) summary(report *closetest.Report) {
	all := sectionCount{section: "all"}
	var counts []*sectionCount
	sections := map[string]*sectionCount{}
	why := map[string]int{}
	var whys []string
	for _, r := range report.Results {
		t := sections[r.Row.Section()]
		if t == nil {
			t = &sectionCount{section: r.Row.Section()}
			sections[t.section] = t
			counts = append(counts, t)
		}
		t.add(r)
		all.add(r)
		if !r.Ran {
			if why[r.Why]++; why[r.Why] == 1 {
				whys = append(whys, r.Why)
			}
		}
	}
	sort.Slice(counts, func(i, j int) bool { return sectionKey(counts[i].section) < sectionKey(counts[j].section) })
	fmt.Fprintf(p.out, "\n%-8s %4s %5s %7s %4s %8s\n", "section", "ok", "MUST", "SHOULD", "MAY", "not run")
	for _, t := range append(counts, &all) {
		fmt.Fprintf(p.out, "%-8s %4d %5d %7d %4d %8d\n", t.section, t.ok, t.must, t.should, t.may, t.notRun)
	}
	for _, w := range whys {
		fmt.Fprintf(p.out, "%d not run: %s\n", why[w], w)
	}
}

// sectionKey orders sections: 5.5.1 before 11.7.
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

// writeJUnit writes a report; findings of at least worst are failures.
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
