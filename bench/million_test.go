package bench

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"testing"

	"example.com/closeframe/event"
	"example.com/closeframe/frame"
)

// A conn is the state that closeframe holds for an idle connection.
type conn struct {
	handshake event.Handshake
	target    event.Target
}

// BenchmarkMillion ends all connections of a server. For each it parses an unmasked
// close frame of the blend, appends the reply to a buffer, and calls one listener.
// ns/op is per connection. held-B/conn is the state of an idle connection: Handshake,
// Target and the listener's slot. The connections end in the order of their addresses,
// or in random order, in which no connection is in a cache if there are many.
func BenchmarkMillion(b *testing.B) {
	for _, n := range []int{1e3, 1e6} {
		for _, order := range []string{"memory", "random"} {
			b.Run(fmt.Sprintf("conns=%d/order=%s", n, order), func(b *testing.B) {
				benchmarkMillion(b, n, order == "random")
			})
		}
	}
}

func benchmarkMillion(b *testing.B, n int, shuffle bool) {
	r := newRow("blend")
	order := make([]int, n)
	for i := range order {
		order[i] = i
	}
	if shuffle {
		rand.New(rand.NewPCG(5, 5)).Shuffle(n, func(i, j int) { order[i], order[j] = order[j], order[i] })
	}
	before := heap()
	conns := make([]conn, n)
	held := float64(heap()-before) / float64(n)
	for b.Loop() {
		b.StopTimer()
		clear(conns)
		for i := range conns {
			conns[i].target.OnClose(func(event.CloseEvent) {})
		}
		b.StartTimer()
		clean := endAll(conns, order, r)
		b.StopTimer()
		if clean != n {
			b.Fatalf("%d of %d ended cleanly", clean, n)
		}
		b.StartTimer()
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/op")
	b.ReportMetric(held, "held-B/conn")
	runtime.KeepAlive(conns)
}

// endAll ends the connections in the given order and returns how many ended cleanly.
func endAll(conns []conn, order []int, r *row) (clean int) {
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

// heap returns the live bytes on the heap.
func heap() uint64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}
