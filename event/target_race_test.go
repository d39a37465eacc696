//go:build go1.24

package event_test

import (
	"math/rand/v2"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"

	"example.com/closeframe/event"
)

// TestBlockedListener calls every method while a listener blocks. If Dispatch held a
// lock, they would never return.
func TestBlockedListener(t *testing.T) {
	var target event.Target
	c := calls{t: t}
	entered, leave, done := make(chan struct{}), make(chan struct{}), make(chan bool)
	blocked := target.AddEventListener(func(e event.CloseEvent) {
		close(entered)
		<-leave
		c.by("blocked")(e)
	})
	waiting := target.AddEventListener(c.by("waiting"))
	go func() { done <- target.Dispatch(bye) }()
	<-entered
	if target.Dispatch(event.Abnormal()) {
		t.Error("a second Dispatch reports true")
	}
	target.AddEventListener(c.by("a"))
	target.OnClose(c.by("on"))
	gone := target.AddEventListener(c.by("gone"))
	for _, test := range []struct {
		name   string
		remove func() bool
		want   bool
	}{{"the one being called", blocked, false}, {"one that waits", waiting, true}, {"one added meanwhile", gone, true}} {
		if got := test.remove(); got != test.want {
			t.Errorf("remove of %s reports %v", test.name, got)
		}
	}
	if n, sound := event.Waiting(&target); n != 2 || !sound {
		t.Errorf("%d listeners queued, sound %v, want 2, true", n, sound)
	}
	close(leave)
	if !<-done {
		t.Error("the first Dispatch reports false")
	}
	c.check("blocked a on")
	// No lock is held while AddEventListener calls a late listener.
	entered, leave = make(chan struct{}), make(chan struct{})
	go func() {
		target.AddEventListener(func(event.CloseEvent) { close(entered); <-leave })
		done <- true
	}()
	<-entered
	target.AddEventListener(c.by("late"))
	target.OnClose(c.by("lateOn"))
	close(leave)
	<-done
	c.check("blocked a on late lateOn")
}

// TestEventWhileDispatching calls Event in a loop while Dispatch sets the event.
func TestEventWhileDispatching(t *testing.T) {
	for range 200 {
		var target event.Target
		asking := make(chan bool)
		got := make(chan event.CloseEvent)
		go func() {
			asking <- true
			for {
				if e, ok := target.Event(); ok {
					got <- e
					return
				}
				runtime.Gosched() // nothing else preempts a goroutine on wasm
			}
		}()
		<-asking
		target.Dispatch(bye)
		if e := <-got; e != bye {
			t.Fatalf("Event() = %v, want %v", e, bye)
		}
	}
}

// TestTargetConcurrent adds, removes and dispatches from many goroutines. Each listener
// must be called once or removed, and never both.
func TestTargetConcurrent(t *testing.T) {
	const goroutines, each = 8, 40
	rounds := 300
	if testing.Short() {
		rounds = 50
	}
	var added, called, removed, onCalled, delivered int
	for round := range rounds {
		var target event.Target
		var wins, running atomic.Int32
		counts := make([]atomic.Int32, goroutines*each)
		gone := make([]bool, goroutines*each)
		onCounts := make([]atomic.Int32, each)

		listener := func(count *atomic.Int32) func(event.CloseEvent) {
			return func(e event.CloseEvent) {
				if e.Code() < 4000 || e.Reason() != "bye" {
					t.Errorf("called with %v", e)
				}
				count.Add(1)
			}
		}
		var start, done sync.WaitGroup
		start.Add(1)
		run := func(f func(r *rand.Rand)) {
			done.Add(1)
			seed := uint64(running.Add(1))
			go func() {
				defer done.Done()
				start.Wait()
				f(rand.New(rand.NewPCG(uint64(round), seed)))
			}()
		}
		for g := range goroutines {
			run(func(r *rand.Rand) {
				var removes []func() bool
				for i := g * each; i < (g+1)*each; i++ {
					removes = append(removes, target.AddEventListener(listener(&counts[i])))
					if r.IntN(2) == 0 { // one of those so far, perhaps again
						k := r.IntN(len(removes))
						if removes[k]() {
							if gone[g*each+k] {
								t.Errorf("remove of listener %d reports true twice", g*each+k)
							}
							gone[g*each+k] = true
						}
					}
					if r.IntN(8) == 0 {
						runtime.Gosched()
					}
				}
			})
		}
		run(func(r *rand.Rand) {
			for i := range onCounts {
				target.OnClose(listener(&onCounts[i]))
				if i < each-1 && r.IntN(3) == 0 {
					target.OnClose(nil)
				}
			}
		})
		for g := range 4 {
			run(func(r *rand.Rand) {
				for range r.IntN(200) {
					runtime.Gosched()
				}
				if target.Dispatch(event.MustNew(4000, "bye", g%2 == 0)) {
					wins.Add(1)
				}
			})
		}
		start.Done()
		done.Wait()

		delivered += int(wins.Load())
		for i := range counts {
			added++
			n := int(counts[i].Load())
			called += n
			if gone[i] {
				removed++
			}
			if want := 1; gone[i] && n != 0 || !gone[i] && n != want {
				t.Errorf("round %d: listener %d was called %d times, removed %v", round, i, n, gone[i])
			}
		}
		for i := range onCounts {
			n := int(onCounts[i].Load())
			onCalled += n
			if n > 1 {
				t.Errorf("round %d: onclose %d was called %d times", round, i, n)
			}
		}
		if n := onCounts[each-1].Load(); n != 1 {
			t.Errorf("round %d: the last onclose was called %d times", round, n)
		}
		checkEmpty(t, &target)
	}
	t.Logf("%d listeners added, %d called, %d removed; onclose called %d times", added, called, removed, onCalled)
	if delivered != rounds {
		t.Errorf("%d deliveries in %d rounds", delivered, rounds)
	}
	if added != called+removed {
		t.Errorf("%d listeners added, %d called and %d removed", added, called, removed)
	}
	if called == 0 || removed == 0 {
		t.Error("no listener was called, or none removed")
	}
}
