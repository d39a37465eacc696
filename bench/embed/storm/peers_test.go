package storm

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"sync"
	"time"

	"example.com/closeframe/bench/embed/live"
)

// limit bounds a storm and everything in it.
const limit = time.Minute

// opening is how many of the peers open their connections at the same time: a
// listener's queue is not what is tested here.
const opening = 64

// A swarm is the peers of a storm.
type swarm struct {
	addr  string
	first bool            // they close before the server does
	start <-chan struct{} // and now they may
	slots chan struct{}
}

// runPeers runs n peers until all have ended; those that close first do so once start
// is closed. It returns what went wrong.
func runPeers(addr string, n int, first bool, start <-chan struct{}) error {
	s := swarm{addr, first, start, make(chan struct{}, opening)}
	errs := make([]error, n)
	var all sync.WaitGroup
	for i := range n {
		all.Go(func() {
			if err := s.peer(i); err != nil {
				errs[i] = fmt.Errorf("peer %d: %w", i, err)
			}
		})
	}
	all.Wait()
	return errors.Join(errs...)
}

// peer is one peer: it says its number, and then the connection ends.
func (s swarm) peer(i int) error {
	p, err := s.open(i)
	if err != nil {
		return err
	}
	defer p.Close()
	if s.first {
		<-s.start
		payload := randomPayload(i)
		if err := p.WriteFrame(live.Close, payload); err != nil {
			return err
		}
		return readEnd(p, wantAnswer(payload), nil)
	}
	return readEnd(p, closing, func() error { return p.WriteFrame(live.Close, closing) })
}

func (s swarm) open(i int) (*live.Peer, error) {
	s.slots <- struct{}{}
	defer func() { <-s.slots }()
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	p, err := live.DialPeer(ctx, s.addr)
	if err != nil {
		return nil, err
	}
	p.SetDeadline(time.Now().Add(limit))
	if err := p.WriteFrame(live.Text, []byte(strconv.Itoa(i))); err != nil {
		p.Close()
		return nil, err
	}
	return p, nil
}

// readEnd reads the server's close frame, answers it if that is due, and waits for
// the server to close TCP.
func readEnd(p *live.Peer, want []byte, answer func() error) error {
	f, err := p.ReadFrame()
	if err != nil {
		return fmt.Errorf("instead of a close frame: %w", err)
	}
	if f.First != live.Close || f.Masked || !bytes.Equal(f.Payload, want) {
		return fmt.Errorf("got %02x, masked %t, payload % x, want close with % x", f.First, f.Masked, f.Payload, want)
	}
	if answer != nil {
		if err := answer(); err != nil {
			return err
		}
	}
	if f, err := p.ReadFrame(); err != io.EOF {
		return fmt.Errorf("after the close frame: %02x, %v, want the end of TCP", f.First, err)
	}
	return nil
}
