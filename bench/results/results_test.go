package results

import (
	"slices"
	"strings"
	"testing"
)

const sample = `go: go1.26.8
cpu: Intel(R) Xeon(R) Processor
BenchmarkParse/reason=none/impl=ours	1	2.0 ns/op	0 B/op	0 allocs/op
BenchmarkParse/reason=none/impl=gobwas	1	5 ns/op
BenchmarkParse/reason=none/impl=ours	1	3.0 ns/op	0 B/op	0 allocs/op
BenchmarkUTF8/script=cjk/len=3/impl=std2	1	7 ns/op
BenchmarkMillion/conns=1000/order=memory-2	1	90 ns/op	320 held-B/conn
PASS
`

func TestRead(t *testing.T) {
	s, err := Read(strings.NewReader(sample))
	if err != nil {
		t.Fatal(err)
	}
	if got := s.Config["cpu"]; got != "Intel(R) Xeon(R) Processor" {
		t.Errorf("cpu %q", got)
	}
	if got := s.Time("Parse", "reason=none", "ours"); got != 2.5 {
		t.Errorf("median %v, want 2.5", got)
	}
	if got := s.Counts("Parse", "reason=none", "ours"); got != 2 {
		t.Errorf("%d counts, want 2", got)
	}
	if got := s.Time("UTF8", "script=cjk/len=3", "std2"); got != 7 {
		t.Errorf("UTF8 %v, want 7", got)
	}
	if got, ok := s.Median("Million", "conns=1000/order=memory-2", "", "held-B/conn"); got != 320 || !ok {
		t.Errorf("held %v, %v, want 320", got, ok)
	}
	if got := s.Rows("Parse"); !slices.Equal(got, []string{"reason=none"}) {
		t.Errorf("rows %q", got)
	}
	if _, ok := s.Median("Parse", "reason=code", "ours", "ns/op"); ok {
		t.Error("a median of nothing")
	}
}

func TestReadErrors(t *testing.T) {
	for _, line := range []string{"BenchmarkParse 1 2", "BenchmarkParse 1 x ns/op"} {
		if _, err := Read(strings.NewReader(line)); err == nil {
			t.Errorf("%q is read", line)
		}
	}
}
