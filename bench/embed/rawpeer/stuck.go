package rawpeer

import "net"

// A Stuck connection says when a write has begun. Without a reader at its other end,
// as over a net.Pipe, the write ends with its deadline.
type Stuck struct {
	net.Conn
	Writing chan struct{}
}

// NewStuck returns conn with a channel for one word.
func NewStuck(conn net.Conn) Stuck { return Stuck{conn, make(chan struct{}, 1)} }

// Write writes, and says so unless it has been said.
func (s Stuck) Write(p []byte) (int, error) {
	select {
	case s.Writing <- struct{}{}:
	default:
	}
	return s.Conn.Write(p)
}
