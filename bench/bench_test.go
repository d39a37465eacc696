package bench

import (
	"runtime"
	"testing"

	"example.com/closeframe/code"
	"example.com/closeframe/frame"
)

func BenchmarkParse(b *testing.B)    { benchmarkOp(b, "Parse") }
func BenchmarkAppend(b *testing.B)   { benchmarkOp(b, "Append") }
func BenchmarkMasked(b *testing.B)   { benchmarkOp(b, "Masked") }
func BenchmarkEvent(b *testing.B)    { benchmarkOp(b, "Event") }
func BenchmarkTruncate(b *testing.B) { benchmarkOp(b, "Truncate") }
func BenchmarkJSON(b *testing.B)     { benchmarkOp(b, "JSON") }

func benchmarkOp(b *testing.B, name string) {
	for _, op := range ops {
		if op.name != name {
			continue
		}
		for _, reason := range op.reasons {
			for i, impl := range op.impls {
				b.Run("reason="+reason+"/impl="+impl, func(b *testing.B) {
					measure(b, newRow(reason), op.walks[i])
				})
			}
		}
	}
}

// measure times whole walks, since the loop around a single call would weigh as
// much as the shortest of them, and reports them by the call.
func measure(b *testing.B, r *row, w walk) {
	b.ReportAllocs()
	w(r)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	w(r)
	runtime.ReadMemStats(&after)
	for b.Loop() {
		w(r)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/size, "ns/op")
	b.ReportMetric(float64(after.TotalAlloc-before.TotalAlloc)/size, "B/op")
	b.ReportMetric(float64(after.Mallocs-before.Mallocs)/size, "allocs/op")
}

// Ours allocates nowhere. What the others allocate the benchmarks tell.
func TestAllocs(t *testing.T) {
	for _, op := range ops {
		for _, reason := range op.reasons {
			r := newRow(reason)
			if n := testing.AllocsPerRun(10, func() { op.walks[0](r) }); n != 0 {
				t.Errorf("%s, %s: %v allocations in %d calls, want none", op.name, reason, n, size)
			}
		}
	}
}

// All implementations do the same work: their walks add up to the same.
func TestWalksAgree(t *testing.T) {
	for _, op := range ops {
		if op.name == "Event" || op.name == "JSON" { // other types, other escapes
			continue
		}
		for _, reason := range op.reasons {
			r := newRow(reason)
			for i, w := range op.walks {
				sinkInt = -1
				w(r)
				got := sinkInt
				if op.walks[0](r); got != sinkInt {
					t.Errorf("%s, %s: %s adds up to %d, %s to %d", op.name, reason, op.impls[i], got, op.impls[0], sinkInt)
				}
			}
		}
	}
}

// A row has as many different payloads as it can, and all of its codes.
func TestRows(t *testing.T) {
	for _, name := range reasonNames {
		r := newRow(name)
		distinct, kinds := map[string]bool{}, map[code.Code]bool{}
		for i, p := range r.payloads {
			distinct[string(p)], kinds[r.codes[i]] = true, true
			if len(r.reasons[i]) > frame.MaxReason {
				t.Errorf("%s: a reason of %d bytes", name, len(r.reasons[i]))
			}
		}
		switch {
		case name == "none":
		case name == "code", name == "blend":
			if len(kinds) < len(codes) {
				t.Errorf("%s: %d codes, want %d", name, len(kinds), len(codes))
			}
		case len(distinct) < size*99/100 || len(kinds) != len(codes):
			t.Errorf("%s: %d payloads with %d codes, want %d with %d", name, len(distinct), len(kinds), size, len(codes))
		}
	}
}
