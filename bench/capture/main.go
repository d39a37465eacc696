// Capture records the close frames that other WebSocket stacks put on the wire,
// each as server and as client:
//
//	cd bench && go run ./capture > ../frame/testdata/captured.txt
//
// It imports nothing of closeframe: the bytes are the stacks' own, read off a
// loopback connection by a peer that knows only how to upgrade, to read one
// frame and to answer it.
//
// With -pcap it records whole connections between such stacks instead, packet by
// packet, with Wireshark's dumpcap and tshark, which may need root:
//
//	cd bench && go run ./capture -pcap ../frame/closeframe/testdata/loopback
package main

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha1"
	"encoding/base64"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"runtime/debug"
	"strings"
	"time"

	coder "github.com/coder/websocket"
	gorilla "github.com/gorilla/websocket"
)

// timeout bounds each connection, from dialing to its end.
const timeout = 10 * time.Second

const header = `# Close frames as other WebSocket stacks put them on the wire, recorded over
# loopback after the HTTP upgrade: the whole frame in hex, then who sent it, as
# what, and the code and reason that it was asked to send (1005: no code at all).
# Clients mask with random keys, so their lines change with each capture.
# To make it again: cd bench && go run ./capture > ../frame/testdata/captured.txt
`

// An ending is what a stack is asked to close a connection with.
type ending struct {
	code   int
	reason string
}

var endings = []ending{
	{1005, ""},
	{1000, ""},
	{1000, "bye"},
	{1001, "going away"},
	{1002, "protocol error"},
	{1003, "text only"},
	{1007, "not UTF-8"},
	{1008, "policy"},
	{1009, "too big"},
	{1011, "internal error"},
	{1012, "restart"},
	{1013, "try again later"},
	{1014, "bad gateway"},
	{3000, "unauthorized"},
	{3003, "forbidden"},
	{3008, "timeout"},
	{4000, ""},
	{4000, "à bientôt, señor"},
	{4001, "до свидания"},
	{4002, "再見"},
	{4003, "bye 👋"},
	{4004, `a "quoted" back\slash`},
	{4998, strings.Repeat("閉", 41)}, // 123 bytes, as many as fit
	{4999, strings.Repeat("0123456789", 12) + "012"},
	{4999, "last"},
}

// A stack opens a connection in either role, closes it as e says, and returns
// once the peer has answered.
type stack struct {
	name  string
	path  string // of its module
	serve func(w http.ResponseWriter, r *http.Request, e ending) error
	dial  func(ctx context.Context, url string, e ending) error
}

var stacks = []stack{
	{
		name: "gorilla",
		path: "github.com/gorilla/websocket",
		serve: func(w http.ResponseWriter, r *http.Request, e ending) error {
			var u gorilla.Upgrader
			c, err := u.Upgrade(w, r, nil)
			if err != nil {
				return err
			}
			return closeGorilla(c, e)
		},
		dial: func(ctx context.Context, url string, e ending) error {
			c, _, err := gorilla.DefaultDialer.DialContext(ctx, url, nil)
			if err != nil {
				return err
			}
			return closeGorilla(c, e)
		},
	},
	{
		name: "coder",
		path: "github.com/coder/websocket",
		serve: func(w http.ResponseWriter, r *http.Request, e ending) error {
			c, err := coder.Accept(w, r, nil)
			if err != nil {
				return err
			}
			return c.Close(coder.StatusCode(e.code), e.reason)
		},
		dial: func(ctx context.Context, url string, e ending) error {
			c, _, err := coder.Dial(ctx, url, nil)
			if err != nil {
				return err
			}
			return c.Close(coder.StatusCode(e.code), e.reason)
		},
	},
}

func closeGorilla(c *gorilla.Conn, e ending) error {
	defer c.Close()
	deadline := time.Now().Add(timeout)
	c.SetReadDeadline(deadline)
	p := gorilla.FormatCloseMessage(e.code, e.reason)
	if err := c.WriteControl(gorilla.CloseMessage, p, deadline); err != nil {
		return err
	}
	_, _, err := c.ReadMessage()
	var ce *gorilla.CloseError
	if errors.As(err, &ce) && ce.Code == e.code {
		return nil
	}
	if e.code == 1014 && !errors.Is(err, os.ErrDeadlineExceeded) {
		return nil // gorilla sends 1014 but refuses to receive it
	}
	return fmt.Errorf("the answer: %w", err)
}

func main() {
	base := flag.String("pcap", "", "write packets to this `file`.pcap, and their close frames to .hex")
	flag.Parse()
	if *base != "" {
		if err := capturePackets(*base); err != nil {
			fmt.Fprintln(os.Stderr, "capture:", err)
			os.Exit(1)
		}
		return
	}
	// Nothing is written unless all of it could be recorded.
	var out bytes.Buffer
	err := capture(&out)
	if err == nil {
		_, err = out.WriteTo(os.Stdout)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "capture:", err)
		os.Exit(1)
	}
}

