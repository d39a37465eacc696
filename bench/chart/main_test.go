package main

import (
	"bytes"
	"os"
	"path/filepath"
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
	file := filepath.Join(t.TempDir(), "parse.svg")
	if err := save(p, width, height, file, "svg"); err != nil {
		t.Fatal(err)
	}
	svg, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{">Parsing<", ">ASCII, 18 bytes<", ">2.0, 4.0, 14<", "Liberation Sans,Arial"} {
		if !bytes.Contains(svg, []byte(want)) {
			t.Errorf("no %s in the chart", want)
		}
	}
	if _, _, err := chart(set, "Append", "Making"); err == nil {
		t.Error("a chart of nothing")
	}
}

func TestLabel(t *testing.T) {
	for reason, want := range map[string]string{
		"code": "code alone", "blend": "realistic blend", "cjk18": "CJK, 18 bytes",
		"latin123": "accented Latin, 123 bytes", "mix18": "mixed, 18 bytes", "emoji18": "Emoji, 18 bytes",
	} {
		if got := label(reason); got != want {
			t.Errorf("%s: %q, want %q", reason, got, want)
		}
	}
}
