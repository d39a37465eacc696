package event

// Tail returns the bytes of e past its reason.
func Tail(e CloseEvent) []byte { return e.reason[e.length:] }

// Copy makes dst what src is, which an assignment would do, but for go vet.
func Copy(dst, src *Handshake) {
	dst.remote, dst.local, dst.fault, dst.facts = src.remote, src.local, src.fault, src.facts
}

// Waiting returns how many listeners wait in t's queue, and whether its links lead
// to the same ones forwards and backwards and none of them was called.
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
