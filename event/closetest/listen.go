package closetest

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"time"
)

// maxConns is how many connections a Client serves at once.
const maxConns = 64

// table makes the slots of the rows.
func (c *clientRun) table(rows []Row) {
	c.slots, c.came, c.all = map[string]*slot{}, make(chan struct{}, 1), make(chan struct{})
	for _, r := range rows {
		s := &slot{row: r, done: make(chan struct{})}
		c.slots[r.Name] = s
		c.order = append(c.order, s)
	}
	if c.left = len(rows); c.left == 0 {
		close(c.all)
	}
}

// take returns the slot of the row that a connection asks for: the named one, or
// the next that none has taken.
func (c *clientRun) take(name string) (*slot, error) {
	c.slotsMu.Lock()
	defer c.slotsMu.Unlock()
	s := c.slots[name]
	if name == "" {
		for _, next := range c.order {
			if !next.taken {
				s = next
				break
			}
		}
	}
	switch {
	case s == nil && name == "":
		return nil, errors.New("all rows have been given out")
	case s == nil:
		return nil, fmt.Errorf("no row %q", name)
	}
	s.taken = true
	return s, nil
}

// ran adds the result of a slot's row. A row that is run again replaces its result.
func (c *clientRun) ran(s *slot, r Result) {
	c.add(r)
	c.slotsMu.Lock()
	defer c.slotsMu.Unlock()
	if !s.ran {
		s.ran = true
		close(s.done)
		if c.left--; c.left == 0 {
			close(c.all)
		}
	}
}

// isTaken reports whether a connection for the row came.
func (c *clientRun) isTaken(s *slot) bool {
	c.slotsMu.Lock()
	defer c.slotsMu.Unlock()
	return s.taken
}

// dial has the client under test connect for one row.
func (c *clientRun) dial(ctx context.Context, row Row) {
	s := c.slots[row.Name]
	returned := make(chan error, 1)
	dialing, cancel := context.WithCancel(ctx)
	defer cancel()
	go func() {
		returned <- c.Dial(dialing, row.Name, c.url+"?row="+url.QueryEscape(row.Name))
	}()
	late := time.NewTimer(c.runner.timeout)
	defer late.Stop()
	var err error
	select {
	case <-s.done:
	case <-ctx.Done():
	case err = <-returned:
		returned <- err
		if err == nil {
			err = errors.New("closetest: the client returned without a connection")
		}
	case <-late.C:
		err = errors.New("closetest: the client made no connection in time")
	}
	if c.isTaken(s) {
		c.giveUp(ctx, nil)
		select {
		case <-s.done:
		case <-ctx.Done():
		}
	} else if !c.giveUp(ctx, err) {
		c.ran(s, noConnection(row, ClientRole, err))
	}
	select { // the application has a last word
	case <-returned:
	case <-time.After(c.runner.timeout):
	case <-ctx.Done():
	}
}

// wait waits until all rows have run, or no connection came for too long. Time
// counts only while no connection is open.
func (c *clientRun) wait(ctx context.Context) error {
	idle := c.Idle
	if idle <= 0 {
		idle = c.runner.timeout
	}
	t := time.NewTimer(idle)
	defer t.Stop()
	for {
		select {
		case <-c.all:
			return nil
		case <-ctx.Done():
			return ctx.Err()
		case <-c.came:
		case <-t.C:
			c.slotsMu.Lock()
			busy, left, bad := c.busy, c.left, c.bad
			c.slotsMu.Unlock()
			switch {
			case busy > 0:
			case bad != nil && left == len(c.order):
				return bad
			default:
				return fmt.Errorf("closetest: no connection for %v; %d rows are left", idle, left)
			}
		}
		if !t.Stop() {
			select {
			case <-t.C:
			default:
			}
		}
		t.Reset(idle)
	}
}
