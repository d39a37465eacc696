package main

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
)

// sections are the tables of the summary. Each has the rows that its filter selects and
// a column for each implementation. The differences are to the first column.
var sections = []struct{ filter, columns string }{
	{".name:(Parse OR Append OR Masked OR Event) .unit:ns/op", "/impl@(gobwas std ours ours-var gobwas-frame)"},
	{".name:(UTF8 OR Truncate OR JSON) .unit:ns/op", "/impl@(std ours)"},
	{".name:Close .unit:ns/op", "/impl@(gobwas-conn gorilla-conn coder-conn gws-conn ours)"},
	{".name:(Event OR Close OR JSON) .unit:(allocs/op OR B/op)", "/impl"},
	{".name:Million", ".config"},
}

// report prints benchstat's summary of the rounds. If they had all rows, it also writes
// the summary and the charts to results, and the figures to the README.
func report(sides []*side) error {
	for _, s := range sides {
		if err := os.WriteFile(s.file(), s.raw.Bytes(), 0o666); err != nil {
			return err
		}
	}
	ours := sides[len(sides)-1]
	var summary string
	for _, s := range sections {
		text, err := run("go", "tool", "benchstat", "-filter", s.filter, "-col", s.columns, ours.file())
		if err != nil {
			return err
		}
		summary += text + "\n"
	}
	fmt.Print(summary)
	before := ""
	if len(sides) > 1 {
		var err error
		before, err = run("go", "tool", "benchstat", "-filter", "/impl:/ours/ .unit:ns/op", "old="+sides[0].file(), "new="+ours.file())
		if err != nil {
			return err
		}
		fmt.Print(before)
	}
	if *bench != "." {
		return nil
	}
	t := medians(ours.raw.String())
	base := "results/" + fileName(cpu(ours.raw.String()))
	if err := os.WriteFile(base+".txt", []byte(machine(ours)+"\n\n"+summary), 0o666); err != nil {
		return err
	}
	if before != "" {
		if err := os.WriteFile(base+"-old-new.txt", []byte(machine(ours)+" Old is "+*old+".\n\n"+before), 0o666); err != nil {
			return err
		}
	}
	if err := drawCharts(t); err != nil {
		return err
	}
	return setFigures(figures(t) + "\n" + machine(ours))
}

func (s *side) file() string { return filepath.Join(s.tmp, s.name) }

// times has the median in ns of each benchmark, by its name without "Benchmark".
type times map[string]float64

func medians(raw string) times {
	all := map[string][]float64{}
	for line := range strings.Lines(raw) {
		f := strings.Fields(line)
		i := slices.Index(f, "ns/op")
		if i > 0 {
			name := strings.TrimPrefix(f[0], "Benchmark")
			v, _ := strconv.ParseFloat(f[i-1], 64) // go test wrote a valid number
			all[name] = append(all[name], v)
		}
	}
	t := times{}
	for name, v := range all {
		slices.Sort(v)
		t[name] = (v[(len(v)-1)/2] + v[len(v)/2]) / 2
	}
	return t
}

func (t times) of(op, reason, impl string) float64 {
	return t[op+"/reason="+reason+"/impl="+impl]
}

// figures are the sentences of the README.
func figures(t times) string {
	least, most := math.Inf(1), 0.0
	for name, ours := range t {
		row, ok := strings.CutSuffix(name, "/impl=ours")
		if ok && strings.HasPrefix(row, "Parse/") && row != "Parse/reason=none" {
			least, most = min(least, t[row+"/impl=gobwas"]/ours), max(most, t[row+"/impl=gobwas"]/ours)
		}
	}
	pair := func(reason string) string {
		return fmt.Sprintf("%.1f ns (gobwas %.1f)", t.of("Parse", reason, "ours"), t.of("Parse", reason, "gobwas"))
	}
	return fmt.Sprintf("frame.Parse needs %s for a bare code, %s with 18 bytes of ASCII,\n"+
		"and %s with 123 bytes of Cyrillic. For payloads that are not empty gobwas takes\n"+
		"%.1f to %.0f times as long. An empty payload: %s.",
		pair("code"), pair("ascii18"), pair("cyrillic123"), least, most, pair("none"))
}

// cpu is the processor's name as go test prints it.
func cpu(raw string) string {
	m := regexp.MustCompile(`(?m)^cpu: (.*)$`).FindStringSubmatch(raw)
	if m == nil {
		return "unknown processor"
	}
	return m[1]
}

// fileName returns "intel-xeon-processor" for "Intel(R) Xeon(R) Processor".
func fileName(cpu string) string {
	s := regexp.MustCompile(`\([^)]*\)|[^a-z0-9]+`).ReplaceAllString(strings.ToLower(cpu), "-")
	return regexp.MustCompile(`-+`).ReplaceAllString(strings.Trim(s, "-"), "-")
}

// machine says how the figures were measured, and on which machine. The name of a virtual
// machine's processor may be vague, so the numbers of /proc/cpuinfo follow it.
func machine(s *side) string {
	info, _ := os.ReadFile("/proc/cpuinfo") // only Linux has it
	detail := ""
	if m := regexp.MustCompile(`cpu family\s*: (\d+)\nmodel\s*: (\d+)`).FindSubmatch(info); m != nil {
		detail = fmt.Sprintf(" (family %s, model %s)", m[1], m[2])
	}
	return fmt.Sprintf("Each figure is the median of %d interleaved rounds. In each round the linker places the functions\n"+
		"in another random order. The result of a round is the lower quartile of its runs.\n"+
		"Measured with %s, %s/%s, on an %s%s, %d CPUs.",
		*rounds, runtime.Version(), runtime.GOOS, runtime.GOARCH, cpu(s.raw.String()), detail, runtime.NumCPU())
}

var place = regexp.MustCompile(`(?s)(<!-- machine: make bench writes it -->\n).*?(<!-- end -->)`)

// setFigures writes the text into the README of the repository.
func setFigures(text string) error {
	const file = "../README.md"
	page, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	if !place.Match(page) {
		return fmt.Errorf("%s has no place for the figures", file)
	}
	page = place.ReplaceAll(page, []byte("${1}"+text+"\n${2}"))
	return os.WriteFile(file, page, 0o666)
}
