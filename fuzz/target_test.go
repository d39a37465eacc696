//go:build go1.24

package fuzz

import (
	"testing"

	"example.com/closeframe/event"
)

// world is a Target and all listeners that were added to it.
type world struct {
	target    event.Target
	listeners []*listener
	onclose   *listener // the onclose listener until it is called
	delivered event.CloseEvent
	done      bool // Dispatch was called
	program   []byte
	t         *testing.T
}

type listener struct {
	calls   int
	removed bool
	remove  func() bool
}

// FuzzTarget runs a program of calls. Each listener runs the next step of the program.
func FuzzTarget(f *testing.F) {
	f.Add([]byte{0, 0, 1, 4, 0})
	f.Add([]byte{2, 0, 2, 3, 4, 2, 0, 0x10, 5})
	f.Add([]byte{4, 2, 0, 3})
	f.Add([]byte{0, 0, 0, 4, 5, 0x11, 5, 5, 5})
	f.Fuzz(func(t *testing.T, program []byte) {
		if len(program) > 200 {
			return
		}
		w := &world{program: program, t: t}
		for len(w.program) > 0 {
			w.step()
		}
		w.dispatch()
		w.check()
	})
}

// step runs the next step of the program.
func (w *world) step() {
	if len(w.program) == 0 {
		return
	}
	b := w.program[0]
	w.program = w.program[1:]
	switch b % 6 {
	case 0:
		l := w.newListener()
		l.remove = w.target.AddEventListener(w.listen(l))
	case 1:
		if len(w.listeners) > 0 {
			w.remove(w.listeners[int(b/6)%len(w.listeners)])
		}
	case 2:
		w.setOnClose(w.newListener())
	case 3:
		if w.onclose != nil {
			w.onclose.removed = true
			w.onclose = nil
		}
		w.target.OnClose(nil)
	case 4:
		w.dispatch()
	case 5:
		// No step, so that a listener can do nothing.
	}
}

func (w *world) newListener() *listener {
	l := new(listener)
	w.listeners = append(w.listeners, l)
	return l
}

// listen returns the function of l. It counts the call and runs a step.
func (w *world) listen(l *listener) func(event.CloseEvent) {
	return func(e event.CloseEvent) {
		l.calls++
		if w.onclose == l {
			w.onclose = nil
		}
		if l.removed || !w.done || e != w.delivered {
			w.t.Fatalf("called with %v: removed %v, dispatched %v %v", e, l.removed, w.done, w.delivered)
		}
		w.step()
	}
}

func (w *world) remove(l *listener) {
	if l.remove == nil {
		return // set by OnClose, or AddEventListener has not returned yet
	}
	want := l.calls == 0 && !l.removed
	if got := l.remove(); got != want {
		w.t.Fatalf("remove: got %v, want %v", got, want)
	}
	l.removed = l.removed || want
}

func (w *world) setOnClose(l *listener) {
	if w.onclose != nil {
		w.onclose.removed = true
	}
	w.onclose = l
	w.target.OnClose(w.listen(l))
}

func (w *world) dispatch() {
	e := event.MustNew(4000, "first", true)
	if w.done {
		e = event.Abnormal()
	} else {
		w.delivered = e
	}
	want := !w.done
	w.done = true
	if got := w.target.Dispatch(e); got != want {
		w.t.Fatalf("Dispatch: got %v, want %v", got, want)
	}
}

func (w *world) check() {
	for i, l := range w.listeners {
		want := 1
		if l.removed {
			want = 0
		}
		if l.calls != want {
			w.t.Fatalf("listener %d was called %d times, want %d", i, l.calls, want)
		}
	}
}
