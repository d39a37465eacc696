package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"sort"
	"strings"
	"syscall"
	"time"
)

// A tracer turns packets into lines.
type tracer struct {
	streams
	conns  map[uint64]*conn // by TCP stream; nil for a WebSocket connection that has ended
	last   time.Time        // of the packet that was read last
	report reporter
}

func newTracer(s streams, asJSON bool) *tracer {
	return &tracer{streams: s, conns: map[uint64]*conn{}, report: reporter{out: s.out, asJSON: asJSON}}
}

// fromInput reads JSON that somebody else's tshark writes. The first interrupt is
// for that tshark, whose end ends us; the second one is for us.
func (t *tracer) fromInput() int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	go func() {
		<-ctx.Done()
		stop()
	}()
	return t.finish(t.read(t.in))
}

// fromFile runs tshark, which never outlives it.
func (t *tracer) fromFile(args []string) int {
	path, err := exec.LookPath(args[0])
	if err != nil {
		t.complain("trace needs tshark, Wireshark's command: install the package tshark (wireshark-cli in some distributions)")
		return exitFailed
	}
	signals, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	ctx, kill := context.WithCancel(signals)
	defer kill()
	var said lastBytes
	cmd := exec.CommandContext(ctx, path, args[1:]...)
	cmd.Stderr = &said
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.complain("tshark: %s", printable(err.Error()))
		return exitFailed
	}
	err = t.read(out)
	if err != nil {
		kill()
	}
	waited := make(chan error, 1)
	go func() { waited <- cmd.Wait() }()
	select {
	case <-patience(err):
		// It was killed, but a child of it holds its standard error.
		return t.finish(err)
	case failed := <-waited:
		switch {
		case signals.Err() != nil && errors.Is(err, io.ErrUnexpectedEOF):
			err = errors.New("interrupted")
		case failed != nil && (err == nil || errors.Is(err, io.ErrUnexpectedEOF)):
			err = fmt.Errorf("tshark: %v: %s", failed, said.lastLine())
		}
		return t.finish(err)
	}
}

// patience ends soon if err is not nil, and else never.
func patience(err error) <-chan time.Time {
	if err == nil {
		return nil
	}
	return time.After(time.Second)
}

// read adds packet by packet and reports each connection when it ends.
func (t *tracer) read(r io.Reader) error {
	for in := newPacketReader(r); ; {
		p, err := in.next()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		if t.add(p); t.dead() {
			return errOutput
		}
	}
}

// errOutput ends a run whose output is closed. The error itself is in the streams.
var errOutput = errors.New("the output does not accept more")

func (t *tracer) add(p tcpPacket) {
	t.last = p.time
	c, known := t.conns[p.stream]
	if !known {
		var ok bool
		if c, ok = newConn(p); !ok {
			return
		}
		t.conns[p.stream] = c
	}
	if c == nil {
		return // it came after the end
	}
	if c.add(p); !c.over() {
		return
	}
	delete(t.conns, p.stream)
	if c.asked || c.switched {
		t.conns[p.stream] = nil
		t.report.line(c, t.last)
	}
}

// finish reports what has not ended, and returns the exit status.
func (t *tracer) finish(err error) int {
	if err == errOutput {
		return exitFailed
	}
	var open []*conn
	for _, c := range t.conns {
		if c != nil && (c.asked || c.switched) {
			open = append(open, c)
		}
	}
	sort.Slice(open, func(i, j int) bool { return open[i].start.Before(open[j].start) })
	for _, c := range open {
		c.deliver()
		t.report.line(c, t.last)
	}
	t.report.summary()
	if err != nil {
		t.complain("%s", printable(err.Error()))
		return exitFailed
	}
	if t.report.lines == 0 {
		t.complain("no WebSocket connection found: is its opening handshake in the capture, and does TLS need -keylog?")
	}
	return exitOK
}

// lastBytes keeps the last bytes that are written to it.
type lastBytes []byte

func (l *lastBytes) Write(p []byte) (int, error) {
	const most = 1024
	*l = append(*l, p...)
	if n := len(*l); n > most {
		*l = append((*l)[:0], (*l)[n-most:]...)
	}
	return len(p), nil
}

// lastLine returns the last line, which is what tshark failed for.
func (l lastBytes) lastLine() string {
	text := strings.TrimSpace(string(l))
	text = text[strings.LastIndexByte(text, '\n')+1:]
	return strings.TrimPrefix(text, "tshark: ")
}
