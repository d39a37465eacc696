//go:build linux

// Ends records how connections of several WebSocket clients end, for the tests of
// closeframe trace:
//
//	cd bench && unshare -n go run ./capture/ends ../event/closeframe/testdata/trace
//
// It needs root, dumpcap, tc, Node with ws, Chromium, and its own network namespace,
// because it slows down the loopback interface so that close frames cross.
package main

import (
	"context"
	"crypto/sha1"
	"crypto/tls"
	"encoding/base64"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"time"
)

// An end is how a connection ends.
type end struct {
	closes bool   // the client sends 1000 "bye" once it is open, otherwise it waits
	slow   bool   // over a slow network, with a message of 3,000 bytes and 1001 directly after the response
	steps  string // of the server after the opening handshake
}

var (
	clientFirst = end{closes: true, steps: "read 1000 finish"}
	serverFirst = end{steps: "1001 read finish"}
	crossed     = end{closes: true, slow: true, steps: "read finish"}
	unanswered  = end{closes: true, steps: "read pause finish"}
	malformed   = end{steps: "1005 read finish"}
	reset       = end{steps: "pause reset"}
	silent      = end{closes: true, steps: "read pause"}
)

var frames = map[string][]byte{
	"1000": []byte("\x88\x05\x03\xe8bye"),
	"1001": []byte("\x88\x09\x03\xe9restart"),
	"1005": []byte("\x88\x02\x03\xed"), // must not be sent
}

// A run is a client with the ends of its connections.
type run struct {
	connect func(ctx context.Context, url string, closes bool)
	ends    []end
}

// files are the recordings. tls.keys has the keys of the one over TLS.
var files = map[string][]run{
	"gorilla":  {{connectGorilla, []end{clientFirst, serverFirst, crossed, unanswered, malformed, reset, silent}}},
	"coder":    {{connectCoder, []end{serverFirst, crossed}}},
	"closing":  {{connectClosing, []end{crossed, malformed, reset}}},
	"ws":       {{connectNode, []end{clientFirst, malformed}}},
	"chromium": {{connectChromium, []end{clientFirst, unanswered, malformed}}},
	"tls":      {{connectGorilla, []end{clientFirst, malformed}}, {connectChromium, []end{clientFirst}}},
}

func main() {
	log.SetFlags(0)
	log.SetPrefix("ends: ")
	if len(os.Args) != 2 {
		log.Fatal("usage: ends FOLDER")
	}
	if names, err := net.Interfaces(); err != nil || len(names) > 1 {
		log.Fatalf("start it with unshare -n: it changes the loopback interface (%d interfaces, %v)", len(names), err)
	}
	command("ip", "link", "set", "lo", "mtu", "1500", "up")
	for name, runs := range files {
		record(filepath.Join(os.Args[1], name), runs)
	}
}

func command(name string, args ...string) {
	if out, err := exec.Command(name, args...).CombinedOutput(); err != nil {
		log.Fatalf("%s %s: %v\n%s", name, strings.Join(args, " "), err, out)
	}
}

// record writes a recording in the pcap format: pcapng includes details of the machine.
func record(file string, runs []run) {
	ends := make(chan end, 1) // of the next connection
	done := make(chan bool)
	srv := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		serve(w, r, <-ends)
		done <- true
	}))
	start := srv.Start
	if filepath.Base(file) == "tls" {
		keys, err := os.Create(file + ".keys")
		if err != nil {
			log.Fatal(err)
		}
		defer keys.Close()
		// Session tickets would make the recording longer.
		srv.TLS = &tls.Config{KeyLogWriter: keys, NextProtos: []string{"http/1.1"}, SessionTicketsDisabled: true}
		start = srv.StartTLS
	}
	start()
	_, port, _ := net.SplitHostPort(srv.Listener.Addr().String())
	dumpcap := exec.Command("dumpcap", "-q", "-P", "-a", "duration:120", "-i", "lo", "-f", "tcp port "+port, "-w", file+".pcap")
	if err := dumpcap.Start(); err != nil {
		log.Fatal(err)
	}
	time.Sleep(2 * time.Second) // until it listens
	ctx, cancel := context.WithCancel(context.Background())
	var clients sync.WaitGroup
	for _, r := range runs {
		for _, e := range r.ends {
			if e.slow {
				// The client receives the response 100 ms before the rest of what the
				// server wrote. What the client sends then waits behind that.
				command("tc", "qdisc", "add", "dev", "lo", "root", "tbf", "rate", "256kbit", "burst", "1600", "latency", "5s")
			}
			ends <- e
			clients.Go(func() { r.connect(ctx, strings.Replace(srv.URL, "http", "ws", 1), e.closes) })
			select {
			case <-done:
			case <-time.After(20 * time.Second):
				dumpcap.Process.Kill() // otherwise it ends by itself after two minutes
				log.Fatalf("%s: a connection did not end", file)
			}
			if e.slow {
				command("tc", "qdisc", "del", "dev", "lo", "root")
			}
		}
	}
	time.Sleep(1500 * time.Millisecond) // dumpcap receives packets late
	dumpcap.Process.Signal(os.Interrupt)
	if err := dumpcap.Wait(); err != nil {
		log.Fatal("dumpcap: ", err)
	}
	cancel()
	clients.Wait()
	if err := os.Chmod(file+".pcap", 0o644); err != nil {
		log.Fatal(err)
	}
}

// serve accepts one connection and runs its steps. The recording shows any failure.
func serve(w http.ResponseWriter, r *http.Request, e end) {
	conn, rw, err := http.NewResponseController(w).Hijack()
	if err != nil {
		log.Fatal(err)
	}
	tcp, isTCP := conn.(*net.TCPConn)
	if t, ok := conn.(*tls.Conn); !isTCP && ok {
		tcp = t.NetConn().(*net.TCPConn)
	}
	// RFC 6455, section 4.2.2.
	sum := sha1.Sum([]byte(r.Header.Get("Sec-WebSocket-Key") + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"))
	b := fmt.Appendf(nil, "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\n"+
		"Upgrade: websocket\r\nSec-WebSocket-Accept: %s\r\n\r\n", base64.StdEncoding.EncodeToString(sum[:]))
	if e.slow {
		b = append(b, 0x82, 126, 3000>>8, 3000&0xff)
		b = append(b, make([]byte, 3000)...)
		b = append(b, frames["1001"]...)
	}
	conn.Write(b)
	for _, step := range strings.Fields(e.steps) {
		switch step {
		case "read": // a short frame, masked or not
			head, _ := rw.Peek(2)
			n := 2 + int(head[1]&0x7f) + int(head[1]>>7)*4
			rw.Discard(n)
		case "pause":
			time.Sleep(50 * time.Millisecond)
		case "finish": // with a FIN, and wait for the FIN of the client
			if t, ok := conn.(*tls.Conn); ok {
				t.CloseWrite()
			}
			tcp.CloseWrite()
			io.Copy(io.Discard, tcp)
			tcp.Close()
		case "reset":
			tcp.SetLinger(0)
			tcp.Close()
		default:
			conn.Write(frames[step])
		}
	}
}
