package event

import "sync"

// Target holds the listeners of one connection's close event, as a browser's
// addEventListener("close") and onclose do. The zero value has no listeners and is
// ready to use. All methods are safe for concurrent use, also from inside a listener.
//
// [Target.Dispatch] calls each listener exactly once with the event of the connection,
// unless the listener was removed. It calls them in order of registration, one at a
// time, on the goroutine that called Dispatch, with no lock held. A listener added
// during Dispatch is called last. A listener that always adds itself again never lets
// Dispatch return. A listener added later is called immediately, on the goroutine that
// adds it.
//
// If a listener panics, the others still run. Then the panic reaches Dispatch's caller;
// if several listeners panic, recover returns the last value. After runtime.Goexit in a
// listener the others still run, and then the goroutine ends.
//
// A Target has 184 bytes (on 64 bits), of which 128 hold the event for late
// listeners, since Dispatch must not allocate. An open connection costs that even if it
// never closes. Each added listener costs about 48 bytes more, besides its closure.
//
// Keep a Target in a field. Do not embed it, unless every user of the connection may call
// Dispatch. A Target must not be copied after first use.
type Target struct {
	mu      sync.Mutex
	first   *listener // of those not called yet, in order of registration
	last    *listener
	onclose listener // the property's place
	phase   phase
	event   CloseEvent // set once, when phase leaves idle
}

type phase uint8

const (
	idle       phase = iota // no event yet
	delivering              // one goroutine is calling the listeners
	delivered               // a new listener is called at once
)

// listener is a place in the queue. Once called or removed it is out of the queue
// and f is nil.
type listener struct {
	f          func(CloseEvent)
	prev, next *listener
}

// AddEventListener registers f to be called with the close event; if the event was
// delivered already, it calls f before it returns. The same function added twice is
// called twice. A nil f is ignored.
//
// remove unregisters the listener and reports whether it did: false if the listener
// was called, is being called, or was removed before.
func (t *Target) AddEventListener(f func(CloseEvent)) (remove func() bool) {
	if f == nil {
		return func() bool { return false }
	}
	l := &listener{f: f}
	t.mu.Lock()
	queued := t.push(l)
	t.mu.Unlock()
	if !queued {
		f(t.event)
	}
	return func() bool {
		t.mu.Lock()
		defer t.mu.Unlock()
		return t.unlink(l) != nil
	}
}

// OnClose sets the onclose property. A new f keeps the position of the previous one; nil
// removes the listener. After the listener was called, a new f is a new listener.
func (t *Target) OnClose(f func(CloseEvent)) {
	l, queued := &t.onclose, true
	t.mu.Lock()
	switch {
	case f == nil:
		t.unlink(l)
	case l.f != nil:
		l.f = f
	default:
		l.f = f
		queued = t.push(l)
	}
	t.mu.Unlock()
	if !queued {
		f(t.event)
	}
}

// Dispatch delivers e to the listeners and reports whether it did: only the first
// call does, and e is then the event of the connection. A later call changes nothing
// and returns at once, even while the first is still running.
func (t *Target) Dispatch(e CloseEvent) bool {
	t.mu.Lock()
	if t.phase != idle {
		t.mu.Unlock()
		return false
	}
	t.phase, t.event = delivering, e
	t.mu.Unlock()
	t.deliver()
	return true
}

// Event returns the event, and whether Dispatch was called.
func (t *Target) Event() (e CloseEvent, ok bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.event, t.phase != idle
}

// deliver calls listeners until none is left. After a panic or a runtime.Goexit the
// deferred call continues with the rest, while that panic is still in flight: a
// crash then shows the stack where it began.
func (t *Target) deliver() {
	done := false
	defer func() {
		if !done {
			t.deliverRest()
		}
	}()
	t.callAll()
	done = true
}

// deliverRest continues after a listener that did not return. It recovers further
// panics, since nested ones would pile up on the stack, and raises the last again.
// runtime.Goexit cannot be recovered: the deferred call continues after it.
func (t *Target) deliverRest() {
	done := false
	defer func() {
		if !done {
			t.deliverRest()
		}
	}()
	var last any
	panicked := false
	for {
		v, ok := t.tryAll()
		if ok {
			break
		}
		last, panicked = v, true
	}
	done = true
	if panicked {
		panic(last)
	}
}

// tryAll calls listeners until none is left, or until one panics with the value v. Only
// ok tells the two apart, since v may be nil: a module below Go 1.21 can panic(nil).
func (t *Target) tryAll() (v any, ok bool) {
	defer func() {
		if !ok {
			v = recover()
		}
	}()
	t.callAll()
	return nil, true
}

func (t *Target) callAll() {
	for f := t.pop(); f != nil; f = t.pop() {
		f(t.event)
	}
}

// pop removes the next listener from the queue and returns its function, or nil if
// none is left. From then on no listener is queued.
func (t *Target) pop() func(CloseEvent) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.first == nil {
		t.phase = delivered
		return nil
	}
	return t.unlink(t.first)
}

// push puts l at the end of the queue, or reports false if the event was delivered:
// then the caller calls it. t.mu is held.
func (t *Target) push(l *listener) bool {
	if t.phase == delivered {
		l.f = nil
		return false
	}
	l.prev = t.last
	*t.linkTo(l.prev) = l
	t.last = l
	return true
}

// unlink removes l from the queue and returns its function, or nil if l is not in
// the queue. t.mu is held.
func (t *Target) unlink(l *listener) func(CloseEvent) {
	f := l.f
	if f == nil {
		return nil
	}
	*t.linkTo(l.prev) = l.next
	if l.next != nil {
		l.next.prev = l.prev
	} else {
		t.last = l.prev
	}
	*l = listener{}
	return f
}

// linkTo returns the link to the listener after prev, or to the first one if prev is
// nil.
func (t *Target) linkTo(prev *listener) **listener {
	if prev == nil {
		return &t.first
	}
	return &prev.next
}
