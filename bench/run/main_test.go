package main

import (
	"bytes"
	"os"
	"strings"
	"testing"

	"example.com/closeframe/bench/results"
)

func TestFloor(t *testing.T) {
	for _, tt := range []struct {
		op, reason string
		want       float64
	}{
		{"Parse", "none", 0},
		{"Parse", "code", 0.75},
		{"Parse", "ascii3", 0.6},
		{"Parse", "ascii18", 0.4},
		{"Parse", "ascii60", 0.75},
		{"Parse", "ascii123", 0.75},
		{"Parse", "cjk18", 0.75},
		{"Parse", "latin123", 0.45},
		{"Parse", "emoji123", 0.6},
		{"Parse", "mix123", 0.45},
		{"Parse", "blend", 0},
		{"Event", "code", 0},
		{"Event", "mix18", 0.85},
		{"Append", "cyrillic123", 0.45},
		{"Masked", "none", 0.85},
		{"Masked", "blend", 0},
	} {
		if got := floor(tt.op, "reason="+tt.reason); got != tt.want {
			t.Errorf("%s, %s: %v, want %v", tt.op, tt.reason, got, tt.want)
		}
	}
}

func TestVerdict(t *testing.T) {
	for _, tt := range []struct {
		ratio, floor float64
		want         string
	}{
		{0.5, 0.5, "met"},
		{0.51, 0.5, "**missed**"},
		{0.9, 0, ""},
		{1.1, 0, "**slower**"},
	} {
		if got := verdict(tt.ratio, tt.floor); got != tt.want {
			t.Errorf("%v of %v: %q, want %q", tt.ratio, tt.floor, got, tt.want)
		}
	}
}

func TestMarkdown(t *testing.T) {
	set, err := results.Read(strings.NewReader(`go: go1.26.8
goos: linux
BenchmarkParse/reason=code/impl=ours	1	2 ns/op	0 B/op	0 allocs/op
BenchmarkParse/reason=code/impl=gobwas	1	4 ns/op
BenchmarkParse/reason=code/impl=std	1	1 ns/op
BenchmarkUTF8/script=cjk/len=3/impl=ours	1	9 ns/op
BenchmarkUTF8/script=cjk/len=3/impl=std	1	7 ns/op
BenchmarkUTF8/script=cjk/len=3/impl=std2	1	7 ns/op
BenchmarkCold/reason=code/impl=ours	1	200 ns/op
BenchmarkCold/reason=code/impl=timer	1	80 ns/op
BenchmarkMillion/conns=1000/order=memory-2	1	90 ns/op	320 held-B/conn
`))
	if err != nil {
		t.Fatal(err)
	}
	got := markdown(set)
	for _, want := range []string{
		"\n| code | 2.0 | 4.0 | 1.0 | 0.50 | 0.75 | met | 2.00 |\n",
		"\nAllocations of ours on all of these rows: none.\n",
		"\n| cjk | **1.29** |\n",
		"\n| code | 120 |",
		"\n| 1000 | memory | 2 | 90 | 0 | 320 |\n",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
}

// TestReport compares the checked-in ratios, and the machine in README.md, with the
// run that is checked in.
func TestReport(t *testing.T) {
	read := func(file string) []byte {
		b, err := os.ReadFile("../" + file)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	set, err := results.Read(bytes.NewReader(read(latest)))
	if err != nil {
		t.Fatal(err)
	}
	if string(read(ratios)) != markdown(set) {
		t.Errorf("%s is not current: go run ./run -report writes it", ratios)
	}
	for _, file := range readmes {
		if !bytes.Contains(read(file), []byte("\n"+machine(set)+"\n")) {
			t.Errorf("%s names another machine", file)
		}
	}
	if n := set.Counts("Parse", "reason=code", "ours"); n < 10 {
		t.Errorf("%s has %d rounds, want 10", latest, n)
	}
	// The README says of its chart that closeframe takes the least time in each row.
	for _, row := range set.Rows("Parse") {
		ours := set.Time("Parse", row, "ours")
		if row != "reason=none" && (ours >= set.Time("Parse", row, "gobwas") || ours >= set.Time("Parse", row, "std")) {
			t.Errorf("Parse, %s: closeframe does not take the least time", row)
		}
	}
}

func TestCPUDetail(t *testing.T) {
	const info = "processor\t: 0\ncpu family\t: 6\nmodel\t\t: 167\n\nprocessor\t: 1\nmodel\t: 9\n"
	if got, want := cpuDetail(strings.NewReader(info)), "cpu family 6, model 167"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}
