//go:build go1.24

package main

import (
	"encoding/json"
	"fmt"
	"net/netip"
	"sort"
	"strings"
	"testing"

	"example.com/closeframe/code"
)

// In a tunnel the innermost addresses and ports identify the connection.
func TestTraceTunnel(t *testing.T) {
	var p packet
	err := json.Unmarshal([]byte(`{"ip":[{"ip.src":"10.0.0.1","ip.dst":"10.0.0.2"},{"ip.src":"192.0.2.1","ip.dst":"192.0.2.2"}],
		"tcp":[{"tcp.srcport":"1","tcp.dstport":"2"},{"tcp.srcport":"3","tcp.dstport":"4"}]}`), &p)
	if src, dst := p.ends(); err != nil || src.String() != "192.0.2.1:3" || dst.String() != "192.0.2.2:4" {
		t.Errorf("from %v to %v, %v", src, dst, err)
	}
}

// Two ends may have the same port.
func TestTraceSamePort(t *testing.T) {
	header := func(src, dst string) oneOrMore[ipHeader] {
		return oneOrMore[ipHeader]{{Src: netip.MustParseAddr(src), Dst: netip.MustParseAddr(dst)}}
	}
	tcp := func(flags tcpFlags) oneOrMore[tcpHeader] {
		return oneOrMore[tcpHeader]{{SrcPort: 80, DstPort: 80, Flags: flags}}
	}
	c := newConn(&packet{IP: header("192.0.2.1", "192.0.2.2"), TCP: tcp(flagSYN)})
	c.add(&packet{IP: header("192.0.2.1", "192.0.2.2"), TCP: tcp(flagFIN)})
	c.add(&packet{IP: header("192.0.2.2", "192.0.2.1"), TCP: tcp(flagRST)})
	if want := ", FIN client, RST server"; c.TCP != want {
		t.Errorf("TCP %q, want %q", c.TCP, want)
	}
}

// Sequence numbers wrap.
func TestTraceSequenceWraps(t *testing.T) {
	in := capture(opened + "client 8882 03e8\nserver late 8802 03e9\nclient RST")
	in = strings.ReplaceAll(in, `"tcp.nxtseq":"11"`, `"tcp.nxtseq":"5"`)
	in = strings.ReplaceAll(in, `"tcp.ack":"1"`, `"tcp.ack":"4294967290"`)
	stdout, stderr, status := trace(strings.NewReader(in), "-json", "-")
	if status != exitOK || !strings.Contains(stdout, `"first":"both"`) {
		t.Errorf("status %d, %s%s", status, stdout, stderr)
	}
}

// Open connections are printed in the order in which they began.
func TestTraceOpenInOrder(t *testing.T) {
	var all []string
	for i := range 10 {
		one := strings.Trim(capture(opened), "[]")
		one = strings.ReplaceAll(one, `"tcp.stream":"7"`, fmt.Sprintf(`"tcp.stream":"%d"`, i))
		all = append(all, strings.ReplaceAll(one, `"1000000000.`, fmt.Sprintf(`"10000000%02d.`, 10+i)))
	}
	stdout, stderr, status := trace(strings.NewReader("["+strings.Join(all, ",")+"]"), "-json", "-")
	lines := strings.Split(strings.TrimSpace(stdout), "\n")
	if status != exitOK || len(lines) != 10 || !sort.StringsAreSorted(lines) { // each begins with its time
		t.Errorf("status %d, %s%s", status, stdout, stderr)
	}
}

// Connections without WebSocket use no memory after their end, and a close frame that is
// too long uses no more than a valid one.
func TestTraceKeepsLittle(t *testing.T) {
	tr := tracer{conns: map[uint64]*conn{}, ends: map[code.Code]int{}, streams: streams{out: &output{}, err: &output{}}}
	if err := readPackets(strings.NewReader(capture("client SYN\nserver SYN ACK\nclient RST")), tr.add); err != nil || len(tr.conns) != 0 {
		t.Errorf("%d connections are kept, %v", len(tr.conns), err)
	}
	if s := newSentFrame([]byte{0x88, 0x7f}, make([]byte, 1<<20), false); cap(s.payload) > 1024 || s.Error == "" {
		t.Errorf("%d bytes of a payload are kept, error %q", cap(s.payload), s.Error)
	}
	var said lastBytes
	for range 100 {
		fmt.Fprintf(&said, "%1000s\n", "a line")
	}
	if len(said) > 1024 || !strings.HasSuffix(string(said), "a line\n") {
		t.Errorf("%d bytes of tshark's complaints are kept", len(said))
	}
}
