//go:build go1.24

package main

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"testing"
)

// capture returns the JSON of packets, each a line such as
//
//	client SYN
//	server SYN ACK
//	client 8885 03e8627965       a frame: its header in hex, then the payload or -
//	server 8800 - FIN            the empty close frame, and a FIN
//	server late 8800 -           sent before it received the other side's last frame
//
// Packets are 1 ms apart.
func capture(lines string) string {
	var packets []any
	next := map[string]uint32{"client": 1, "server": 1}
	other := map[string]string{"client": "server", "server": "client"}
	sent := map[string]uint32{"client": 1, "server": 1} // before the last frame
	for i, line := range strings.Split(strings.TrimSpace(lines), "\n") {
		words := strings.Fields(line)
		side := words[0]
		ack, flags := next[other[side]], tcpFlags(0)
		var headers, frames []any
		http := map[string]any{}
		for w := 1; w < len(words); w++ {
			switch words[w] {
			case "SYN":
				flags |= flagSYN
			case "ACK":
				flags |= flagACK
			case "FIN":
				flags |= flagFIN
			case "RST":
				flags |= flagRST
			case "late":
				ack = sent[other[side]]
			case "asks":
				http["http.sec_websocket_key"] = "x"
			case "101":
				http["http.sec_websocket_accept"] = "x"
			default:
				headers = append(headers, []any{words[w], 0, 2, 0, 1})
				frame := map[string]any{}
				if w++; words[w] != "-" {
					frame["websocket.payload_raw"] = []any{words[w], 0, 2, 0, 1}
				}
				frames = append(frames, frame)
			}
		}
		if len(frames) > 0 {
			sent[side] = next[side]
			next[side] += 10
		}
		ports := map[string]string{"client": "1001", "server": "80"}
		packets = append(packets, map[string]any{"_source": map[string]any{"layers": map[string]any{
			"frame":         map[string]any{"frame.time_epoch": fmt.Sprintf("1000000000.%03d000000", i)},
			"ipv6":          map[string]any{"ipv6.src": "::1", "ipv6.dst": "::1"},
			"http":          []any{http},
			"websocket":     frames,
			"websocket_raw": headers,
			"tcp": map[string]any{
				"tcp.stream": "7", "tcp.srcport": ports[side], "tcp.dstport": ports[other[side]],
				"tcp.flags": fmt.Sprintf("0x%04x", flags), "tcp.ack": fmt.Sprint(ack), "tcp.nxtseq": fmt.Sprint(next[side]),
			},
		}}})
	}
	b, err := json.Marshal(packets)
	if err != nil {
		panic(err)
	}
	return string(b)
}

const opened = "client SYN\nserver SYN ACK\nclient asks\nserver 101\n"

