package main

import (
	"bufio"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"strings"
	"time"

	coder "github.com/coder/websocket"
	"github.com/gobwas/ws"
	"github.com/gobwas/ws/wsutil"
	gorilla "github.com/gorilla/websocket"
)

// A talk is one connection to a server of gobwas, which closes it with the ending,
// or the client does where there is none.
type talk struct {
	server *ending
	client func(ctx context.Context, url string) error
}

var talks = []talk{
	{nil, closing(0, ending{1000, "bye"})},
	{nil, closing(1, ending{4001, "до свидания"})},
	{&ending{1001, "restart"}, readGorilla},
	{&ending{1008, `no "cookie"`}, readCoder},
	{nil, closing(0, ending{1005, ""})},
}

// closing is a client of a stack that closes.
func closing(i int, e ending) func(ctx context.Context, url string) error {
	return func(ctx context.Context, url string) error { return stacks[i].dial(ctx, url, e) }
}

func readGorilla(ctx context.Context, url string) error {
	c, _, err := gorilla.DefaultDialer.DialContext(ctx, url, nil)
	if err != nil {
		return err
	}
	defer c.Close()
	_, _, err = c.ReadMessage()
	var ce *gorilla.CloseError
	if !errors.As(err, &ce) {
		return fmt.Errorf("no close frame: %w", err)
	}
	return nil
}

func readCoder(ctx context.Context, url string) error {
	c, _, err := coder.Dial(ctx, url, nil)
	if err != nil {
		return err
	}
	defer c.CloseNow()
	if _, _, err = c.Read(ctx); coder.CloseStatus(err) < 0 {
		return fmt.Errorf("no close frame: %w", err)
	}
	return nil
}

// capturePackets records the talks.
func capturePackets(base string) error {
	ctx, cancel := context.WithTimeout(context.Background(), timeout)
	defer cancel()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	defer ln.Close()
	_, port, err := net.SplitHostPort(ln.Addr().String())
	if err != nil {
		return err
	}
	file := base + ".pcap"
	stop, err := startDumpcap(ctx, port, file)
	if err != nil {
		return err
	}
	for _, t := range talks {
		if err = t.run(ctx, ln); err != nil {
			break
		}
	}
	if err == nil {
		err = waitFor(ctx, file, 2*len(talks))
	}
	if err = errors.Join(err, stop(), os.Chmod(file, 0o644)); err != nil {
		return err
	}
	// Each close frame is the whole payload of its packet here.
	cmd := exec.CommandContext(ctx, "tshark", "-r", file, "-Y", "websocket.opcode==8", "-T", "fields", "-e", "tcp.payload")
	hex, err := cmd.Output()
	if err != nil {
		return fmt.Errorf("tshark: %w", err)
	}
	if got, want := strings.Count(string(hex), "\n"), 2*len(talks); got != want {
		return fmt.Errorf("tshark finds %d close frames, want %d", got, want)
	}
	return os.WriteFile(base+".hex", hex, 0o666)
}

// startDumpcap records what passes a port of the loopback interface, in the old
// format: the new one tells about the machine. stop ends that.
func startDumpcap(ctx context.Context, port, file string) (stop func() error, err error) {
	cmd := exec.CommandContext(ctx, "dumpcap", "-q", "-P", "-i", "lo", "-f", "tcp port "+port, "-w", file)
	stderr, err := cmd.StderrPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	var said strings.Builder
	for lines := bufio.NewScanner(stderr); lines.Scan(); {
		fmt.Fprintln(&said, lines.Text())
		if strings.HasPrefix(lines.Text(), "File:") { // it records now
			return func() error {
				cmd.Process.Signal(os.Interrupt)
				for lines.Scan() { // until it closes its end
				}
				return cmd.Wait()
			}, nil
		}
	}
	return nil, fmt.Errorf("dumpcap: %v\n%s", cmd.Wait(), said.String())
}

// waitFor waits until the file has that many ends of TCP: dumpcap gets the packets
// some time after they passed, and leaves those behind that it has not when it is
// stopped.
func waitFor(ctx context.Context, file string, ends int) error {
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for {
		b, err := os.ReadFile(file)
		if err != nil || countEnds(b) >= ends {
			return err
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return fmt.Errorf("%d ends of TCP recorded, want %d", countEnds(b), ends)
		}
	}
}

// countEnds counts the TCP packets with FIN in a file of packets over Ethernet and
// IPv4, which may end amid one.
func countEnds(b []byte) (n int) {
	const (
		fileHeader, packetHeader = 24, 16
		flags                    = 14 + 20 + 13 // of TCP, behind Ethernet and IPv4
	)
	for b = b[min(fileHeader, len(b)):]; len(b) >= packetHeader; {
		size := packetHeader + int(binary.LittleEndian.Uint32(b[8:]))
		if len(b) < size {
			break
		}
		if p := b[packetHeader:size]; len(p) > flags && p[flags]&1 != 0 {
			n++
		}
		b = b[size:]
	}
	return n
}

// run is one connection, from dialing to the end of TCP at both ends.
func (t talk) run(ctx context.Context, ln net.Listener) error {
	served := make(chan error, 1)
	go func() { served <- t.serve(ln) }()
	err := t.client(ctx, "ws://"+ln.Addr().String())
	select {
	case e := <-served:
		return errors.Join(err, e)
	case <-time.After(timeout):
		return errors.New("the server did not return")
	}
}

func (t talk) serve(ln net.Listener) error {
	conn, err := ln.Accept()
	if err != nil {
		return err
	}
	defer conn.Close()
	conn.SetDeadline(time.Now().Add(timeout))
	if _, err := ws.Upgrade(conn); err != nil {
		return err
	}
	if t.server == nil {
		_, _, err = wsutil.ReadClientData(conn) // answers the close frame
		var closed wsutil.ClosedError
		if !errors.As(err, &closed) {
			return fmt.Errorf("no close frame: %w", err)
		}
		return nil
	}
	// Written whole: ws.WriteFrame makes two packets of it, and tshark's tcp.payload
	// has only the second.
	b, err := ws.CompileFrame(ws.NewCloseFrame(ws.NewCloseFrameBody(ws.StatusCode(t.server.code), t.server.reason)))
	if err != nil {
		return err
	}
	if _, err := conn.Write(b); err != nil {
		return err
	}
	_, err = readFrame(bufio.NewReader(conn)) // the answer
	return err
}
