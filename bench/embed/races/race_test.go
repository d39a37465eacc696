package races

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"example.com/closeframe/bench/embed/rawpeer"
	"example.com/closeframe/code"
	"example.com/closeframe/event"
)

// Both sides close before they have received the other's close frame: each reports the
// other's, and neither replies.
func TestRaceCloseCrosses(t *testing.T) {
	for _, role := range roles {
		t.Run(role.String(), func(t *testing.T) {
			e, p := connect(t, role)
			if err := e.Close(code.NormalClosure, "done"); err != nil {
				t.Fatal(err)
			}
			write(t, p, p.AppendFrame(nil, rawpeer.Close, bye))
			e.read() // only now
			wantOnly(t, p, withCode(1000, []byte("done")))
			e.want(byeClean)
		})
	}
}

// Both ends are adapters and close at the same moment. Whichever close frame is first,
// they must agree, and both ends are clean.
func TestRaceBothClose(t *testing.T) {
	// The events of the server and the client.
	type outcome struct{ server, client event.CloseEvent }
	var (
		ofServer     = event.MustNew(code.ServiceRestart, "server", true)
		ofClient     = event.MustNew(code.NormalClosure, "client", true)
		serverEchoed = event.MustNew(code.NormalClosure, "", true)
		clientEchoed = event.MustNew(code.ServiceRestart, "", true)
	)
	possible := []outcome{
		{ofClient, ofServer},     // they crossed
		{clientEchoed, ofServer}, // the server was first, the client replied
		{ofClient, serverEchoed}, // the client was first, the server replied
	}
	for range 100 {
		server, client := connectBoth(t)
		server.read()
		client.read()
		var closes sync.WaitGroup
		closes.Go(func() { wantNil(t, server.Close(code.ServiceRestart, "server")) })
		closes.Go(func() { wantNil(t, client.Close(code.NormalClosure, "client")) })
		closes.Wait()
		if got := (outcome{server.wait(), client.wait()}); !slices.Contains(possible, got) {
			t.Fatalf("the server was told %v, the client %v", got.server, got.client)
		}
	}
}

// The peer sends half a close frame, or nothing, and stops. If we have closed, the wait
// has a limit.
func TestRacePeerFallsSilent(t *testing.T) {
	for _, role := range roles {
		for _, half := range []int{0, 1, 5} {
			t.Run(fmt.Sprint(role, "/", half, " bytes"), func(t *testing.T) {
				t.Parallel()
				e, p := connect(t, role)
				e.CloseTimeout = time.Second
				e.read()
				write(t, p, p.AppendFrame(nil, rawpeer.Close, bye)[:half])
				wantNil(t, e.Close(code.NormalClosure, "done"))
				e.want(event.Abnormal())
				wantFrame(t, p, withCode(1000, []byte("done")))
			})
		}
	}
}

// Nothing is read after a close frame: no message, no other close frame, and no
// malformed frame.
func TestRaceBytesAfterClose(t *testing.T) {
	for _, role := range roles {
		t.Run(role.String(), func(t *testing.T) {
			e, p := connect(t, role)
			b := p.AppendFrame(nil, rawpeer.Close, bye)
			b = p.AppendFrame(b, rawpeer.Text, []byte("late"))
			b = p.AppendFrame(b, rawpeer.Close, withCode(4000, []byte("second")))
			b = p.AppendFrame(b, rawpeer.Close, withCode(1006, nil))
			b = append(b, strings.Repeat("\xff", 10_000)...)
			write(t, p, b)
			e.read()
			wantOnly(t, p, withCode(1001, nil))
			e.want(byeClean)
			if e.messages > 0 {
				t.Errorf("%d messages were read after the close frame", e.messages)
			}
		})
	}
}

// Many goroutines close at once while others send messages: one close frame is sent,
// and nothing after it.
func TestRaceManyClose(t *testing.T) {
	for _, role := range roles {
		t.Run(role.String(), func(t *testing.T) {
			e, p := connect(t, role)
			e.read()
			var callers sync.WaitGroup
			for i := range 50 {
				callers.Go(func() { _ = e.WriteMessage(1, []byte("x")) }) // it may be too late
				callers.Go(func() { wantNil(t, e.Close(code.Code(4000+i), "")) })
			}
			f := skipMessages(t, p)
			write(t, p, p.AppendFrame(nil, rawpeer.Close, bye))
			callers.Wait()
			if frames, _ := p.Drain(); f.First != rawpeer.Close || len(f.Payload) != 2 || len(frames) > 0 {
				t.Errorf("the peer got %v, then %v, want one close frame", f, frames)
			}
			p.Close()
			e.want(byeClean)
		})
	}
}

// skipMessages returns the first frame that is no text.
func skipMessages(t *testing.T, p *rawpeer.Peer) rawpeer.Frame {
	t.Helper()
	for {
		f, err := p.ReadFrame()
		if err != nil {
			t.Fatal(err)
		}
		if f.First != rawpeer.Text {
			return f
		}
	}
}

// The peer closes, we close and TCP drops, all at once: the event is one of those that
// may have been first.
func TestRaceEverything(t *testing.T) {
	for _, role := range roles {
		for range 50 {
			e, p := connect(t, role)
			e.read()
			var all sync.WaitGroup
			all.Go(func() { _ = p.WriteFrame(rawpeer.Close, bye) }) // TCP may be gone
			all.Go(func() { _ = e.Close(code.NormalClosure, "done") })
			all.Go(e.Terminate)
			all.Wait()
			e.want(byeClean, byeUnclean, event.Abnormal())
		}
	}
}

// A listener may call anything: nothing hangs, and nothing is sent.
func TestRaceCallsInListener(t *testing.T) {
	for _, role := range roles {
		t.Run(role.String(), func(t *testing.T) {
			e, p := connect(t, role)
			late := 0
			e.AddEventListener(func(event.CloseEvent) {
				wantNil(t, e.Close(code.NormalClosure, "in the listener"))
				if e.WriteMessage(1, []byte("x")) == nil {
					t.Error("a message was taken after the end")
				}
				e.Terminate()
				e.AddEventListener(func(event.CloseEvent) { late++ })
			})
			e.read()
			write(t, p, p.AppendFrame(nil, rawpeer.Close, bye))
			wantOnly(t, p, withCode(1001, nil))
			e.want(byeClean)
			if late != 1 {
				t.Errorf("the listener of a listener was called %d times", late)
			}
		})
	}
}

// wantOnly reads until TCP ends, wants one close frame with payload, and closes too.
func wantOnly(t *testing.T, p *rawpeer.Peer, payload []byte) {
	t.Helper()
	wantFrame(t, p, payload)
	if frames, end := p.Drain(); len(frames) > 0 || end == rawpeer.Never {
		t.Errorf("after the close frame the peer got %v; the end of TCP: %d", frames, end)
	}
	p.Close() // a server waits for it
}

func wantNil(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Errorf("Close: %v", err)
	}
}
