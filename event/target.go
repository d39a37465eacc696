package event

import "sync"

// Target holds the listeners of one connection's close event, as a browser's WebSocket
// does. The zero value is ready to use. All methods are safe for concurrent use, also in
// a listener.
//
// [Target.Dispatch] calls each listener once, in order of registration, on the goroutine
// of its caller and with no lock held. A listener added during Dispatch is called last; one
// that always adds itself again keeps Dispatch running. A listener added after Dispatch
// has called all others is called before AddEventListener or OnClose returns.
//
// If a listener panics or calls runtime.Goexit, the others still run. Then Dispatch
// panics with the value of the last panic, or its goroutine ends.
//
// A Target has 184 bytes on 64-bit systems, and about 48 more for each added listener. It
// must not be copied after first use. Do not embed it, since every user of the connection
// could then call Dispatch.
type Target struct {
	mu      sync.Mutex
	first   *listener // the queue: listeners not called yet, in order of registration
	last    *listener
	onclose listener // of OnClose
	phase   phase
	event   CloseEvent // set once, when phase leaves idle
}

type phase uint8

const (
	idle       phase = iota // no event yet
	delivering              // Dispatch is calling the listeners
	delivered               // a new listener is called immediately
)

// listener is an element of the queue. Once called or removed it is out of the queue and
// f is nil.
type listener struct {
	f          func(CloseEvent)
	prev, next *listener
}

// AddEventListener adds f as a listener. A function added twice is called twice. A nil f
// is ignored. remove removes the listener and reports whether it did: false if the
// listener was called, is being called, or was removed before.
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

// OnClose sets the onclose listener; nil removes it. A new f keeps the position of the
// previous one, unless that one was called already.
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

// Dispatch calls the listeners with e and returns true. Any later call returns false
// immediately, even while the first is still running.
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

// deliver calls listeners until none is left. After a panic or runtime.Goexit, the
// deferred function calls the rest. It does not recover the panic, so that a crash shows
// the stack where the panic began.
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

// deliverRest continues after a listener that did not return. It recovers further panics,
// since nested ones would fill the stack, and panics with the last value again.
// runtime.Goexit cannot be recovered: the deferred function continues after it.
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

// tryAll calls listeners until none is left, or until one panics with the value v. Check
// ok, not v: in a module below Go 1.21, panic(nil) leaves v nil.
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

// pop removes the next listener from the queue and returns its function. If none is left,
// it returns nil, and no listener is queued from then on.
func (t *Target) pop() func(CloseEvent) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.first == nil {
		t.phase = delivered
		return nil
	}
	return t.unlink(t.first)
}

// push puts l at the end of the queue. If the event was delivered, it reports false, and
// the caller must call the listener. t.mu is held.
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

// unlink removes l from the queue and returns its function, or nil if l is not in the
// queue. t.mu is held.
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
