package rawpeer

import "net"

// A Stuck connection reports the start of its first write. Without a reader at the
// other end, as with net.Pipe, the write fails at its deadline.
type Stuck struct {
	net.Conn
	Writing chan struct{}
}

// NewStuck returns conn with a channel for one report.
func NewStuck(conn net.Conn) Stuck { return Stuck{conn, make(chan struct{}, 1)} }

// Write reports the first write, then writes.
func (s Stuck) Write(p []byte) (int, error) {
	select {
	case s.Writing <- struct{}{}:
	default:
	}
	return s.Conn.Write(p)
}
