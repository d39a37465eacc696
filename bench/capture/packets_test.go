package main

import (
	"context"
	"net"
	"testing"
)

// The talks end as they should, recorded or not. What is checked in of them is
// tested beside it, in event/closeframe.
func TestTalks(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), timeout)
	defer cancel()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	for i, talk := range talks {
		if err := talk.run(ctx, ln); err != nil {
			t.Errorf("talk %d: %v", i, err)
		}
	}
}

func TestCountEnds(t *testing.T) {
	file := make([]byte, 24)
	for _, flags := range []byte{0x02, 0x11, 0x10, 0x01} { // SYN, FIN with ACK, ACK, FIN
		packet := make([]byte, 16+54)
		packet[8] = 54
		packet[16+47] = flags
		file = append(file, packet...)
	}
	for _, test := range []struct{ cut, want int }{{0, 2}, {1, 1}, {70, 1}, {3 * 70, 0}, {4 * 70, 0}, {len(file), 0}} {
		if got := countEnds(file[:len(file)-test.cut]); got != test.want {
			t.Errorf("without the last %d bytes: %d ends, want %d", test.cut, got, test.want)
		}
	}
}
