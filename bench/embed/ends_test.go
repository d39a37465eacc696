package embed_test

import (
	"testing"
	"time"

	"example.com/closeframe/bench/embed/live"
	"example.com/closeframe/event"
)

// ends are ways to end a connection beside those of live.Receive and live.Send, and
// the event that each has to give with every adapter, in both roles.
var ends = []struct {
	name   string
	closes bool // the application closes with 1001 "bye", while it reads
	peer   func(*live.Peer) (seen []live.Frame)
	want   event.CloseEvent
}{
	{"we close, the peer answers", true, func(p *live.Peer) []live.Frame {
		f, _ := p.ReadFrame()
		p.WriteFrame(live.Close, okPayload)
		return drain(p, f)
	}, okEvent},
	{"we close, the peer sends first and then answers", true, func(p *live.Peer) []live.Frame {
		f, _ := p.ReadFrame()
		p.WriteFrame(live.Text, []byte("late"))
		p.WriteFrame(live.Close, okPayload)
		return drain(p, f)
	}, okEvent},
	{"we close, the peer pings and then answers", true, func(p *live.Peer) []live.Frame {
		f, _ := p.ReadFrame()
		p.WriteFrame(live.Ping, []byte("late"))
		p.WriteFrame(live.Close, okPayload)
		return drain(p, f)
	}, okEvent},
	{"we close, the peer drops TCP", true, func(p *live.Peer) []live.Frame {
		p.ReadFrame()
		return nil
	}, event.Abnormal()},
	{"both close at once", true, func(p *live.Peer) []live.Frame {
		p.WriteFrame(live.Close, okPayload)
		return drain(p)
	}, okEvent},
	{"the peer drops TCP", false, func(*live.Peer) []live.Frame { return nil }, event.Abnormal()},
	{"the peer drops TCP in a header", false, func(p *live.Peer) []live.Frame {
		p.Write(p.AppendFrame(nil, live.Close, okPayload)[:1])
		return nil
	}, event.Abnormal()},
	{"the peer drops TCP in a close frame", false, func(p *live.Peer) []live.Frame {
		f := p.AppendFrame(nil, live.Close, okPayload)
		p.Write(f[:len(f)-1])
		return nil
	}, event.Abnormal()},
	{"more follows the peer's close frame", false, func(p *live.Peer) []live.Frame {
		b := p.AppendFrame(nil, live.Close, okPayload)
		b = p.AppendFrame(b, live.Text, []byte("late"))
		p.Write(p.AppendFrame(b, live.Close, []byte("\x03\xe8bye")))
		return drain(p)
	}, okEvent},
}

func drain(p *live.Peer, seen ...live.Frame) []live.Frame {
	more, _ := p.Drain()
	return append(seen, more...)
}

var (
	okEvent      = event.MustNew(4000, "ok", true)
	okPayload, _ = okEvent.AppendPayload(nil)
)

func TestEnds(t *testing.T) {
	for _, p := range pairs {
		for _, role := range roles {
			for _, e := range ends {
				t.Run(p.after.Name+"/"+role.String()+"/"+e.name, func(t *testing.T) {
					t.Parallel()
					closed := make(chan error, 2)
					told := make(chan live.Told, 1)
					r := live.Start(t, p.after, role, func(c live.Conn) {
						if e.closes {
							go func() { closed <- c.Close(1001, "bye") }()
						}
						told <- c.Read()
						closed <- c.Close(1000, "") // too late: nothing to do, no error
					})
					peer := r.Connect()
					seen := e.peer(peer)
					peer.Close()
					checkSeen(t, seen)
					checkTold(t, told, e.want)
					calls := 1
					if e.closes {
						calls = 2
					}
					checkClosed(t, closed, calls, !e.want.WasClean())
				})
			}
		}
	}
}

// A peer that does not answer our close frame is not waited for for ever. The stacks
// wait at the same time, not one after the other.
func TestSilentPeer(t *testing.T) {
	var waiting []func()
	for _, p := range pairs {
		for _, role := range roles {
			told := make(chan live.Told, 1)
			r := live.Start(t, p.after, role, func(c live.Conn) {
				go c.Close(1001, "bye")
				told <- c.Read()
			})
			peer := r.Connect()
			peer.ReadFrame()
			waiting = append(waiting, func() {
				t.Log(p.after.Name, role)
				checkTold(t, told, event.Abnormal())
				peer.Close()
			})
		}
	}
	for _, wait := range waiting {
		wait()
	}
}

// checkSeen looks that nothing but pongs has left behind our close frame (RFC 6455,
// sections 5.5.1 and 5.5.2).
func checkSeen(t *testing.T, seen []live.Frame) {
	t.Helper()
	closed := false
	for _, f := range seen {
		if closed && f.First != live.Pong {
			t.Errorf("behind the close frame came another: %v", seen)
		}
		closed = closed || f.First == live.Close
	}
}

func checkTold(t *testing.T, told chan live.Told, want event.CloseEvent) {
	t.Helper()
	select {
	case got := <-told:
		if len(got.Events) != 1 || got.Events[0] != want {
			t.Errorf("events = %v, want %v", got.Events, want)
		}
		if e, ok := event.From(got.Err); !ok || e != want {
			t.Errorf("error = %v, want one with %v", got.Err, want)
		}
	case <-time.After(live.Patience):
		t.Fatal("the application was told nothing")
	}
}

// checkClosed waits for calls of Close. They may fail only where the peer does not
// answer.
func checkClosed(t *testing.T, closed chan error, calls int, mayFail bool) {
	t.Helper()
	for range calls {
		select {
		case err := <-closed:
			if err != nil && !mayFail {
				t.Errorf("Close = %v, want nil", err)
			}
		case <-time.After(live.Patience):
			t.Fatal("Close hangs")
		}
	}
}
