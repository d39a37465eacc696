//go:build go1.22

package event_test

import (
	"fmt"
	"runtime/debug"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"example.com/closeframe/event"
)

// The letters of a program. The name of a listener is the index of its letter.
const (
	add      = 'a' // AddEventListener
	addPanic = 'p' // ... of one that panics
	addMore  = 'm' // ... of one that adds another
	addSelf  = 's' // ... of one that adds itself again, once
	setOn    = 'o' // OnClose
	setOnOn  = 'q' // OnClose of one that sets onclose again
	clearOn  = 'n' // OnClose(nil)
	remove1  = '1' // remove of the first listener added
	remove9  = '9' // remove of the last listener added
	dispatch = 'd'

	alphabet = "apmsoqn19d"
)

// TestTargetIsItsModel compares a Target with its model in every program of up to five
// letters. It tries the short ones first, so that it reports the shortest difference.
func TestTargetIsItsModel(t *testing.T) {
	depth := 5
	if testing.Short() {
		depth = 4
	}
	want := 0
	for d, power := 1, 1; d <= depth; d++ {
		power *= len(alphabet)
		want += power
	}
	var count atomic.Int64
	for d := 1; d <= depth && !t.Failed(); d++ {
		var wg sync.WaitGroup
		for _, first := range []byte(alphabet) {
			wg.Add(1)
			go func() {
				defer wg.Done()
				each(append(make([]byte, 0, d), first), d, func(program []byte) {
					count.Add(1)
					if got, want := playTarget(program), playModel(program); got != want && !t.Failed() {
						t.Errorf("program %s: got\n%s, want\n%s", program, got, want)
					}
				})
			}()
		}
		wg.Wait()
	}
	if t.Logf("%d programs of up to %d letters", count.Load(), depth); int(count.Load()) != want {
		t.Errorf("%d programs, want %d", count.Load(), want)
	}
}

// each calls f with every program of n letters that starts with prefix.
func each(prefix []byte, n int, f func([]byte)) {
	if len(prefix) == n {
		f(prefix)
		return
	}
	for _, l := range []byte(alphabet) {
		each(append(prefix, l), n, f)
	}
}

// playTarget runs a program and returns a log of it: the listeners called, the results
// and the recovered panics. A dot is the end of a listener. It precedes the start of the
// next one, except of a listener that is called immediately.
func playTarget(program []byte) string {
	var (
		target  event.Target
		log     strings.Builder
		removes []func() bool
	)
	call := func(kind byte, name int) func(event.CloseEvent) {
		var f func(event.CloseEvent)
		again := false
		f = func(e event.CloseEvent) {
			fmt.Fprintf(&log, " %c%d", kind, name)
			if got, ok := target.Event(); e != bye || got != bye || !ok {
				log.WriteString("(wrong event)")
			}
			switch kind {
			case addPanic:
				panic(name)
			case addMore:
				target.AddEventListener(func(event.CloseEvent) { fmt.Fprintf(&log, " +%d", name) })
			case addSelf:
				if !again {
					again = true
					target.AddEventListener(f)
				}
			case setOnOn:
				target.OnClose(func(event.CloseEvent) { fmt.Fprintf(&log, " +%d", name) })
			}
			log.WriteByte('.')
		}
		return f
	}
	for i, l := range program {
		fmt.Fprintf(&log, "; %c", l)
		v := recovered(func() {
			switch l {
			case setOn, setOnOn:
				target.OnClose(call(l, i))
			case clearOn:
				target.OnClose(nil)
			case remove1, remove9:
				if len(removes) > 0 {
					fmt.Fprint(&log, " ", removes[(len(removes)-1)*int(l-remove1)/8]())
				}
			case dispatch:
				ok := target.Dispatch(bye)
				fmt.Fprint(&log, " ", ok)
			default:
				// The first value remains if the listener is called immediately and
				// panics.
				removes = append(removes, func() bool { return false })
				removes[len(removes)-1] = target.AddEventListener(call(l, i))
			}
		})
		if v != nil {
			fmt.Fprintf(&log, " panic %v", v)
		}
	}
	return log.String()
}

// model is a Target with a slice as its queue.
type model struct {
	log        strings.Builder
	queue      []*listener // in order of registration
	delivering bool
	delivered  bool
	last       any // the last panic
}

type listener struct {
	kind  byte
	name  int
	on    bool // it is the onclose listener
	again bool
}

func (m *model) add(l *listener) {
	if m.delivered {
		m.call(l)
		return
	}
	for i, other := range m.queue {
		if l.on && other.on {
			m.queue[i] = l
			return
		}
	}
	m.queue = append(m.queue, l)
}

