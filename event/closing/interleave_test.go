//go:build go1.25

package closing_test

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"testing/synctest"

	"example.com/closeframe/event"
	"example.com/closeframe/event/closing"
)

// A script is what a peer does: the ways in which a write and a stalled one go on, and
// a Read, which returns once the peer closes TCP.
type script struct{ writes, stalled, reads []string }

var (
	prompt  = &script{writes: []string{"succeeds"}, reads: []string{"finds EOF"}}
	slower  = &script{writes: []string{"stalls"}, stalled: []string{"succeeds"}, reads: []string{"finds EOF"}}
	stuck   = &script{writes: []string{"stalls"}}
	lossy   = &script{writes: []string{"succeeds", "fails half-way"}, reads: []string{"finds EOF"}}
	silent  = &script{writes: []string{"succeeds"}} // it leaves TCP open
	scripts = []*script{prompt, slower, stuck, lossy, silent}
)

// A scene is what two or three of our goroutines and the peer do.
type scene struct {
	calls  [3][]*call
	peer   *script
	timely bool // time passes at any moment, not only when all wait for it
}

var names = [3]string{"reader", "writer", "third"}

func (s scene) String() string {
	var parts []string
	for i, calls := range s.calls {
		for _, c := range calls {
			parts = append(parts, names[i]+": "+c.name)
		}
	}
	return strings.Join(parts, ", ")
}

// explore calls play with every sequence of choices, depth first, and returns how often.
// The argument of play returns the next choice of n.
func explore(play func(choose func(n int) int)) (count int) {
	type choice struct{ i, n int }
	var path []choice
	for more := true; more; count++ {
		depth := 0
		play(func(n int) int {
			if depth == len(path) {
				path = append(path, choice{0, n})
			}
			c := &path[depth]
			depth++
			if c.n = n; c.i >= n { // the same choices led elsewhere, and the counts will differ
				c.i = n - 1
			}
			return c.i
		})
		path = path[:depth]
		for len(path) > 0 && path[len(path)-1].i+1 == path[len(path)-1].n {
			path = path[:len(path)-1]
		}
		if more = len(path) > 0; more {
			path[len(path)-1].i++
		}
	}
	return count
}

// interleavings plays all interleavings of a scene, by a server and by a client, and
// returns how many there are.
func (sc scene) interleavings(t *testing.T) (count int) {
	var worst *stage
	distinct := make(map[string]bool)
	for _, client := range []bool{false, true} {
		count += explore(func(choose func(n int) int) {
			s := &stage{scene: sc, model: model{client: client}}
			s.playInBubble(t, choose)
			distinct[fmt.Sprint(client, s.trace)] = true
			if s.err != nil && (worst == nil || len(s.trace) < len(worst.trace)) {
				worst = s
			}
		})
	}
	switch {
	case worst != nil:
		t.Fatalf("%v, in\n%v", worst.err, worst)
	case len(distinct) != count:
		t.Errorf("%v: %d of %d interleavings are distinct", sc, len(distinct), count)
	}
	return count
}

// play plays one interleaving.
func (s *stage) play(choose func(n int) int) {
	s.c = closing.Server(s)
	if s.client {
		s.c = closing.Client(s)
	}
	s.c.CloseTimeout = timeout
	s.c.OnClose(func(e event.CloseEvent) {
		s.update(func() { s.listens(e) })
		s.park("listener", only("returns"))
	})
	for i, calls := range s.calls {
		s.left += len(calls)
		go s.perform(names[i], calls)
	}
	synctest.Wait()
	for s.err == nil && s.step(choose) {
		s.rests()
	}
	s.ends()
}

// playInBubble plays in a bubble. If there is a contradiction, goroutines may be left in it.
func (s *stage) playInBubble(t *testing.T, choose func(n int) int) {
	defer bound(s)()
	defer func() {
		if r := recover(); r != nil && s.err == nil {
			panic(r)
		}
	}()
	synctest.Test(t, func(*testing.T) { s.play(choose) })
}