// The recorded captures do not have these ends. want has the columns from SECONDS on.
func TestTraceEnds(t *testing.T) {
	for _, c := range []struct{ name, packets, want string }{
		{"two frames of a packet",
			opened + "client 8182 6869 8882 03e8\nserver 8101 78 8802 03e8 8802 03e9 FIN\nclient FIN",
			"0.006|client|1000|1000|yes|FIN S, FIN C|0.002|server: 2 close frames"},
		{"frames that are no close frames",
			opened + "client 8182 03e8 8982 03e8 8a80 -\nclient 88 -\nserver FIN\nclient FIN",
			"0.007|-|-|-|no|FIN S, FIN C|-|no close frame"},
		{"a close frame with the FIN of TCP",
			opened + "client 8880 - FIN\nserver 8800 - FIN",
			"0.005|client|1005|1005|yes|FIN C, FIN S|0.001"},
		{"one byte",
			opened + "server 8801 03\nclient 8882 03ea\nclient FIN\nserver FIN",
			"0.007|server|1002|0|no|FIN C, FIN S|0.003|server: payload is a single byte"},
		{"defects of the header",
			opened + "client c882 03e8\nserver 0802 03e8\nclient RST",
			"0.006|client|1000|1000|no|RST C|0.002|client: close frame has reserved bits set; server: close frame is fragmented"},
		{"the wrong mask bit",
			opened + "client 8802 03e8\nserver 8882 03e8\nclient RST",
			"0.006|client|1000|1000|no|RST C|0.002|client: mask bit is wrong for the sender; server: mask bit is wrong for the sender"},
		{"a length of 126 for a few bytes",
			opened + "client 88fe000501020304 03e8627965\nserver 8800 -\nserver RST",
			"0.006|client|1000|1005|no|RST S|0.002|client: length is over the limit of a close frame"},
		{"126 bytes",
			opened + "client 88fe007e01020304 03e8" + strings.Repeat("61", 124) + "\nserver RST",
			"0.005|client|1000|-|no|RST S|0.001|client: length is over the limit of a close frame; no close frame from the server"},
		{"not UTF-8",
			opened + "client 8884 0fa0ff61\nserver RST",
			"0.005|client|4000|-|no|RST S|0.001|client: reason is not UTF-8; no close frame from the server"},
		{"text for a terminal",
			opened + "client 8889 03e81b5b33316d\nserver 8808 03e8e280ae6e\nserver FIN\nclient RST",
			`0.007|client|1000 "\x1b[31m"|1000 "\u202en"|yes|FIN S, RST C|0.003`},
		{"crossed",
			opened + "server 8802 03e9\nclient late 8882 03e8\nclient FIN\nserver FIN",
			"0.007|both|1000|1001|yes|FIN C, FIN S|0.003"},
		{"crossed, one malformed",
			opened + "server 8802 03ed\nclient late 8882 03e8\nclient FIN\nserver FIN",
			"0.007|both|1000|1005|no|FIN C, FIN S|0.003|server: code is not allowed in a close frame"},
		{"a FIN alone",
			opened + "client 8882 03e8\nserver 8802 03e8\nserver FIN\nserver FIN",
			"0.007|client|1000|1000|no|FIN S, silence|0.003"},
		{"frames after a reset",
			opened + "server RST\nclient 8882 03e8\nclient FIN",
			"0.004|-|-|-|no|RST S|-|no close frame"},
		{"open to the end of the capture",
			opened,
			"0.003|-|-|-|-|open|-"},
		{"a failed opening handshake",
			"client SYN\nserver SYN ACK\nclient asks\nserver FIN\nclient FIN",
			"0.004|-|-|-|no|FIN S, FIN C|-|no 101 response"},
		{"a capture that begins with the server's answer",
			"server SYN ACK\nserver 101\nclient 8882 03e8\nserver 8802 03e8\nserver FIN\nclient FIN",
			"0.005|client|1000|1000|yes|FIN S, FIN C|0.003"},
		{"a capture that begins with the 101",
			"server 101\nserver 8802 03e8\nclient 8882 03e8\nserver FIN\nclient FIN",
			"0.004|server|1000|1000|yes|FIN S, FIN C|0.003"},
		{"a capture that begins with a frame",
			"server 8802 03e8\nclient 8882 03e8\nserver FIN\nclient FIN",
			"0.003|server|1000|1000|yes|FIN S, FIN C|0.003"},
		{"half a header", "client 88 -", ""},
		{"no WebSocket", "client SYN\nserver SYN ACK\nclient FIN\nserver FIN", ""},
		{"the end of another connection", "client FIN\nserver FIN\nserver RST", ""},
	} {
		stdout, _, status := trace(strings.NewReader(capture(c.packets)), "-")
		rows, _, _ := strings.Cut(stdout, "\n\n")
		_, row, _ := strings.Cut(strings.TrimSpace(rows), "\n")
		columns := regexp.MustCompile("  +").Split(row, -1)
		const ends = 3 // columns for when and where
		if got := strings.Join(columns[min(ends, len(columns)):], "|"); got != c.want || status != exitOK {
			t.Errorf("%s: got status %d\n%s\nwant\n%s", c.name, status, got, c.want)
		}
	}
}

// The summary counts each connection once, by the code of its first close frame.
func TestTraceSummary(t *testing.T) {
	in := capture(opened + "client 8882 03e8\nserver 8802 0fa0\nserver FIN\nclient FIN")
	stdout, _, _ := trace(strings.NewReader(in), "-")
	_, got, _ := strings.Cut(stdout, "\n\n")
	want := "CODE                                ENDS   CLEAN\n" +
		"1000 (Normal Closure)                  1       1\n"
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if stdout, _, _ := trace(strings.NewReader(capture(opened)), "-"); strings.Contains(stdout, "CODE") {
		t.Errorf("a summary without an ended connection:\n%s", stdout)
	}
}

// The zone of an address is arbitrary text, so it is not printed.
func TestTraceZone(t *testing.T) {
	in := strings.ReplaceAll(capture(opened), `"::1"`, `"fe80::1%\u001b[31m"`)
	stdout, stderr, status := trace(strings.NewReader(in), "-")
	if !strings.Contains(stdout, "[fe80::1]:1001") || !printsOnly(stdout+stderr) || status != exitOK {
		t.Errorf("got status %d, %q, %q", status, stdout, stderr)
	}
}