// capture writes the whole file.
func capture(w io.Writer) error {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return errors.New("no build information")
	}
	versions := map[string]string{}
	for _, m := range info.Deps {
		versions[m.Path] = m.Version
	}
	if _, err := io.WriteString(w, header); err != nil {
		return err
	}
	roles := []struct {
		name   string
		record func(stack, ending) ([]byte, error)
	}{{"server", recordServer}, {"client", recordClient}}
	for _, s := range stacks {
		version, ok := versions[s.path]
		if !ok {
			return fmt.Errorf("no version of %s in the build information", s.path)
		}
		for _, role := range roles {
			for _, e := range endings {
				label := fmt.Sprintf("%s %s %s %d %q", s.name, version, role.name, e.code, e.reason)
				frame, err := role.record(s, e)
				if err != nil {
					return fmt.Errorf("%s: %w", label, err)
				}
				if _, err := fmt.Fprintf(w, "%x  # %s\n", frame, label); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// recordServer returns the close frame of s as a server; the peer is a raw client.
func recordServer(s stack, e ending) ([]byte, error) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	done := make(chan error, 1) // room for one, so that the handler never waits for us
	srv := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		done <- s.serve(w, r, e)
	})}
	go srv.Serve(ln) // returns with srv.Close
	defer srv.Close()

	conn, err := net.DialTimeout("tcp", ln.Addr().String(), timeout)
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	conn.SetDeadline(time.Now().Add(timeout))
	req, err := http.NewRequest("GET", "http://"+ln.Addr().String(), nil)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Connection", "Upgrade")
	req.Header.Set("Upgrade", "websocket")
	req.Header.Set("Sec-WebSocket-Version", "13")
	req.Header.Set("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==") // RFC 6455, section 1.3
	if err := req.Write(conn); err != nil {
		return nil, err
	}
	br := bufio.NewReader(conn)
	resp, err := http.ReadResponse(br, req)
	if err != nil {
		return nil, err
	}
	if resp.StatusCode != http.StatusSwitchingProtocols {
		return nil, errors.New(resp.Status)
	}
	frame, err := readFrame(br)
	if err != nil {
		return nil, err
	}
	// A client must mask, but the key may be any: with zeros the payload is the same.
	answer := append([]byte{frame[0], frame[1] | 0x80, 0, 0, 0, 0}, frame[2:]...)
	return frame, finish(conn, br, answer, done)
}

// recordClient returns the close frame of s as a client; the peer is a raw server.
func recordClient(s stack, e ending) ([]byte, error) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	defer ln.Close()
	ln.(*net.TCPListener).SetDeadline(time.Now().Add(timeout))
	ctx, cancel := context.WithTimeout(context.Background(), timeout)
	defer cancel()
	done := make(chan error, 1)
	go func() { done <- s.dial(ctx, "ws://"+ln.Addr().String(), e) }()

	conn, err := ln.Accept()
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	conn.SetDeadline(time.Now().Add(timeout))
	br := bufio.NewReader(conn)
	req, err := http.ReadRequest(br)
	if err != nil {
		return nil, err
	}
	// The key and this GUID make the accept value: RFC 6455, section 4.2.2.
	sum := sha1.Sum([]byte(req.Header.Get("Sec-WebSocket-Key") + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"))
	_, err = fmt.Fprintf(conn, "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\n"+
		"Upgrade: websocket\r\nSec-WebSocket-Accept: %s\r\n\r\n", base64.StdEncoding.EncodeToString(sum[:]))
	if err != nil {
		return nil, err
	}
	frame, err := readFrame(br)
	if err != nil {
		return nil, err
	}
	if frame[1]&0x80 == 0 {
		return nil, fmt.Errorf("not masked: %x", frame)
	}
	answer := []byte{frame[0], frame[1] &^ 0x80}
	for i, b := range frame[6:] {
		answer = append(answer, b^frame[2+i%4])
	}
	return frame, finish(conn, br, answer, done)
}

// readFrame reads one frame as it is, of the short lengths a control frame may have.
func readFrame(br *bufio.Reader) ([]byte, error) {
	head, err := br.Peek(2)
	if err != nil {
		return nil, err
	}
	n := 2 + int(head[1]&0x7f)
	if n > 2+125 {
		return nil, fmt.Errorf("not a control frame: %x", head)
	}
	if head[1]&0x80 != 0 {
		n += 4 // the masking key
	}
	frame := make([]byte, n)
	_, err = io.ReadFull(br, frame)
	return frame, err
}

// finish answers the close frame with the same code and reason, as coder's Close
// demands, and waits for the end of the connection and of the stack's part in it,
// which done tells. Nothing may follow a close frame.
func finish(conn net.Conn, br *bufio.Reader, answer []byte, done <-chan error) error {
	if _, err := conn.Write(answer); err != nil {
		return err
	}
	rest, err := io.ReadAll(br)
	if err != nil {
		return err
	}
	if len(rest) > 0 {
		return fmt.Errorf("bytes after the close frame: %x", rest)
	}
	select {
	case err := <-done:
		return err
	case <-time.After(timeout):
		return errors.New("the stack did not return")
	}
}
