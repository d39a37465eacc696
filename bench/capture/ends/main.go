//go:build linux

// Ends records how connections of several WebSocket clients end, for the tests of
// closeframe trace:
//
//	cd bench && unshare -n go run ./capture/ends ../event/closeframe/testdata/trace
//
// Each client makes a connection for each of the ends below, to a server that follows
// a script. A FILE.pcap has the connections of one client, tls.pcap some over TLS,
// with its keys in tls.keys. It needs root, dumpcap, tc, Node with ws, Chromium, and
// a network namespace of its own, since it slows the loopback interface down so that
// close frames cross.
package main

import (
	"context"
	"fmt"
	"log"
	"net"
	"os"
	"path/filepath"
	"time"
)

const patience = 20 * time.Second

func main() {
	log.SetFlags(0)
	log.SetPrefix("ends: ")
	if len(os.Args) != 2 {
		log.Fatal("usage: ends FOLDER")
	}
	if names, err := net.Interfaces(); err != nil || len(names) > 1 {
		log.Fatalf("start it with unshare -n: it changes the loopback interface (%d interfaces, %v)", len(names), err)
	}
	if err := record(os.Args[1]); err != nil {
		log.Fatal(err)
	}
}

func record(folder string) error {
	if err := run("ip", "link", "set", "lo", "mtu", "1500", "up"); err != nil {
		return err
	}
	for _, c := range clients {
		if err := recordFile(folder, c.name, "", []client{c}, ends); err != nil {
			return err
		}
	}
	var overTLS []client
	for _, c := range clients {
		if !c.plain {
			overTLS = append(overTLS, c)
		}
	}
	return recordFile(folder, "tls", filepath.Join(folder, "tls.keys"), overTLS, nil)
}

// recordFile records connections of clients, one for each end; without ends the
// first client has them all, and the others one. The server writes the keys.
func recordFile(folder, name, keys string, clients []client, all []end) error {
	s, err := listen(keys)
	if err != nil {
		return err
	}
	defer s.close()
	stop, kill, err := startDumpcap(s.port(), filepath.Join(folder, name+".pcap"))
	if err != nil {
		return err
	}
	defer kill()
	for i, c := range clients {
		list := all
		if list == nil && i == 0 {
			list = ends
		} else if list == nil {
			list = ends[:1]
		}
		for _, e := range list {
			if err := s.connect(c, e); err != nil {
				return fmt.Errorf("%s, %s: %w", c.name, e.name, err)
			}
		}
	}
	return stop()
}

// connect makes one connection with a client and lets it end.
func (s *server) connect(c client, e end) error {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	if e.slow {
		// The client has the response 100 ms before the rest of what the server wrote
		// with it, and what it sends then waits behind that.
		if err := run("tc", "qdisc", "add", "dev", "lo", "root", "tbf", "rate", "256kbit", "burst", "1600", "latency", "5s"); err != nil {
			cancel()
			return err
		}
		defer run("tc", "qdisc", "del", "dev", "lo", "root")
	}
	served := make(chan error, 1)
	go func() { served <- s.serve(e) }()
	done := make(chan error, 1)
	go func() { done <- c.connect(ctx, s.url(), e.clientCloses) }()
	err := <-served
	if e.silent {
		// What comes after the end of the recording is not of interest.
		s.later = append(s.later, func() { cancel(); <-done })
		return err
	}
	<-done // how it ended for the client is in the recording
	cancel()
	return err
}
