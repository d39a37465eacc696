package bench

import (
	"bytes"
	"fmt"
	"go/format"
	"math/rand/v2"
	"os"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gobwas/ws"

	"example.com/closeframe/event"
	"example.com/closeframe/frame"
)

// BenchmarkCold parses as a real connection does, once in its life: code and
// tables have left the caches meanwhile. Before each call the caches nearest to
// the core are filled with other things: those for data by a walk over 8 MiB,
// four times the L2 of the machine of the README, and those for code and the
// branch predictor by formatting a Go file, which runs through more code than an
// L1 holds. The big L3 that cores share is left alone, as a neighbour's traffic
// would leave it. Only the call is on the clock; impl=timer is what the clock
// itself takes, and is part of every other row. The result is the median.
func BenchmarkCold(b *testing.B) {
	for _, reason := range []string{"code", "ascii18", "cyrillic18", "mix123"} {
		r := newRow(reason)
		for _, impl := range []struct {
			name string
			call func(p []byte) int
		}{
			{"ours", func(p []byte) int { c, s, _ := frame.Parse(p); return int(c) + len(s) }},
			{"gobwas", func(p []byte) int {
				c, s := ws.ParseCloseFrameDataUnsafe(p)
				if ws.CheckCloseFrameData(c, s) != nil {
					return 0
				}
				return int(c) + len(s)
			}},
			{"std", func(p []byte) int { c, s, _ := stdParse(p); return int(c) + len(s) }},
			{"timer", func(p []byte) int { return len(p) }},
		} {
			b.Run("reason="+reason+"/impl="+impl.name, func(b *testing.B) {
				var times []time.Duration
				for i := 0; b.Loop(); i++ {
					evict()
					p := r.payloads[i%size]
					time.Since(time.Now()) // the clock itself is warm
					start := time.Now()
					n := impl.call(p)
					times = append(times, time.Since(start))
					sinkInt += n
				}
				slices.Sort(times)
				b.ReportMetric(float64(times[len(times)/2].Nanoseconds()), "ns/op")
			})
		}
	}
}

var (
	other  = make([]byte, 8<<20)
	source = sync.OnceValue(func() []byte {
		b, err := os.ReadFile("std_test.go")
		if err != nil {
			panic(err)
		}
		return b
	})
)

func evict() {
	b, err := format.Source(source())
	if err != nil || !bytes.Equal(b, source()) {
		panic("std_test.go is not formatted")
	}
	for i := 0; i < len(other); i += 64 {
		other[i]++
	}
}

// A conn is what closeframe holds for an idle connection.
type conn struct {
	handshake event.Handshake
	target    event.Target
}

// BenchmarkMillion ends many connections of a server: each close frame, of the
// blend, is unmasked already, and is decoded, answered (into a buffer), made an
// event and dispatched to one listener. ns/op and B/op are by the connection;
// held-B/conn is what an idle one keeps: Handshake, Target and the listener's
// place. The connections end in the order in which they lie in memory or in
// random order, where each has left the caches once there are many. As many
// goroutines as GOMAXPROCS share them.
func BenchmarkMillion(b *testing.B) {
	for _, n := range []int{1e3, 1e4, 1e5, 1e6} {
		for _, order := range []string{"memory", "random"} {
			b.Run(fmt.Sprintf("conns=%d/order=%s", n, order), func(b *testing.B) {
				benchmarkMillion(b, n, order == "random")
			})
		}
	}
}

var closed atomic.Int64

// listen is every connection's listener.
func listen(event.CloseEvent) {}

func benchmarkMillion(b *testing.B, n int, shuffle bool) {
	b.ReportAllocs()
	r := newRow("blend")
	order := make([]int32, n)
	for i := range order {
		order[i] = int32(i)
	}
	if shuffle {
		rand.New(rand.NewPCG(5, 5)).Shuffle(n, func(i, j int) { order[i], order[j] = order[j], order[i] })
	}
	before := heap()
	conns := make([]conn, n)
	held := float64(heap()-before) / float64(n)
	workers := runtime.GOMAXPROCS(0)
	open := func() {
		clear(conns)
		for i := range conns {
			conns[i].target.OnClose(listen)
		}
	}
	end := func() {
		var wg sync.WaitGroup
		for w := range workers {
			wg.Go(func() { closed.Add(endAll(conns, order[w*n/workers:(w+1)*n/workers], r)) })
		}
		wg.Wait()
	}
	open()
	var m0, m1 runtime.MemStats
	runtime.ReadMemStats(&m0)
	end()
	runtime.ReadMemStats(&m1)
	for b.Loop() {
		b.StopTimer()
		open()
		b.StartTimer()
		end()
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/op")
	b.ReportMetric(float64(m1.TotalAlloc-m0.TotalAlloc)/float64(n), "B/op")
	b.ReportMetric(float64(m1.Mallocs-m0.Mallocs)/float64(n), "allocs/op")
	b.ReportMetric(held, "held-B/conn")
	runtime.KeepAlive(conns)
}

// endAll ends the connections of order and returns how many ended cleanly.
func endAll(conns []conn, order []int32, r *row) (clean int64) {
	var out [frame.MaxFrame]byte
	for _, i := range order {
		c := &conns[i]
		if err := c.handshake.Receive(r.payloads[i%size]); err != nil {
			panic(err)
		}
		if reply, due := c.handshake.Reply(); due {
			if _, err := frame.AppendFrame(out[:0], reply, ""); err != nil {
				panic(err)
			}
			c.handshake.Sent(reply)
		}
		e := c.handshake.End()
		if e.WasClean() {
			clean++
		}
		if !c.target.Dispatch(e) {
			panic("dispatched twice")
		}
	}
	return clean
}

// heap returns the bytes that live on the heap.
func heap() uint64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// TestMillion is the benchmark's work on a few connections: all end cleanly.
func TestMillion(t *testing.T) {
	conns, order := make([]conn, size), make([]int32, size)
	told := 0
	for i := range conns {
		order[i] = int32(i)
		conns[i].target.OnClose(func(event.CloseEvent) { told++ })
	}
	if n := endAll(conns, order, newRow("blend")); n != size || told != size {
		t.Errorf("%d of %d ended cleanly, %d were told", n, size, told)
	}
}
