package main

import (
	"strings"
	"testing"
)

const raw = `cpu: Intel(R) Xeon(R) Processor
BenchmarkParse/reason=none/impl=ours 	1	1.8 ns/op
BenchmarkParse/reason=none/impl=gobwas	1	0.5 ns/op
BenchmarkParse/reason=code/impl=ours  	1	2.0 ns/op	0 B/op
BenchmarkParse/reason=code/impl=ours  	1	4.0 ns/op	0 B/op
BenchmarkParse/reason=code/impl=gobwas	1	6 ns/op
BenchmarkParse/reason=ascii18/impl=ours	1	5 ns/op
BenchmarkParse/reason=ascii18/impl=gobwas	1	55 ns/op
BenchmarkMillion/conns=1	1	80 ns/op	320 held-B/conn
`

func TestFigures(t *testing.T) {
	got := figures(medians(raw))
	for _, want := range []string{
		"3.0 ns (gobwas 6.0) for a bare code", "takes\n2.0 to 11 times as long", "An empty payload: 1.8 ns (gobwas 0.5)",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in %s", want, got)
		}
	}
	s := &side{}
	s.raw.WriteString(raw)
	if got, want := machine(s), "runs.\nMeasured with go"; !strings.Contains(got, want) {
		t.Errorf("no %q in %s", want, got)
	}
	if got, want := machine(s), ", on an Intel(R) Xeon(R) Processor"; !strings.Contains(got, want) {
		t.Errorf("no %q in %s", want, got)
	}
	if got, want := fileName(cpu(raw)), "intel-xeon-processor"; got != want {
		t.Errorf("file name %q, want %q", got, want)
	}
}
