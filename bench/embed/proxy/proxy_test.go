package proxy

import (
	"bytes"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"example.com/closeframe/bench/embed/live"
	"example.com/closeframe/fuzz/reference"
)

// edges are close frames at both ends of each class of codes, and malformed ones.
func edges() map[string][]byte {
	rows := map[string][]byte{
		"empty":         nil,
		"one byte":      {3},
		"123 bytes":     payload(1000, bytes.Repeat([]byte("x"), 123)),
		"no text":       payload(1000, []byte("\x00\ufeff\uffff")),
		"not UTF-8":     payload(1000, []byte("ok\xff")),
		"a surrogate":   payload(4000, []byte("\xed\xa0\x80")),
		"126 bytes":     payload(1000, bytes.Repeat([]byte("x"), 124)),
		"no UTF-8 code": payload(1005, []byte("\xff")),
	}
	for _, c := range []uint16{
		0, 999, 1000, 1001, 1003, 1004, 1005, 1006, 1007, 1011, 1012, 1013, 1014, 1015,
		1016, 2999, 3000, 3999, 4000, 4999, 5000, 65535,
	} {
		rows[fmt.Sprint(c)] = payload(c, nil)
		rows[fmt.Sprint(c, " and a reason")] = payload(c, []byte("пока"))
	}
	return rows
}

// forwarded returns the payload that one side must get where the other sent p.
func forwarded(p []byte, lost uint16) []byte {
	if _, _, err := reference.Parse(p); err != 0 {
		return payload(lost, nil)
	}
	return p
}

// A close frame of one side reaches the other, or what stands for it does.
func TestCloses(t *testing.T) {
	for _, p := range pairs {
		t.Run(p.name, func(t *testing.T) {
			r := start(t, p)
			for name, sent := range edges() {
				client, back := r.connect()
				want, ok := p.misread[strings.TrimSuffix(name, " and a reason")]
				if !ok {
					want = forwarded(sent, 1001)
				}
				r.check(name+" of the client", client, sent, back, want)

				client, back = r.connect()
				r.check(name+" of the back end", back, sent, client, forwarded(sent, 1014))
			}
		})
	}
}

// check has one side close with the payload sent, and wants the other to get want.
func (r *running) check(name string, from *live.Peer, sent []byte, to *live.Peer, want []byte) {
	r.t.Helper()
	if err := from.WriteFrame(live.Close, sent); err != nil {
		r.t.Fatalf("%s: %v", name, err)
	}
	if frames, end := from.Drain(); len(frames) != 1 || end == live.Never {
		r.t.Errorf("%s: answered with %v; the end of TCP: %d", name, frames, end)
	}
	from.Close()
	r.expect(name, to, want)
	r.wait()
}

// expect wants one close frame with the payload want to come to p, answers it, and
// wants the end of TCP.
func (r *running) expect(name string, p *live.Peer, want []byte) {
	r.t.Helper()
	f, err := p.ReadFrame()
	if err != nil || f.First != live.Close || !bytes.Equal(f.Payload, want) {
		r.t.Errorf("%s: %02x with % x arrived, %v, want % x", name, f.First, f.Payload, err, want)
	}
	if err := p.WriteFrame(live.Close, f.Payload); err != nil {
		r.t.Errorf("%s: answering: %v", name, err)
	}
	p.CloseWrite()
	if frames, end := p.Drain(); len(frames) > 0 || end == live.Never {
		r.t.Errorf("%s: then %v arrived; the end of TCP: %d", name, frames, end)
	}
	p.Close()
}

// One side drops TCP: the other gets a close frame that says who is gone.
func TestDrops(t *testing.T) {
	for _, p := range pairs {
		for _, reset := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s/reset=%t", p.name, reset), func(t *testing.T) {
				r := start(t, p)
				for _, begun := range []int{0, 1, 5} { // bytes of a close frame
					client, back := r.connect()
					drop(t, client, begun, reset)
					r.expect("the client dropped", back, payload(1001, nil))
					r.wait()

					client, back = r.connect()
					drop(t, back, begun, reset)
					r.expect("the back end dropped", client, payload(1014, nil))
					r.wait()
				}
			})
		}
	}
}

