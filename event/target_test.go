//go:build go1.24

package event_test

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"example.com/closeframe/event"
)

var bye = event.MustNew(1001, "bye", true)

// calls records the listeners called.
type calls struct {
	t     *testing.T
	names []string
}

func (c *calls) by(name string) func(event.CloseEvent) {
	return func(e event.CloseEvent) {
		if e != bye {
			c.t.Errorf("%s is called with %v", name, e)
		}
		c.names = append(c.names, name)
	}
}

// check compares the names of the listeners called, in order, with want.
func (c *calls) check(want string) {
	c.t.Helper()
	if got := strings.Join(c.names, " "); got != want {
		c.t.Errorf("called %q, want %q", got, want)
	}
}

// checkEmpty reports listeners that are still in the queue.
func checkEmpty(t *testing.T, target *event.Target) {
	t.Helper()
	if n, sound := event.Waiting(target); n != 0 || !sound {
		t.Errorf("%d listeners queued, sound %v, want 0, true", n, sound)
	}
}

func TestTargetOrder(t *testing.T) {
	var target event.Target
	c := calls{t: t}
	b := c.by("b")
	target.AddEventListener(c.by("a"))
	target.AddEventListener(b)
	target.OnClose(c.by("on"))
	target.AddEventListener(b) // again: twice
	if !target.Dispatch(bye) {
		t.Error("the first Dispatch reports false")
	}
	c.check("a b on b")
	checkEmpty(t, &target)
	for range 2 {
		if target.Dispatch(event.Abnormal()) {
			t.Error("a later Dispatch reports true")
		}
	}
	c.check("a b on b")
	// Later listeners are called with the event of the first Dispatch.
	target.AddEventListener(c.by("late"))
	c.check("a b on b late")
	target.OnClose(c.by("lateOn"))
	c.check("a b on b late lateOn")
	target.OnClose(c.by("laterOn"))
	c.check("a b on b late lateOn laterOn")
	checkEmpty(t, &target)
}

func TestTargetWithoutListeners(t *testing.T) {
	var target event.Target
	c := calls{t: t}
	if !target.Dispatch(bye) || target.Dispatch(event.Abnormal()) {
		t.Error("want true, then false")
	}
	target.AddEventListener(c.by("late"))
	c.check("late")
}

func TestOnClosePlace(t *testing.T) {
	for _, test := range []struct {
		name string
		do   func(*event.Target, *calls)
		want string
	}{
		{"replaced in place", func(g *event.Target, c *calls) {
			g.OnClose(c.by("on1"))
			g.AddEventListener(c.by("a"))
			g.OnClose(c.by("on2"))
		}, "on2 a"},
		{"given up", func(g *event.Target, c *calls) {
			g.OnClose(c.by("on"))
			g.AddEventListener(c.by("a"))
			g.OnClose(nil)
		}, "a"},
		{"given up and set again", func(g *event.Target, c *calls) {
			g.OnClose(c.by("on1"))
			g.AddEventListener(c.by("a"))
			g.OnClose(nil)
			g.OnClose(nil)
			g.OnClose(c.by("on2"))
			g.AddEventListener(c.by("b"))
		}, "a on2 b"},
		{"nil first", func(g *event.Target, c *calls) {
			g.OnClose(nil)
			g.AddEventListener(c.by("a"))
			g.OnClose(c.by("on"))
		}, "a on"},
		{"replaced by a listener before it", func(g *event.Target, c *calls) {
			g.AddEventListener(func(event.CloseEvent) { g.OnClose(c.by("on2")) })
			g.OnClose(c.by("on1"))
			g.AddEventListener(c.by("a"))
		}, "on2 a"},
		{"given up by a listener before it", func(g *event.Target, c *calls) {
			g.AddEventListener(func(event.CloseEvent) { g.OnClose(nil) })
			g.OnClose(c.by("on1"))
			g.AddEventListener(c.by("a"))
		}, "a"},
		{"first set by a listener", func(g *event.Target, c *calls) {
			g.AddEventListener(func(event.CloseEvent) { g.OnClose(c.by("on")) })
			g.AddEventListener(c.by("a"))
		}, "a on"},
		{"set again by itself", func(g *event.Target, c *calls) {
			g.OnClose(func(e event.CloseEvent) { c.by("on1")(e); g.OnClose(c.by("on2")) })
			g.AddEventListener(c.by("a"))
		}, "on1 a on2"},
		{"given up by itself", func(g *event.Target, c *calls) {
			g.OnClose(func(e event.CloseEvent) { c.by("on")(e); g.OnClose(nil) })
			g.AddEventListener(c.by("a"))
		}, "on a"},
		{"set after its call by a listener", func(g *event.Target, c *calls) {
			g.OnClose(c.by("on1"))
			g.AddEventListener(func(event.CloseEvent) { g.OnClose(c.by("on2")); g.OnClose(c.by("on3")) })
			g.AddEventListener(c.by("a"))
		}, "on1 a on3"},
	} {
		t.Run(test.name, func(t *testing.T) {
			var target event.Target
			c := calls{t: t}
			test.do(&target, &c)
			target.Dispatch(bye)
			c.check(test.want)
			checkEmpty(t, &target)
			target.OnClose(nil)
			c.check(test.want)
		})
	}
}

