package gorilla

import "example.com/closeframe/code"

// Local returns the code of the close frame that left.
func (c *Conn) Local() (code.Code, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.handshake.Local()
}
