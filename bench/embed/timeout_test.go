package embed_test

import (
	"testing"
	"time"

	"example.com/closeframe/bench/embed/gobwas"
	"example.com/closeframe/bench/embed/gorilla"
	"example.com/closeframe/bench/embed/live"
	"example.com/closeframe/event"
)

// closeTimeoutStacks are stacks whose adapters have a CloseTimeout.
var closeTimeoutStacks = []func(timeout time.Duration) live.Stack{
	func(timeout time.Duration) live.Stack {
		return live.NewStack("gobwas", gobwas.Upgrade, gobwas.Dial, func(c *gobwas.Conn) live.Conn {
			c.CloseTimeout = timeout
			return adaptGobwas(c)
		})
	},
	func(timeout time.Duration) live.Stack {
		return live.NewStack("gorilla", upgradeGorilla, gorilla.Dial, func(c *gorilla.Conn) live.Conn {
			c.CloseTimeout = timeout
			return adaptGorilla(c)
		})
	},
}

// A closing is one with a peer that never ends TCP.
type closing struct {
	name    string
	timeout time.Duration
	weClose bool
	peer    byte // the first byte of what the peer sends; 0: nothing
	want    event.CloseEvent
}

// A peer that does not answer our close frame is not waited for longer than
// CloseTimeout; nor is one that keeps TCP open after the end. All wait at the same
// time.
func TestCloseTimeout(t *testing.T) {
	const (
		short = 50 * time.Millisecond
		ample = live.Patience / 2 // where what is written has to arrive in time
	)
	var waiting []func()
	for _, stack := range closeTimeoutStacks {
		for _, role := range roles {
			for _, c := range []closing{
				{"the peer does not answer", short, true, 0, event.Abnormal()},
				{"the peer answers", ample, true, live.Close, event.MustNew(4000, "", true)},
				{"the peer closes", ample, false, live.Close, event.MustNew(4000, "", true)},
				{"the peer breaks the protocol", short, false, live.Text | 0x40, event.Abnormal()},
			} {
				waiting = append(waiting, c.start(t, stack(c.timeout), role))
			}
		}
	}
	for _, wait := range waiting {
		wait()
	}
}

// start starts the closing. wait waits for what the application is told.
func (c closing) start(t *testing.T, s live.Stack, role live.Role) (wait func()) {
	t.Helper()
	told := make(chan live.Told, 1)
	p := live.Start(t, s, role, func(conn live.Conn) {
		if c.weClose {
			if err := conn.Close(4001, ""); err != nil {
				t.Errorf("%s as %s, %s: Close: %v", s.Name, role, c.name, err)
			}
		}
		told <- conn.Read()
	}).Connect()
	if c.peer != 0 {
		if err := p.WriteFrame(c.peer, []byte{4000 >> 8, 4000 & 0xff}); err != nil {
			t.Fatal(err)
		}
	}
	return func() {
		select {
		case got := <-told:
			if len(got.Events) != 1 || got.Events[0] != c.want {
				t.Errorf("%s as %s, %s: told %v, want %v once", s.Name, role, c.name, got.Events, c.want)
			}
		case <-time.After(live.Patience):
			t.Fatalf("%s as %s, %s: nothing was told", s.Name, role, c.name)
		}
	}
}

// What comes with the opening handshake is not lost.
func TestEarlyClose(t *testing.T) {
	for _, p := range pairs {
		for _, role := range roles {
			t.Run(p.after.Name+" "+role.String(), func(t *testing.T) {
				if p.after.Name == "gorilla" && role == live.Server {
					t.Skip("gorilla's server refuses a client that sends before it has the answer")
				}
				told := make(chan live.Told, 1)
				peer := live.Start(t, p.after, role, func(c live.Conn) { told <- c.Read() }).ConnectClosing(okPayload)
				peer.Drain()
				peer.Close()
				select {
				case got := <-told:
					if len(got.Events) != 1 || got.Events[0] != okEvent {
						t.Errorf("told %v, want %v once", got.Events, okEvent)
					}
				case <-time.After(live.Patience):
					t.Fatal("nothing was told")
				}
			})
		}
	}
}
