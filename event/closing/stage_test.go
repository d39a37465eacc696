//go:build go1.25

package closing_test

import (
	"io"
	"net"
	"os"
	"sort"
	"sync"
	"syscall"
	"testing/synctest"
	"time"

	"example.com/closeframe/event/closing"
)

// A stage is a net.Conn on which one goroutine at a time goes on. Goroutines park before
// each call of the Conn, before and after each operation on the net.Conn, and in the
// listener. Once all of them are parked, or wait inside the Conn, one is chosen. The choice
// includes what the peer does.
type stage struct {
	net.Conn // nil, for the methods that are not called
	scene
	model
	c     *closing.Conn
	trace []string

	mu       sync.Mutex // guards what follows and the model, since a step may wake two goroutines
	parked   []*point
	left     int     // of the calls that have not returned
	active   []*call // and have started
	errs     []error // of Send and Close
	closed   bool
	closedAt time.Time
	read     time.Time // the deadlines
	write    time.Time
	lost     bool  // a write has failed half-way
	err      error // the first contradiction
}

// A point is where a goroutine is parked.
type point struct {
	step int
	name string
	ways func() []string // in which it can go on at the moment
	last bool            // it goes on only if nothing else does
	pick chan string
}

// park waits until the goroutine is chosen, and returns the way in which it goes on.
func (s *stage) park(name string, ways func() []string) string {
	return s.parkAt(&point{name: name, ways: ways})
}

func (s *stage) parkAt(p *point) string {
	p.step, p.pick = len(s.trace), make(chan string)
	s.update(func() {
		s.parked = append(s.parked, p)
		sort.Slice(s.parked, func(i, j int) bool { // two goroutines may park in one step
			p, q := s.parked[i], s.parked[j]
			return p.step < q.step || p.step == q.step && p.name < q.name
		})
	})
	return <-p.pick
}

// only returns the ways of a goroutine that can always go on, in one way.
func only(way string) func() []string { return func() []string { return []string{way} } }

// step lets one goroutine go on, or time pass, until all are parked or wait again. It
// reports whether it did.
func (s *stage) step(choose func(n int) int) bool {
	points, ways := s.options(false)
	if next := s.nextTime(); !next.IsZero() && (s.timely || len(points) == 0) {
		s.must(len(s.parked) > 0 || len(s.active) == 0, "%d calls wait, and nobody reads or writes", len(s.active))
		points, ways = append(points, nil), append(ways, "time passes")
	}
	if len(points) == 0 {
		points, ways = s.options(true)
		s.must(!s.begun() || s.ended && len(points) == len(s.active), "after CloseTimeout, %d calls wait, of which %d hang; ended: %v", len(s.active), len(points), s.ended)
	}
	if len(points) == 0 || s.err != nil {
		return false
	}
	i := choose(len(points))
	p, way := points[i], ways[i]
	s.update(func() { // with the lock: only this orders it before the goroutine of a timer
		if p != nil {
			way = p.name + s.nth(p) + " " + way
			s.parked = remove(s.parked, p)
		}
		s.trace = append(s.trace, way)
	})
	if p != nil {
		p.pick <- ways[i]
	} else {
		time.Sleep(time.Until(s.nextTime()))
	}
	synctest.Wait()
	return true
}

// options returns the points at which a goroutine can go on, and the way for each.
func (s *stage) options(last bool) (points []*point, ways []string) {
	for _, p := range s.parked {
		if p.last == last {
			for _, way := range p.ways() {
				points, ways = append(points, p), append(ways, way)
			}
		}
	}
	return points, ways
}

// nth distinguishes p from the points with the same name before it.
func (s *stage) nth(p *point) (mark string) {
	for _, q := range s.parked {
		if q == p {
			break
		}
		if q.name == p.name {
			mark += "'"
		}
	}
	return mark
}

func remove(points []*point, p *point) (rest []*point) {
	for _, q := range points {
		if q != p {
			rest = append(rest, q)
		}
	}
	return rest
}

// nextTime returns the next moment at which a deadline or CloseTimeout is over, or zero.
func (s *stage) nextTime() (next time.Time) {
	for _, at := range []time.Time{s.read, s.write, s.instant} {
		if !s.ended && at.After(time.Now()) && (next.IsZero() || at.Before(next)) {
			next = at
		}
	}
	return next
}

// ways returns the ways of an operation: those of the peer, unless TCP is closed or the
// deadline is over.
func (s *stage) ways(deadline *time.Time, peer []string) func() []string {
	return func() []string {
		switch {
		case s.closed:
			return []string{"finds TCP closed"}
		case !deadline.IsZero() && !time.Now().Before(*deadline):
			return []string{"is too late"}
		}
		return peer
	}
}

var wayErrors = map[string]error{
	"finds TCP closed": net.ErrClosed,
	"is too late":      os.ErrDeadlineExceeded,
	"fails half-way":   syscall.ENOBUFS,
	"finds EOF":        io.EOF,
}

func (s *stage) Write(b []byte) (n int, err error) {
	f, name := frameOf(b)
	s.update(func() { s.writes(f, name) })
	ways := s.peer.writes
	if s.lost {
		ways = ways[:1]
	}
	way := s.park(name, s.ways(&s.write, ways))
	if way == "stalls" {
		n = len(b) / 2
		way = s.park(name, s.ways(&s.write, s.peer.stalled))
	}
	switch err = wayErrors[way]; err {
	case nil:
		n = len(b)
	case syscall.ENOBUFS:
		n, s.lost = len(b)/2, true
	}
	s.park(name, only("returns"))
	s.update(func() { s.wrote(f, err) })
	return n, err
}

func (s *stage) Read([]byte) (int, error) {
	s.update(func() { s.drains(false) })
	return 0, wayErrors[s.park("Read", s.ways(&s.read, s.peer.reads))]
}

func (s *stage) CloseWrite() error {
	s.update(func() { s.drains(true) })
	s.park("CloseWrite", only("is done"))
	return nil
}

func (s *stage) Close() error {
	s.update(s.hangsUp)
	if !s.closed {
		s.park("Close of TCP", only("is done"))
	}
	if !s.closed {
		s.closed, s.closedAt = true, time.Now()
	}
	s.park("Close of TCP", only("returns"))
	return nil
}

func (s *stage) SetDeadline(t time.Time) error      { return s.set(t, &s.read, &s.write) }
func (s *stage) SetReadDeadline(t time.Time) error  { return s.set(t, &s.read) }
func (s *stage) SetWriteDeadline(t time.Time) error { return s.set(t, &s.write) }

// set parks only without the lock of the Conn: with it no other goroutine can go on.
func (s *stage) set(t time.Time, deadlines ...*time.Time) error {
	if !s.c.IsLocked() {
		s.park("deadline", only("is set"))
	}
	s.update(func() { s.bounds(t, len(deadlines) == 2) })
	for _, d := range deadlines {
		*d = t
	}
	return nil
}

// update calls f with the lock. f must not call the Conn, which has a lock of its own.
func (s *stage) update(f func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f()
}
