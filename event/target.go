package event

import "sync"

// Target holds the listeners of one connection's close event: what
// addEventListener("close") and the onclose property are in a browser. The zero
// value has no listeners and is ready. All methods may be called from any
// goroutine, and from inside a listener.
//
// Each listener is called exactly once, with the one event of the connection,
// unless it was removed before. Listeners are called in order of registration, on
// the goroutine that calls Dispatch, one at a time and with no lock held. One that
// is added while they run joins the end of the queue; one that is added afterwards
// is called before AddEventListener or OnClose returns, on the goroutine that adds
// it and with no lock held either, so that none is lost in a race. A panic in a
// listener goes on to its caller after the other listeners have run; of several
// the caller can recover the last.
//
// A Target has 184 bytes (on 64 bits), 128 of which keep the event for listeners
// to come: they cannot be had later, as Dispatch does not allocate. An open
// connection that never closes costs these and, for each listener, some 48 bytes
// for the place and the remove function, plus the listener itself.
//
// Keep a Target in a field of your own rather than embed it, unless everybody who
// sees the connection may call Dispatch. It must not be copied once used.
type Target struct {
	mu      sync.Mutex
	first   *listener // of those not yet called, in order of registration
	last    *listener
	onclose listener // the property's place
	phase   phase
	event   CloseEvent // set once, as phase leaves idle
}

type phase uint8

const (
	idle       phase = iota // no event yet
	delivering              // one goroutine is calling the listeners
	delivered               // whoever comes now is called at once
)

// listener is a place in the queue. Once called or removed it has left the queue
// and f is nil.
type listener struct {
	f          func(CloseEvent)
	prev, next *listener
}

// AddEventListener registers f to be called with the close event, or calls it
// before returning where that event has been delivered already. The same function
// added twice is called twice. A nil f is a no-op.
//
// remove takes the listener back and reports whether that took effect: false once
// it was called, is being called or was removed. AddEventListener allocates the
// listener's place and remove.
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

// OnClose sets the onclose property. Its place in the order is where it was set
// first: another f keeps the place, nil gives it up. Once its listener was called,
// another f is a new listener, as for [Target.AddEventListener]. OnClose does not
// allocate.
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
// call does, and e is then the connection's event for good. A later call changes
// nothing and returns at once, even while the first still runs. Dispatch does not
// allocate.
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

// deliver calls listeners until none is left. If one panics or ends its goroutine,
// the deferred call goes on with the others, and then the panic goes on.
func (t *Target) deliver() {
	done := false
	defer func() {
		if !done {
			t.deliver()
		}
	}()
	for f := t.pop(); f != nil; f = t.pop() {
		f(t.event)
	}
	done = true
}

// pop takes the next listener from the queue and returns its function, or nil
// once there is none left. From then on nothing is queued any more.
func (t *Target) pop() func(CloseEvent) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.first == nil {
		t.phase = delivered
		return nil
	}
	return t.unlink(t.first)
}

// push puts l at the end of the queue, or reports that it is too late for that
// and l is the caller's to call. t.mu is held.
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

// unlink takes l out of the queue and returns its function, or nil where l has
// left the queue before. t.mu is held.
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

// linkTo returns the link that leads to the listener behind prev, where nil means
// to the first.
func (t *Target) linkTo(prev *listener) **listener {
	if prev == nil {
		return &t.first
	}
	return &prev.next
}
