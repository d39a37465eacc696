//go:build go1.24

package main

import (
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// testdata/loopback.pcap holds connections between other WebSocket stacks over
// loopback, and loopback.hex what tshark makes of it. The comment of
// bench/capture/main.go has the commands that record others; said is then what they
// hold: the close frame and the reply of each connection.
var said = []string{
	`1000 "bye"`, `1000 ""`, // gorilla, gobwas
	`4001 "до свидания"`, `4001 ""`, // coder, gobwas
	`1001 "restart"`, `1001 ""`, // gobwas, gorilla
	`1008 "no \"cookie\""`, `1008 "no \"cookie\""`, // gobwas, coder
	`1005 ""`, `1005 ""`, // gorilla, gobwas
}

func TestCapturedPackets(t *testing.T) {
	lines, err := os.ReadFile("testdata/loopback.hex")
	if err != nil {
		t.Fatal(err)
	}
	packets, err := os.ReadFile("testdata/loopback.pcap")
	if err != nil {
		t.Fatal(err)
	}
	var frames []string
	for _, p := range payloads(packets) {
		if p[0] == 0x88 {
			frames = append(frames, hex.EncodeToString(p))
		}
	}
	if got := strings.Fields(string(lines)); !slices.Equal(got, frames) {
		t.Errorf("loopback.hex has\n%q, the packets\n%q", got, frames)
	}

	var stdout, stderr strings.Builder
	if status := run([]string{"decode", "-frame"}, strings.NewReader(string(lines)), &stdout, &stderr); status != exitOK {
		t.Errorf("status %d: %s", status, stderr.String())
	}
	var got []string
	for line := range strings.Lines(stdout.String()) {
		var e struct {
			Code   int
			Reason string
		}
		if err := json.Unmarshal([]byte(line), &e); err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		got = append(got, fmt.Sprintf("%d %q", e.Code, e.Reason))
	}
	if !slices.Equal(got, said) {
		t.Errorf("got %q, want %q", got, said)
	}
}

// payloads returns what the TCP packets of a pcap file carry: one of little-endian
// numbers, with IPv4 over Ethernet, as dumpcap writes it of loopback.
func payloads(file []byte) (all [][]byte) {
	for b := file[24:]; len(b) > 0; {
		size := binary.LittleEndian.Uint32(b[8:])
		p := b[16 : 16+size]
		b = b[16+size:]
		ip := p[14:]
		tcp := ip[4*(ip[0]&0xf) : binary.BigEndian.Uint16(ip[2:])]
		if data := tcp[4*(tcp[12]>>4):]; len(data) > 0 {
			all = append(all, data)
		}
	}
	return all
}

// What tshark says of the packets today is what is recorded.
func TestTshark(t *testing.T) {
	tshark, err := exec.LookPath("tshark")
	if err != nil && os.Getenv("CI") == "" {
		t.Skip("needs tshark:", err)
	}
	got, err := exec.Command(tshark, "-r", "testdata/loopback.pcap", "-Y", "websocket.opcode==8", "-T", "fields", "-e", "tcp.payload").Output()
	if err != nil {
		t.Fatal(err)
	}
	want, err := os.ReadFile("testdata/loopback.hex")
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != string(want) {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}
