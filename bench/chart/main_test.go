package main

import (
	"bytes"
	"encoding/xml"
	"os"
	"regexp"
	"runtime"
	"strings"
	"testing"

	"example.com/closeframe/bench/results"
)

func TestChart(t *testing.T) {
	set, err := results.Read(strings.NewReader(`
BenchmarkParse/reason=none/impl=ours	1	2 ns/op
BenchmarkParse/reason=ascii18/impl=ours	1	2 ns/op
BenchmarkParse/reason=ascii18/impl=gobwas	1	4 ns/op
BenchmarkParse/reason=ascii18/impl=std	1	14 ns/op
`))
	if err != nil {
		t.Fatal(err)
	}
	p, height, err := chart(set, "Parse", "Parsing")
	if err != nil {
		t.Fatal(err)
	}
	svg, err := render(p, width, height, "Parsing")
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{">Parsing<", "<title>Parsing</title>", ">ASCII, 18 bytes<", ">2.0, 4.0, 14<", "Liberation Sans,Arial"} {
		if !bytes.Contains(svg, []byte(want)) {
			t.Errorf("no %s in the chart", want)
		}
	}
	if _, _, err := chart(set, "Append", "Making"); err == nil {
		t.Error("a chart of nothing")
	}
}

// TestCharts compares the checked-in charts with the run that is checked in.
func TestCharts(t *testing.T) {
	if runtime.GOARCH != "amd64" {
		t.Skip("the last digits of a coordinate differ where multiplying and adding is one instruction")
	}
	set, err := latest("../results/latest.txt")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range charts {
		svg, err := drawChart(set, c.op, c.title)
		if err != nil {
			t.Fatal(err)
		}
		file, err := os.ReadFile("../results/" + c.file)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(file, svg) {
			t.Errorf("%s is not current: make chart writes it", c.file)
		}
	}
}

// TestDrawings compares the checked-in drawings with what the library now says.
func TestDrawings(t *testing.T) {
	for _, d := range drawings {
		file, err := os.ReadFile(d.file)
		if err != nil {
			t.Fatal(err)
		}
		svg := d.draw()
		if !bytes.Equal(file, svg) {
			t.Errorf("%s is not current: make chart writes it", d.file)
		}
		for _, want := range []string{"<title>", "<desc>", "prefers-color-scheme"} {
			if !bytes.Contains(svg, []byte(want)) {
				t.Errorf("%s has no %s", d.file, want)
			}
		}
		if err := xml.Unmarshal(svg, new(struct{ XMLName xml.Name })); err != nil {
			t.Errorf("%s: %v", d.file, err)
		}
	}
}

// What is drawn in a light page's colour has one for a dark page, and no two share
// it.
func TestColours(t *testing.T) {
	dark := map[string]bool{}
	for _, c := range inTheDark {
		if dark[hex(c.light)] || dark[hex(c.dark)] {
			t.Errorf("%s or %s twice", hex(c.light), hex(c.dark))
		}
		dark[hex(c.light)], dark[hex(c.dark)] = true, true
	}
	for _, d := range drawings {
		for _, m := range regexp.MustCompile(`(?:fill|stroke):(#\w+)`).FindAllSubmatch(d.draw(), -1) {
			if !dark[string(m[1])] {
				t.Errorf("%s: %s has no colour for a dark page", d.file, m[1])
			}
		}
	}
}

func TestSpans(t *testing.T) {
	next, names := 0, 0
	for _, s := range spans() {
		if int(s.first) != next || s.last < s.first {
			t.Fatalf("%v: want it to begin at %d", s, next)
		}
		next = int(s.last) + 1
		if s.first.Name() != "" {
			names++
		}
	}
	if next != 1<<16 || names < 19 {
		t.Errorf("%d codes with %d names", next, names)
	}
}

func TestLabel(t *testing.T) {
	for reason, want := range map[string]string{
		"code": "code alone", "blend": "blend (our guess)", "cjk18": "CJK, 18 bytes",
		"latin123": "accented Latin, 123 bytes", "mix18": "mixed, 18 bytes", "emoji18": "Emoji, 18 bytes",
	} {
		if got := label(reason); got != want {
			t.Errorf("%s: %q, want %q", reason, got, want)
		}
	}
}
