package main

import (
	"fmt"
	"net/netip"
	"strconv"
	"strings"
	"time"
)

// A tcpPacket is what trace needs of one packet: where in which TCP stream it is, and
// the close frames that end in it.
type tcpPacket struct {
	time     time.Time
	stream   uint64
	src, dst netip.AddrPort
	flags    uint64 // of TCP
	ack      uint32 // what the sender has received
	next     uint32 // the sequence number after this packet
	asks     bool   // it has an HTTP request to upgrade to WebSocket
	switches bool   // it has the response 101 to that
	closes   []closeFrame
}

// A closeFrame is a close frame as it was sent, with the payload unmasked.
type closeFrame struct{ header, payload []byte }

// The flags of TCP.
const (
	flagFIN = 0x01
	flagSYN = 0x02
	flagRST = 0x04
	flagACK = 0x10
)

// packet checks every value, so that nothing in a packet is text.
func (t *tsharkPacket) packet() (p tcpPacket, err error) {
	l := &t.Source.Layers
	if p.time, err = parseTime(l.Frame.Time); err != nil {
		return p, fmt.Errorf("frame.time_epoch: %w", err)
	}
	// Of packets in a tunnel the innermost addresses count.
	tcp := l.TCP[len(l.TCP)-1]
	var src, dst string
	if n := len(l.IP); n > 0 {
		src, dst = l.IP[n-1].Src, l.IP[n-1].Dst
	}
	if n := len(l.IPv6); n > 0 {
		src, dst = l.IPv6[n-1].Src, l.IPv6[n-1].Dst
	}
	var ack, next uint64
	for _, field := range []struct {
		name, text string
		bits       int
		to         *uint64
	}{
		{"tcp.stream", tcp.Stream, 64, &p.stream},
		{"tcp.flags", tcp.Flags, 16, &p.flags},
		{"tcp.ack", tcp.Ack, 32, &ack},
		{"tcp.nxtseq", tcp.Next, 32, &next},
	} {
		if field.text == "" && field.to != &p.stream && field.to != &p.flags {
			continue // a packet without ACK or without data may lack it
		}
		if *field.to, err = strconv.ParseUint(field.text, 0, field.bits); err != nil {
			return p, fmt.Errorf("%s: %w", field.name, err)
		}
	}
	p.ack, p.next = uint32(ack), uint32(next)
	if p.src, err = parseAddr(src, tcp.SrcPort); err != nil {
		return p, err
	}
	if p.dst, err = parseAddr(dst, tcp.DstPort); err != nil {
		return p, err
	}
	for _, http := range l.HTTP {
		p.asks = p.asks || http.Key != nil
		p.switches = p.switches || http.Accept != nil
	}
	if len(l.Headers) != len(l.Frames) {
		return p, fmt.Errorf("%d headers for %d WebSocket frames", len(l.Headers), len(l.Frames))
	}
	for i, header := range l.Headers {
		if len(header) < 2 || header[0]&0xf != 8 {
			continue
		}
		f := closeFrame{header: header}
		if payload := l.Frames[i].Payload; len(payload) > 0 {
			f.payload = payload[0]
		}
		p.closes = append(p.closes, f)
	}
	return p, nil
}

// parseTime reads seconds since 1970, or what newer versions of tshark print.
func parseTime(s string) (time.Time, error) {
	if strings.Contains(s, "T") {
		t, err := time.Parse(time.RFC3339Nano, s)
		return t.UTC(), err
	}
	whole, fraction, _ := strings.Cut(s, ".")
	seconds, err := strconv.ParseUint(whole, 10, 37) // up to the year 6325
	if err != nil {
		return time.Time{}, err
	}
	nanos, err := strconv.ParseUint((fraction + "000000000")[:9], 10, 32)
	return time.Unix(int64(seconds), int64(nanos)).UTC(), err
}

// parseAddr reads an address, which is empty where tshark does not know it.
func parseAddr(ip, port string) (netip.AddrPort, error) {
	n, err := strconv.ParseUint(port, 10, 16)
	if err != nil {
		return netip.AddrPort{}, fmt.Errorf("port: %w", err)
	}
	addr := netip.IPv4Unspecified()
	if ip != "" {
		if addr, err = netip.ParseAddr(ip); err != nil {
			return netip.AddrPort{}, err
		}
	}
	return netip.AddrPortFrom(addr.WithZone(""), uint16(n)), nil
}
