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

	"example.com/closeframe/code"
)

// A tracer prints a line for each connection, and counts them for the summary.
type tracer struct {
	streams
	json  bool
	conns map[uint64]*conn // by TCP stream; nil for an ended WebSocket connection, whose late packets are ignored
	last  time.Time        // of the latest packet
	lines int
	ends  map[code.Code]int // the connections that ended with a code
	clean map[code.Code]int // and those of them that are clean
}

// readInput reads the JSON of a tshark that the caller started. The first interrupt is for
// that tshark, and its end of output ends us. The second one is for us.
func (t *tracer) readInput() error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	go func() {
		<-ctx.Done()
		stop()
	}()
	return readPackets(t.in, t.add)
}

// runTshark runs tshark and reads its JSON. tshark does not outlive the call.
func (t *tracer) runTshark(command []string) error {
	path, err := exec.LookPath(command[0])
	if err != nil {
		return errors.New("trace needs tshark, Wireshark's command: install the package tshark (wireshark-cli in some distributions)")
	}
	signals, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	ctx, kill := context.WithCancel(signals)
	defer kill()
	var diagnosis lastBytes
	cmd := exec.CommandContext(ctx, path, command[1:]...)
	cmd.Stderr = &diagnosis // printed below, without control characters
	out, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	// tshark ends by itself only if all of its output is read.
	if err = readPackets(out, t.add); err != nil || t.dead() {
		kill()
	}
	waited := make(chan error, 1)
	go func() { waited <- cmd.Wait() }()
	select {
	case failed := <-waited:
		if signals.Err() != nil {
			return errors.New("interrupted")
		}
		// A failure of tshark makes its JSON end early. After any other error we killed it.
		if failed != nil && (err == nil || errors.Is(err, io.ErrUnexpectedEOF)) {
			text := strings.TrimSpace(string(diagnosis))
			text = text[strings.LastIndexByte(text, '\n')+1:] // the last line has the cause
			return fmt.Errorf("tshark: %v: %s", failed, strings.TrimPrefix(text, "tshark: "))
		}
	case <-time.After(2 * time.Second): // a child of tshark keeps its standard error open
	}
	return err
}

// lastBytes keeps the last 1024 bytes that are written to it.
type lastBytes []byte

func (l *lastBytes) Write(p []byte) (int, error) {
	*l = append(*l, p...)
	if n := len(*l) - 1024; n > 0 {
		*l = append((*l)[:0], (*l)[n:]...)
	}
	return len(p), nil
}

// add adds a packet, and prints its connection if that is over. It returns false if an
// output has failed.
func (t *tracer) add(p *packet) bool {
	t.last = p.time()
	stream := p.tcp().Stream
	c, isKnown := t.conns[stream]
	if !isKnown {
		c = newConn(p)
	}
	if c == nil {
		return true // not of a known connection, or after its end
	}
	t.conns[stream] = c
	if c.add(p); c.isOver && c.isWebSocket {
		t.conns[stream] = nil
		t.report(c)
	} else if c.isOver {
		delete(t.conns, stream)
	}
	return !t.dead()
}

// finish prints the connections that are still open, and returns the exit status.
func (t *tracer) finish(err error) int {
	var open []*conn
	for _, c := range t.conns {
		if c != nil && c.isWebSocket {
			open = append(open, c)
		}
	}
	sort.Slice(open, func(i, j int) bool { return open[i].Time.Before(open[j].Time) })
	for _, c := range open {
		t.report(c)
	}
	if !t.json && len(t.ends) > 0 {
		t.summary()
	}
	if err != nil {
		t.complain("%s", printable(err.Error()))
		return exitFailed
	}
	if t.lines == 0 {
		t.complain("no WebSocket connection found: is its opening handshake in the capture, and does TLS need -keylog?")
	}
	return exitOK
}

// A row has about 120 columns, and more where addresses or reasons are longer.
const table = "%-18s  %-15s  %-15s  %7s  %-6s  %-10s  %-10s  %-5s  %-12s  %7s  %s\n"

// report prints the line of a connection.
func (t *tracer) report(c *conn) {
	c.finish(t.last)
	clean := "-"
	if c.TCP != "open" {
		t.ends[c.code]++
		clean = "no"
	}
	if c.Clean {
		t.clean[c.code]++
		clean = "yes"
	}
	if t.lines++; t.json {
		t.printJSON(c)
		return
	}
	if t.lines == 1 {
		fmt.Fprintf(t.out, table, "TIME (UTC)", "CLIENT", "SERVER", "SECONDS", "FIRST", "C SENT", "S SENT", "CLEAN", "TCP", "CLOSING", "WRONG")
	}
	first, closing := "-", "-"
	if c.Closing != nil {
		first, closing = c.First, fmt.Sprintf("%.3f", *c.Closing)
	}
	tcp := strings.NewReplacer("client", "C", "server", "S").Replace(c.TCP)
	row := fmt.Sprintf(table, c.Time.Format("01-02 15:04:05.000"), c.Client.Address, c.Server.Address, fmt.Sprintf("%.3f", c.Seconds),
		first, c.Client.Sent, c.Server.Sent, clean, tcp, closing, strings.Join(c.Wrong, "; "))
	fmt.Fprintln(t.out, strings.TrimRight(row, " \n"))
}

// summary prints how many connections ended with which code.
func (t *tracer) summary() {
	var codes []int
	for c := range t.ends {
		codes = append(codes, int(c))
	}
	sort.Ints(codes)
	fmt.Fprintf(t.out, "\n%-32s  %6s  %6s\n", "CODE", "ENDS", "CLEAN")
	for _, n := range codes {
		c := code.Code(n)
		fmt.Fprintf(t.out, "%-32s  %6d  %6d\n", c, t.ends[c], t.clean[c])
	}
}
