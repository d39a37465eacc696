//go:build go1.24

package event_test

import (
	"testing"

	"example.com/closeframe/code"
	"example.com/closeframe/event"
	"example.com/closeframe/frame"
)

// One side of two joined handshakes, and what a witness has seen happen there.
type side struct {
	h          event.Handshake
	pending    string // the payload on its way to this side
	isPending  bool
	sent, came bool // its frame left, a frame came
	ended      bool
	event      event.CloseEvent
}

type pair struct {
	sides  [2]side
	frames int
}

// TestHandshakesJoined lets two handshakes close with each other in every order of
// steps: either side may close first, or both at once; a frame may arrive or be
// lost; the transport may end for either side at any moment.
func TestHandshakesJoined(t *testing.T) {
	own := [2]struct {
		code    code.Code
		payload string
	}{{4000, "\x0f\xa0left"}, {4001, "\x0f\xa1right"}}

	for _, test := range []struct {
		name    string
		payload string // of side 0 when it closes first
		good    bool
	}{
		{"good", own[0].payload, true},
		{"empty", "", true},
		{"malformed", "\x0f", false},
	} {
		t.Run(test.name, func(t *testing.T) {
			own := own
			own[0].payload = test.payload
			ends, bothClean, crossed := 0, 0, 0

			// send writes a frame from side i.
			send := func(p *pair, i int, c code.Code, payload string) {
				me, peer := &p.sides[i], &p.sides[1-i]
				if p.frames++; p.frames > 2 || me.sent || peer.isPending {
					t.Fatalf("frame %d, from side %d: %+v", p.frames, i, p.sides)
				}
				if !peer.ended {
					peer.pending, peer.isPending = payload, true
				}
				me.sent = true
				me.h.Sent(c)
			}
			check := func(p *pair) {
				ends++
				for i := range p.sides {
					me, peer := &p.sides[i], &p.sides[1-i]
					e := me.event
					good := me.came && (i == 0 || test.good || !peer.h.LocalFirst())
					if e.WasClean() != (good && me.sent) {
						t.Fatalf("side %d: %v, sent %v, came %v", i, e, me.sent, me.came)
					}
					want := code.AbnormalClosure
					if good {
						if want, _ = peer.h.Local(); want == own[0].code && test.payload == "" {
							want = code.NoStatus
						}
					}
					if e.Code() != want {
						t.Fatalf("side %d: %v, want code %d", i, e, want)
					}
				}
				if p.sides[0].event.WasClean() && p.sides[1].event.WasClean() {
					bothClean++
					if p.sides[0].h.LocalFirst() && p.sides[1].h.LocalFirst() {
						crossed++
					}
				}
			}
			var explore func(pair)
			explore = func(p pair) {
				moves := 0 // but for End
				for i := range p.sides {
					if p.sides[i].ended {
						continue
					}
					if p.sides[i].h.State() == event.Open {
						moves++
						q := p
						send(&q, i, own[i].code, own[i].payload)
						explore(q)
					}
					if c, due := p.sides[i].h.Reply(); due {
						moves++
						q := p
						payload, err := frame.Append(nil, c, "")
						if err != nil {
							t.Fatal(err)
						}
						send(&q, i, c, string(payload))
						explore(q)
					}
					if p.sides[i].isPending {
						moves++
						q := p
						me := &q.sides[i]
						_ = me.h.Receive([]byte(me.pending))
						me.pending, me.isPending, me.came = "", false, true
						explore(q)
					}
					q := p
					me := &q.sides[i]
					me.ended, me.event = true, me.h.End()
					me.pending, me.isPending = "", false
					explore(q)
				}
				left, right := p.sides[0], p.sides[1]
				switch {
				case left.ended && right.ended:
					check(&p)
				case left.ended || right.ended || moves > 0:
				case left.h.State() != event.Complete || right.h.State() != event.Complete || p.frames != 2:
					t.Fatalf("stuck after %d frames in states %v and %v", p.frames, left.h.State(), right.h.State())
				}
			}
			explore(pair{})
			t.Logf("%d orders of steps, %d clean on both sides, %d of them crossing", ends, bothClean, crossed)
			if ends == 0 || test.good && (bothClean == 0 || crossed == 0) {
				t.Error("a case that must occur does not")
			}
		})
	}
}
