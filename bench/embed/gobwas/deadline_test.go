package gobwas_test

import (
	"errors"
	"os"
	"testing"
	"time"

	"example.com/closeframe/bench/embed/gobwas"
	"example.com/closeframe/bench/embed/rawpeer"
	"example.com/closeframe/event"
)

// A silent peer is noticed, and a deadline of the application cannot prolong the end.
func TestSilence(t *testing.T) {
	const short = 50 * time.Millisecond
	for name, silence := range map[string]func(*gobwas.Conn) error{
		"IdleTimeout":     func(c *gobwas.Conn) error { c.IdleTimeout = short; return nil },
		"SetReadDeadline": func(c *gobwas.Conn) error { return c.SetReadDeadline(time.Now()) },
		"SetReadDeadline after Close": func(c *gobwas.Conn) error {
			c.CloseTimeout = short
			return errors.Join(c.Close(4000, ""), c.SetReadDeadline(time.Time{}))
		},
		"IdleTimeout after Close": func(c *gobwas.Conn) error {
			c.CloseTimeout, c.IdleTimeout = short, time.Hour
			return c.Close(4000, "")
		},
	} {
		for _, role := range roles {
			t.Run(name+" "+role.String(), func(t *testing.T) {
				c, _ := open(t, role)
				if err := silence(c); err != nil {
					t.Fatal(err)
				}
				ended := make(chan error, 1)
				go func() { _, _, err := c.ReadMessage(); ended <- err }()
				select {
				case err := <-ended:
					if e, ok := event.From(err); !ok || e != event.Abnormal() || !errors.Is(err, os.ErrDeadlineExceeded) {
						t.Errorf("ReadMessage: %v, want %v for a deadline", err, event.Abnormal())
					}
				case <-time.After(rawpeer.Patience / 2): // before the peer gives up
					t.Fatal("ReadMessage does not return")
				}
			})
		}
	}
}