func (m *model) remove(gone func(*listener) bool) bool {
	for i, l := range m.queue {
		if gone(l) {
			m.queue = append(m.queue[:i:i], m.queue[i+1:]...)
			return true
		}
	}
	return false
}

func (m *model) call(l *listener) {
	fmt.Fprintf(&m.log, " %c%d", l.kind, l.name)
	switch l.kind {
	case addPanic:
		m.last = l.name
	case addMore:
		m.add(&listener{kind: '+', name: l.name})
	case setOnOn:
		m.add(&listener{kind: '+', name: l.name, on: true})
	case addSelf:
		if !l.again {
			l.again = true
			m.add(l)
		}
	}
	if l.kind != addPanic && l.kind != '+' {
		m.log.WriteByte('.')
	}
}

func (m *model) dispatch() bool {
	if m.delivering {
		return false
	}
	m.delivering = true
	for len(m.queue) > 0 {
		l := m.queue[0]
		m.queue = m.queue[1:]
		m.call(l)
	}
	m.delivered = true
	return true
}

func playModel(program []byte) string {
	var m model
	var added []*listener
	for i, l := range program {
		fmt.Fprintf(&m.log, "; %c", l)
		m.last = nil
		switch l {
		case setOn, setOnOn:
			m.add(&listener{kind: l, name: i, on: true})
		case clearOn:
			m.remove(func(l *listener) bool { return l.on })
		case remove1, remove9:
			if len(added) > 0 {
				gone := added[(len(added)-1)*int(l-remove1)/8]
				fmt.Fprint(&m.log, " ", m.remove(func(l *listener) bool { return l == gone }))
			}
		case dispatch:
			if ok := m.dispatch(); m.last == nil {
				fmt.Fprint(&m.log, " ", ok)
			}
		default:
			added = append(added, &listener{kind: l, name: i})
			m.add(added[len(added)-1])
		}
		if m.last != nil {
			fmt.Fprintf(&m.log, " panic %v", m.last)
		}
	}
	return m.log.String()
}

// Many listeners that panic must not fill the stack.
func TestManyPanicsDoNotOverflowTheStack(t *testing.T) {
	defer debug.SetMaxStack(debug.SetMaxStack(1 << 20)) // a tenth of what nested panics would need
	const n = 20_000
	var target event.Target
	called := 0
	for range n {
		target.AddEventListener(func(event.CloseEvent) { called++; panic(called) })
	}
	if v := recovered(func() { target.Dispatch(bye) }); v != n || called != n {
		t.Errorf("%d of %d listeners were called, the last panic is %v", called, n, v)
	}
}

// Every pair of operations at the same time, for the race detector. Each listener must be
// called once or removed, in any order of the two.
func TestTargetEveryPairOfOperations(t *testing.T) {
	type state struct {
		target  event.Target
		removes [2]func() bool
		calls   [6]atomic.Int32
		removed [2]atomic.Bool
	}
	listen := func(s *state, i int) func(event.CloseEvent) {
		return func(event.CloseEvent) { s.calls[i].Add(1) }
	}
	operations := []struct {
		name string
		do   func(s *state, side int) // side is 0 or 1, with listeners of its own
	}{
		{"Add", func(s *state, side int) { s.target.AddEventListener(listen(s, 2+side)) }},
		{"OnClose", func(s *state, side int) { s.target.OnClose(listen(s, 4+side)) }},
		{"OnClose(nil)", func(s *state, _ int) { s.target.OnClose(nil) }},
		{"remove", func(s *state, side int) {
			if s.removes[side]() {
				s.removed[side].Store(true)
			}
		}},
		{"remove of one listener", func(s *state, side int) {
			if s.removes[0]() && s.removed[0].Swap(true) {
				t.Error("remove reports true twice")
			}
		}},
		{"Dispatch", func(s *state, _ int) { s.target.Dispatch(bye) }},
		{"Event", func(s *state, _ int) { s.target.Event() }},
	}
	rounds := 200
	if testing.Short() {
		rounds = 20
	}
	for _, a := range operations {
		for _, b := range operations {
			for range rounds {
				s := new(state)
				for i := range s.removes {
					s.removes[i] = s.target.AddEventListener(listen(s, i))
				}
				var wg sync.WaitGroup
				wg.Add(2)
				go func() { defer wg.Done(); a.do(s, 0) }()
				go func() { defer wg.Done(); b.do(s, 1) }()
				wg.Wait()
				s.target.Dispatch(bye)
				for i := range s.calls {
					n := s.calls[i].Load()
					if n > 1 || i < 2 && (n == 1) == s.removed[i].Load() {
						t.Fatalf("%s during %s: listener %d was called %d times, removed %v", a.name, b.name, i, n, i < 2 && s.removed[i].Load())
					}
				}
				checkEmpty(t, &s.target)
			}
		}
	}
}