func TestAddWhileDelivering(t *testing.T) {
	var target event.Target
	c := calls{t: t}
	target.AddEventListener(func(e event.CloseEvent) {
		c.by("a")(e)
		target.AddEventListener(func(e event.CloseEvent) {
			c.by("x")(e)
			target.AddEventListener(c.by("z"))
		})
		target.AddEventListener(c.by("y"))
		c.check("a") // the others are queued
	})
	target.AddEventListener(c.by("b"))
	target.Dispatch(bye)
	c.check("a b x y z")
	checkEmpty(t, &target)
}

func TestAddAfterwards(t *testing.T) {
	var target event.Target
	c := calls{t: t}
	target.Dispatch(bye)
	target.AddEventListener(func(e event.CloseEvent) {
		c.by("a")(e)
		// Also in a listener that is called immediately.
		target.AddEventListener(c.by("b"))
		target.OnClose(c.by("on"))
		if target.Dispatch(event.Abnormal()) {
			t.Error("Dispatch afterwards reports true")
		}
		c.by("c")(e)
	})
	c.check("a b on c")
}

func TestRemove(t *testing.T) {
	report := func(t *testing.T, when string, remove func() bool, want bool) {
		t.Helper()
		if got := remove(); got != want {
			t.Errorf("remove %s reports %v", when, got)
		}
	}
	t.Run("before", func(t *testing.T) {
		for gone := range 3 {
			var target event.Target
			c := calls{t: t}
			var removes []func() bool
			for i := range 3 {
				removes = append(removes, target.AddEventListener(c.by(fmt.Sprint(i))))
			}
			report(t, "before", removes[gone], true)
			report(t, "again", removes[gone], false)
			if n, sound := event.Waiting(&target); n != 2 || !sound {
				t.Errorf("%d queued, sound %v", n, sound)
			}
			target.AddEventListener(c.by("3"))
			target.Dispatch(bye)
			c.check(strings.Join(slices.Delete([]string{"0", "1", "2", "3"}, gone, gone+1), " "))
			for _, remove := range removes {
				report(t, "after delivery", remove, false)
			}
		}
	})
	t.Run("one of two of the same function", func(t *testing.T) {
		var target event.Target
		c := calls{t: t}
		f := c.by("f")
		first := target.AddEventListener(f)
		target.AddEventListener(c.by("a"))
		target.AddEventListener(f)
		report(t, "of the first", first, true)
		report(t, "of the first again", first, false)
		target.Dispatch(bye)
		c.check("a f")
	})
	t.Run("from a listener", func(t *testing.T) {
		var target event.Target
		c := calls{t: t}
		var earlier, itself, later, last, added func() bool
		earlier = target.AddEventListener(c.by("earlier"))
		itself = target.AddEventListener(func(e event.CloseEvent) {
			c.by("itself")(e)
			report(t, "of an earlier one", earlier, false)
			report(t, "of itself", itself, false)
			report(t, "of a later one", later, true)
			report(t, "of a later one again", later, false)
			added = target.AddEventListener(c.by("added"))
			report(t, "of one added meanwhile", added, true)
			target.AddEventListener(c.by("kept"))
		})
		later = target.AddEventListener(c.by("later"))
		last = target.AddEventListener(c.by("last"))
		target.Dispatch(bye)
		c.check("earlier itself last kept")
		report(t, "of the last", last, false)
		report(t, "of one that was removed", added, false)
		checkEmpty(t, &target)
	})
	t.Run("afterwards", func(t *testing.T) {
		var target event.Target
		target.Dispatch(bye)
		c := calls{t: t}
		remove := target.AddEventListener(c.by("a"))
		c.check("a")
		report(t, "of one called at once", remove, false)
	})
	t.Run("of nil", func(t *testing.T) {
		var target event.Target
		report(t, "of nil", target.AddEventListener(nil), false)
		checkEmpty(t, &target)
		target.Dispatch(bye)
		report(t, "of nil afterwards", target.AddEventListener(nil), false)
		target.OnClose(nil)
	})
}