func (s *stage) String() string {
	return fmt.Sprintf("%v; client: %v\n\t%s\n", s.scene, s.client, strings.Join(s.trace, "\n\t"))
}

// scenes are all combinations of what each of them does.
type scenes struct {
	readers, writers, thirds [][]*call
	peers                    []*script
	timely                   bool
}

// play plays all interleavings of the scenes, and returns how many there are.
func (ss scenes) play(t *testing.T) (count int) {
	if ss.thirds == nil {
		ss.thirds = [][]*call{nil}
	}
	for _, peer := range ss.peers {
		for _, third := range ss.thirds {
			for _, writer := range ss.writers {
				for _, reader := range ss.readers {
					count += scene{[3][]*call{reader, writer, third}, peer, ss.timely}.interleavings(t)
				}
			}
		}
	}
	return count
}

// The readers of the scenes that are played by all peers.
var readers = [][]*call{
	{receive}, {malformed}, {fail}, {end}, {pong1, receive},
	{pong1, fail}, {pong1, end}, {close2, pong1, receive}, {idle, receive, end}, {pong1, pong2, receive},
}

// short are scenes as short as those in which a defect shows.
var short = []scenes{{
	readers: readers[:5],
	writers: [][]*call{{close1}, {sendTwo}, {send, close1}, {close1, close2}},
	peers:   scripts,
}, {
	readers: readers[5:9],
	writers: [][]*call{{close1}, {send}, {pong2}},
	peers:   scripts,
}, {
	readers: readers[9:],
	writers: [][]*call{{sendTwo}, {close1, send}},
	peers:   scripts,
}, {
	readers: [][]*call{{receive}, {end}, {pong1, receive}},
	writers: [][]*call{{terminate}},
	peers:   scripts,
}, {
	readers: [][]*call{{receive}, {fail}},
	writers: [][]*call{{send}},
	thirds:  [][]*call{{send}, {close1}},
	peers:   scripts,
}, {
	readers: [][]*call{{receive}, {fail}, {end}},
	writers: [][]*call{{hang}},
	thirds:  [][]*call{{send}, {close1}},
	peers:   []*script{prompt},
}, {
	readers: [][]*call{{pong1}}, // and only a timer ends the connection
	writers: [][]*call{{send, close1}},
	peers:   []*script{prompt, slower, lossy},
}, {
	readers: [][]*call{{receive}},
	writers: [][]*call{{close1}},
	peers:   []*script{silent, stuck},
	timely:  true,
}}

// long are played with EXHAUSTIVE=1, as set by make exhaustive.
var long = append([]scenes{{
	readers: readers,
	writers: [][]*call{{sendTwo, close1}, {close1, send}, {close1, close2}, {close1, terminate}, {send, pong2}},
	peers:   scripts,
}, {
	readers: [][]*call{{receive}, {fail}, {end}},
	writers: [][]*call{{send}, {close1}},
	peers:   scripts,
	timely:  true,
}, {
	readers: readers[:5],
	writers: [][]*call{{sendTwo}},
	thirds:  [][]*call{{close1}},
	peers:   scripts,
}}, short...)

// In every interleaving of our goroutines, the peer and the clock, the connection does
// what its model does.
func TestInterleavings(t *testing.T) {
	// Without waiting, the interleavings can be computed: of three steps and of seven, four
	// of which are those of Terminate.
	count := scene{calls: [3][]*call{{nothing, nothing, nothing}, {nothing, nothing, nothing, terminate}}, peer: prompt}.interleavings(t)
	if want := 2 * 120; count != want { // two roles, 10! / (3! 7!)
		t.Errorf("%d interleavings of goroutines that do not wait, want %d", count, want)
	}
	all, want := short, 49722 // counted: a Conn that uses its net.Conn in another order changes it
	if os.Getenv("EXHAUSTIVE") != "" {
		all, want = long, 49722+531889
	}
	count = 0
	for _, ss := range all {
		count += ss.play(t)
	}
	if count != want {
		t.Errorf("%d interleavings, want %d", count, want)
	}
}
