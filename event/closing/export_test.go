//go:build go1.25

package closing

// IsLocked reports whether a goroutine holds the lock of c.
func (c *Conn) IsLocked() bool {
	if c.mu.TryLock() {
		c.mu.Unlock()
		return false
	}
	return true
}