func TestDispatchFromListener(t *testing.T) {
	var target event.Target
	c := calls{t: t}
	target.AddEventListener(func(e event.CloseEvent) {
		c.by("a")(e)
		if target.Dispatch(event.Abnormal()) {
			t.Error("Dispatch inside a listener reports true")
		}
		c.check("a") // it returned at once
	})
	target.AddEventListener(c.by("b"))
	if !target.Dispatch(bye) {
		t.Error("Dispatch reports false")
	}
	c.check("a b")
}

// recovered returns what f panics with.
func recovered(f func()) (v any) {
	defer func() { v = recover() }()
	f()
	return nil
}

func TestPanic(t *testing.T) {
	t.Run("one", func(t *testing.T) {
		var target event.Target
		c := calls{t: t}
		target.AddEventListener(c.by("a"))
		target.AddEventListener(func(event.CloseEvent) {
			target.AddEventListener(c.by("added"))
			panic("first")
		})
		target.OnClose(c.by("on"))
		if v := recovered(func() { target.Dispatch(bye) }); v != "first" {
			t.Errorf("Dispatch panics with %v", v)
		}
		c.check("a on added")
		checkEmpty(t, &target)
		if target.Dispatch(event.Abnormal()) {
			t.Error("Dispatch after a panic reports true")
		}
		target.AddEventListener(c.by("late"))
		c.check("a on added late")
	})
	t.Run("two", func(t *testing.T) {
		var target event.Target
		c := calls{t: t}
		target.AddEventListener(func(event.CloseEvent) { panic("first") })
		target.AddEventListener(c.by("a"))
		target.AddEventListener(func(event.CloseEvent) { panic("second") })
		target.AddEventListener(c.by("b"))
		// As with two deferred calls, recover returns the last value. Without recover,
		// the trace shows both.
		if v := recovered(func() { target.Dispatch(bye) }); v != "second" {
			t.Errorf("Dispatch panics with %v", v)
		}
		c.check("a b")
		checkEmpty(t, &target)
	})
	t.Run("all of many", func(t *testing.T) {
		var target event.Target
		n := 0
		for i := range 200 {
			target.AddEventListener(func(event.CloseEvent) { n++; panic(i) })
		}
		if v := recovered(func() { target.Dispatch(bye) }); v != 199 {
			t.Errorf("Dispatch panics with %v", v)
		}
		if n != 200 {
			t.Errorf("%d listeners were called", n)
		}
	})
	t.Run("recovered in the listener", func(t *testing.T) {
		var target event.Target
		c := calls{t: t}
		target.AddEventListener(func(event.CloseEvent) { recovered(func() { panic("mine") }) })
		target.AddEventListener(c.by("a"))
		if v := recovered(func() { target.Dispatch(bye) }); v != nil {
			t.Errorf("Dispatch panics with %v", v)
		}
		c.check("a")
	})
	t.Run("afterwards", func(t *testing.T) {
		var target event.Target
		target.Dispatch(bye)
		c := calls{t: t}
		if v := recovered(func() { target.AddEventListener(func(event.CloseEvent) { panic("add") }) }); v != "add" {
			t.Errorf("AddEventListener panics with %v", v)
		}
		if v := recovered(func() { target.OnClose(func(event.CloseEvent) { panic("on") }) }); v != "on" {
			t.Errorf("OnClose panics with %v", v)
		}
		target.OnClose(c.by("on"))
		c.check("on")
	})
	// In a module below go 1.21, recover returns nil after panic(nil).
	t.Run("nil", func(t *testing.T) {
		for _, panics := range []int{1, 2} {
			var target event.Target
			c := calls{t: t}
			for range panics {
				target.AddEventListener(func(event.CloseEvent) { panic(nil) })
				target.AddEventListener(c.by("a"))
			}
			returned := false
			recovered(func() { target.Dispatch(bye); returned = true })
			if returned {
				t.Errorf("%d panics: Dispatch returns without a panic", panics)
			}
			c.check(strings.TrimSpace(strings.Repeat("a ", panics)))
			checkEmpty(t, &target)
		}
	})
	t.Run("Goexit", func(t *testing.T) {
		var target event.Target
		c := calls{t: t}
		target.AddEventListener(func(event.CloseEvent) { runtime.Goexit() })
		target.AddEventListener(c.by("a"))
		target.AddEventListener(func(event.CloseEvent) { runtime.Goexit() })
		target.AddEventListener(c.by("b"))
		returned, done := false, make(chan struct{})
		go func() {
			defer close(done)
			target.Dispatch(bye)
			returned = true
		}()
		<-done
		if returned {
			t.Error("Dispatch returns though a listener ended the goroutine")
		}
		c.check("a b")
		checkEmpty(t, &target)
		target.AddEventListener(c.by("late"))
		c.check("a b late")
	})
}