func drop(t *testing.T, p *live.Peer, begun int, reset bool) {
	t.Helper()
	b := p.AppendFrame(nil, live.Close, payload(1000, []byte("bye")))
	if _, err := p.Write(b[:begun]); err != nil {
		t.Fatal(err)
	}
	if reset {
		p.SetLinger(0)
	}
	p.Close()
}

// A close frame whose sender is gone before it was answered is passed on.
func TestUncleanClose(t *testing.T) {
	for _, p := range pairs {
		t.Run(p.name, func(t *testing.T) {
			r := start(t, p)
			client, back := r.connect()
			if err := client.WriteFrame(live.Close, payload(4000, []byte("bye"))); err != nil {
				t.Fatal(err)
			}
			client.Close()
			r.expect("the client", back, payload(4000, []byte("bye")))
			r.wait()
		})
	}
}

// Messages pass in both directions, the last before a close frame too.
func TestMessages(t *testing.T) {
	for _, p := range pairs {
		t.Run(p.name, func(t *testing.T) {
			r := start(t, p)
			client, back := r.connect()
			pass(t, client, back, live.Text, "за")
			pass(t, back, client, live.Binary, "\xff\x00")
			pass(t, client, back, live.Binary, "")
			b := back.AppendFrame(nil, live.Text, []byte("last"))
			b = back.AppendFrame(b, live.Close, payload(1012, nil))
			if _, err := back.Write(b); err != nil {
				t.Fatal(err)
			}
			if f, err := client.ReadFrame(); err != nil || string(f.Payload) != "last" {
				t.Errorf("got %q, %v, want the last message", f.Payload, err)
			}
			back.Drain()
			back.Close()
			r.expect("the back end", client, payload(1012, nil))
			r.wait()
		})
	}
}

func pass(t *testing.T, from, to *live.Peer, first byte, text string) {
	t.Helper()
	if err := from.WriteFrame(first, []byte(text)); err != nil {
		t.Fatal(err)
	}
	if f, err := to.ReadFrame(); err != nil || f.First != first || string(f.Payload) != text {
		t.Errorf("%02x %q arrived, %v, want %02x %q", f.First, f.Payload, err, first, text)
	}
}

// Both sides close before either has seen the other's close frame: each is answered
// once, and the proxy does not hang.
func TestBothClose(t *testing.T) {
	for _, p := range pairs {
		t.Run(p.name, func(t *testing.T) {
			r := start(t, p)
			for range 20 {
				client, back := r.connect()
				for _, side := range []*live.Peer{client, back} {
					if err := side.WriteFrame(live.Close, payload(1000, nil)); err != nil {
						t.Fatal(err)
					}
				}
				for _, side := range []*live.Peer{client, back} {
					frames, end := side.Drain()
					if len(frames) != 1 || !bytes.Equal(frames[0].Payload, payload(1000, nil)) || end == live.Never {
						t.Errorf("got %v; the end of TCP: %d", frames, end)
					}
					side.Close()
				}
				r.wait()
			}
		})
	}
}

// Where there is no back end the client is told by HTTP, and where there is no
// WebSocket client the back end is told that it is gone.
func TestNoOtherSide(t *testing.T) {
	for _, p := range pairs {
		t.Run(p.name, func(t *testing.T) {
			r := start(t, p)
			opened := make(chan *live.Peer, 1)
			go func() {
				back, err := live.AcceptPeer(r.back)
				if err != nil {
					t.Error(err)
				}
				opened <- back
			}()
			go http.Get("http://" + r.addr) // no upgrade: the stack answers 4xx
			if back := <-opened; back != nil {
				r.expect("no client", back, payload(1001, nil))
			}
			r.wait()

			r.back.Close()
			if _, err := live.DialPeer(t.Context(), r.addr); err == nil || !strings.Contains(err.Error(), "502") {
				t.Errorf("no back end: %v, want status 502", err)
			}
			r.wait()
		})
	}
}
