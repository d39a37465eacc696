package embed_test

import (
	"testing"
	"time"

	"example.com/closeframe/bench/embed/gobwas"
	"example.com/closeframe/bench/embed/gorilla"
	"example.com/closeframe/bench/embed/live"
	"example.com/closeframe/event"
)

// A peer that does not answer our close frame is not waited for longer than
// CloseTimeout; nor is one that keeps TCP open after the end.
func TestCloseTimeout(t *testing.T) {
	const timeout = 50 * time.Millisecond
	for _, s := range []live.Stack{
		live.NewStack("gobwas", gobwas.Upgrade, gobwas.Dial, func(c *gobwas.Conn) live.Conn {
			c.CloseTimeout = timeout
			return adaptGobwas(c)
		}),
		live.NewStack("gorilla", upgradeGorilla, gorilla.Dial, func(c *gorilla.Conn) live.Conn {
			c.CloseTimeout = timeout
			return adaptGorilla(c)
		}),
	} {
		for _, role := range roles {
			for _, tc := range []struct {
				name    string
				weClose bool
				peer    byte // the first byte of what the peer sends; 0: nothing
				want    event.CloseEvent
			}{
				{"the peer does not answer", true, 0, event.Abnormal()},
				{"the peer answers", true, live.Close, event.MustNew(4000, "", true)},
				{"the peer closes", false, live.Close, event.MustNew(4000, "", true)},
				{"the peer breaks the protocol", false, live.Text | 0x40, event.Abnormal()},
			} {
				t.Run(s.Name+" "+role.String()+" "+tc.name, func(t *testing.T) {
					told := make(chan live.Told, 1)
					p := live.Start(t, s, role, func(c live.Conn) {
						if tc.weClose {
							if err := c.Close(4001, ""); err != nil {
								t.Error(err)
							}
						}
						told <- c.Read()
					}).Connect()
					if tc.peer != 0 {
						if err := p.WriteFrame(tc.peer, []byte{4000 >> 8, 4000 & 0xff}); err != nil {
							t.Fatal(err)
						}
					}
					select {
					case got := <-told:
						if len(got.Events) != 1 || got.Events[0] != tc.want {
							t.Errorf("told %v, want %v once", got.Events, tc.want)
						}
					case <-time.After(live.Patience):
						t.Fatal("nothing was told")
					}
				})
			}
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