// TestNoGarbage adds and removes many listeners of one open connection: none may remain.
func TestNoGarbage(t *testing.T) {
	const n = 100_000
	var target event.Target
	c := calls{t: t}
	target.AddEventListener(c.by("first"))
	for range n {
		remove := target.AddEventListener(c.by("x"))
		target.OnClose(c.by("on"))
		if !remove() {
			t.Fatal("remove reports false")
		}
		target.OnClose(nil)
	}
	if n, sound := event.Waiting(&target); n != 1 || !sound {
		t.Errorf("%d queued, sound %v", n, sound)
	}
	// Many at the same time, removed from the middle outwards and at random.
	removes := make([]func() bool, n)
	for i := range removes {
		removes[i] = target.AddEventListener(c.by("x"))
	}
	target.AddEventListener(c.by("last"))
	rand.New(rand.NewPCG(1, 2)).Shuffle(n, func(i, j int) { removes[i], removes[j] = removes[j], removes[i] })
	for i, remove := range removes {
		if !remove() {
			t.Fatal("remove reports false")
		}
		if i%10_000 == 0 {
			if left, sound := event.Waiting(&target); left != n+2-i-1 || !sound {
				t.Fatalf("%d queued after %d removals, sound %v", left, i+1, sound)
			}
		}
	}
	target.Dispatch(bye)
	c.check("first last")
	checkEmpty(t, &target)
}

// TestListenersAreFreed keeps the Target and the remove functions. They must not keep a
// listener alive that was called or removed.
func TestListenersAreFreed(t *testing.T) {
	var target event.Target
	var freed atomic.Int32
	capture := func() func(event.CloseEvent) {
		p := new([1 << 10]byte)
		runtime.SetFinalizer(p, func(*[1 << 10]byte) { freed.Add(1) })
		return func(event.CloseEvent) { p[0]++ }
	}
	removed := target.AddEventListener(capture())
	called := target.AddEventListener(capture())
	target.OnClose(capture()) // replaced
	target.OnClose(capture()) // called
	removed()
	target.Dispatch(bye)
	late := target.AddEventListener(capture())
	target.OnClose(capture())
	for deadline := time.Now().Add(10 * time.Second); freed.Load() != 6 && time.Now().Before(deadline); {
		runtime.GC()
		time.Sleep(time.Millisecond)
	}
	if n := freed.Load(); n != 6 {
		t.Errorf("%d of 6 listeners were freed", n)
	}
	for _, remove := range []func() bool{removed, called, late} {
		if remove() {
			t.Error("remove reports true")
		}
	}
	runtime.KeepAlive(&target)
}
