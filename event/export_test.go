package event

// Tail returns the bytes of e past its reason.
func Tail(e CloseEvent) []byte { return e.reason[e.length:] }

// Copy copies src to dst. go vet rejects an assignment.
func Copy(dst, src *Handshake) {
	dst.remote, dst.local, dst.fault, dst.facts = src.remote, src.local, src.fault, src.facts
}

// Waiting returns the number of listeners in t's queue, and whether the queue is sound:
// it has the same listeners in both directions, and none of them was called.
func Waiting(t *Target) (n int, sound bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	var prev *listener
	for l := t.first; l != nil; l = l.next {
		if l.prev != prev || l.f == nil {
			return n, false
		}
		prev = l
		n++
	}
	return n, t.last == prev
}
