package bench

import (
	"slices"
	"testing"
	"time"
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

// measure times whole walks, because the loop around a single call would cost as much
// as the shortest calls. It reports the lower quartile per call, which excludes walks
// in which another process had the core.
func measure(b *testing.B, r *row, w walk) {
	w(r)
	allocs := testing.AllocsPerRun(1, func() { w(r) })
	var times []time.Duration
	for b.Loop() {
		start := time.Now()
		w(r)
		times = append(times, time.Since(start))
	}
	b.ReportMetric(quartile(times)/size, "ns/op")
	b.ReportMetric(allocs/size, "allocs/op")
}

func quartile(times []time.Duration) float64 {
	slices.Sort(times)
	return float64(times[len(times)/4].Nanoseconds())
}

// All implementations do the same work: the sums of their walks are equal.
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
