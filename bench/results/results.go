// Package results reads latest.txt, the output of the last run of the
// benchmarks.
package results

import (
	"bufio"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
)

// A Key says what was measured: "Parse", "reason=ascii18", "ours", "ns/op".
// Impl is "" where there is only ours; Row has the suffix of -cpu.
type Key struct {
	Op, Row, Impl, Unit string
}

// A Set is all that was measured, each as often as there were counts.
type Set struct {
	Config map[string]string // the lines "key: value" at the head
	values map[Key][]float64
	rows   map[string][]string // by Op, in the order of the file
}

// Read reads the output of go test -bench.
func Read(r io.Reader) (*Set, error) {
	s := &Set{map[string]string{}, map[Key][]float64{}, map[string][]string{}}
	lines := bufio.NewScanner(r)
	for lines.Scan() {
		line := lines.Text()
		if !strings.HasPrefix(line, "Benchmark") {
			if k, v, ok := strings.Cut(line, ": "); ok {
				s.Config[k] = v
			}
			continue
		}
		f := strings.Fields(line)
		if len(f) < 4 || len(f)%2 != 0 {
			return nil, fmt.Errorf("results: %q", line)
		}
		k := splitName(f[0])
		if !slices.Contains(s.rows[k.Op], k.Row) {
			s.rows[k.Op] = append(s.rows[k.Op], k.Row)
		}
		for i := 2; i < len(f); i += 2 {
			v, err := strconv.ParseFloat(f[i], 64)
			if err != nil {
				return nil, fmt.Errorf("results: %q: %w", line, err)
			}
			k.Unit = f[i+1]
			s.values[k] = append(s.values[k], v)
		}
	}
	return s, lines.Err()
}

func splitName(name string) (k Key) {
	var row []string
	for i, part := range strings.Split(strings.TrimPrefix(name, "Benchmark"), "/") {
		impl, isImpl := strings.CutPrefix(part, "impl=")
		switch {
		case i == 0:
			k.Op = part
		case isImpl:
			k.Impl = impl
		default:
			row = append(row, part)
		}
	}
	k.Row = strings.Join(row, "/")
	return k
}

// Rows returns the rows of an operation in the order of the file.
func (s *Set) Rows(op string) []string { return s.rows[op] }

// Median returns the median of what was measured in a unit, and whether
// anything was.
func (s *Set) Median(op, row, impl, unit string) (float64, bool) {
	v := slices.Sorted(slices.Values(s.values[Key{op, row, impl, unit}]))
	switch n := len(v); {
	case n == 0:
		return 0, false
	case n%2 == 1:
		return v[n/2], true
	default:
		return (v[n/2-1] + v[n/2]) / 2, true
	}
}

// Time returns the median in ns/op, 0 where nothing was measured.
func (s *Set) Time(op, row, impl string) float64 {
	t, _ := s.Median(op, row, impl, "ns/op")
	return t
}

// Counts returns how often a row was measured.
func (s *Set) Counts(op, row, impl string) int {
	return len(s.values[Key{op, row, impl, "ns/op"}])
}
