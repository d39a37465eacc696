package bench

import (
	"runtime"
	"testing"
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
