package main

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/netip"
	"regexp"
	"strconv"
	"time"
)

// A packet has the fields of tshark's JSON that trace reads. With -x the field NAME_raw has
// the bytes of each field NAME. The other fields that trace reads are numbers.
type packet struct {
	Frame struct {
		Time epoch `json:"frame.time_epoch"`
	} `json:"frame"`
	IP   oneOrMore[ipHeader]  `json:"ip"`
	IP6  oneOrMore[ipHeader]  `json:"ipv6"`
	TCP  oneOrMore[tcpHeader] `json:"tcp"`
	HTTP oneOrMore[struct {
		Key    any `json:"http.sec_websocket_key"`
		Accept any `json:"http.sec_websocket_accept"`
	}] `json:"http"`
	Headers rawFields `json:"websocket_raw"`
	Frames  oneOrMore[struct {
		Payload rawFields `json:"websocket.payload_raw"` // without the mask
	}] `json:"websocket"`
}

type tcpHeader struct {
	Stream  uint64   `json:"tcp.stream,string"`
	SrcPort uint16   `json:"tcp.srcport,string"`
	DstPort uint16   `json:"tcp.dstport,string"`
	Flags   tcpFlags `json:"tcp.flags"`
	Ack     uint32   `json:"tcp.ack,string"`    // the next number that the sender expects
	Next    uint32   `json:"tcp.nxtseq,string"` // the number after this packet
}

type ipHeader struct {
	Src  netip.Addr `json:"ip.src"`
	Dst  netip.Addr `json:"ip.dst"`
	Src6 netip.Addr `json:"ipv6.src"`
	Dst6 netip.Addr `json:"ipv6.dst"`
}

// A oneOrMore has the values of a key that occurs once, or of one that repeats, which
// --no-duplicate-keys turns into an array.
type oneOrMore[T any] []T

func (l *oneOrMore[T]) UnmarshalJSON(b []byte) error {
	if b[0] == '[' || string(b) == "null" {
		return json.Unmarshal(b, (*[]T)(l))
	}
	*l = make([]T, 1)
	return json.Unmarshal(b, &(*l)[0])
}

// rawFields has the bytes of a field NAME_raw: [hex, position, length, bits, type],
// or an array of those. Its strings are all hex.
type rawFields [][]byte

var quotedHex = regexp.MustCompile(`"((?:[0-9a-f]{2})*)"`)

func (r *rawFields) UnmarshalJSON(b []byte) error {
	for _, m := range quotedHex.FindAllSubmatch(b, -1) {
		p := make([]byte, len(m[1])/2)
		hex.Decode(p, m[1])
		*r = append(*r, p)
	}
	return nil
}

// An epoch is in seconds since 1970, or a date in newer versions of tshark.
type epoch time.Time

func (e *epoch) UnmarshalText(b []byte) error {
	t, err := time.Parse(time.RFC3339Nano, string(b))
	if err != nil {
		var d time.Duration
		d, err = time.ParseDuration(string(b) + "s")
		t = time.Unix(0, int64(d))
	}
	*e = epoch(t.UTC())
	return err
}

// tcpFlags are printed in hex, after 0x.
type tcpFlags uint16

const (
	flagFIN tcpFlags = 0x01
	flagSYN tcpFlags = 0x02
	flagRST tcpFlags = 0x04
	flagACK tcpFlags = 0x10
)

func (f *tcpFlags) UnmarshalText(b []byte) error {
	n, err := strconv.ParseUint(string(b), 0, 16)
	*f = tcpFlags(n)
	return err
}

func (p *packet) time() time.Time { return time.Time(p.Frame.Time) }

// tcp returns the innermost header, for packets in a tunnel.
func (p *packet) tcp() tcpHeader { return p.TCP[len(p.TCP)-1] }

// ends returns the addresses and ports of the innermost headers.
func (p *packet) ends() (src, dst netip.AddrPort) {
	var ip ipHeader
	if n := len(p.IP); n > 0 {
		ip = p.IP[n-1]
	}
	if n := len(p.IP6); n > 0 {
		// A zone is text, which must not be printed.
		ip.Src, ip.Dst = p.IP6[n-1].Src6.WithZone(""), p.IP6[n-1].Dst6.WithZone("")
	}
	return netip.AddrPortFrom(ip.Src, p.tcp().SrcPort), netip.AddrPortFrom(ip.Dst, p.tcp().DstPort)
}

// closes returns the header and the payload of each close frame that ends in p.
func (p *packet) closes() (list [][2][]byte) {
	for i, header := range p.Headers {
		if len(header) < 2 || header[0]&0xf != 8 {
			continue
		}
		var payload []byte
		if all := p.Frames[i].Payload; len(all) > 0 { // an empty frame has none
			payload = all[0]
		}
		list = append(list, [2][]byte{header, payload})
	}
	return list
}

// maxPacket is the limit of a packet in JSON, in bytes. A message that ends in the packet
// needs eight times its length.
const maxPacket = 64 << 20

// readPackets reads tshark's JSON packet by packet and calls add for each TCP packet, until
// add returns false.
func readPackets(r io.Reader, add func(*packet) bool) error {
	in := &io.LimitedReader{R: r, N: maxPacket}
	d := json.NewDecoder(in)
	n := 0
	_, err := d.Token() // [
	for err == nil && d.More() {
		n++ // for errors
		var v struct {
			Source struct {
				Layers packet `json:"layers"`
			} `json:"_source"`
		}
		p := &v.Source.Layers
		switch err = d.Decode(&v); {
		case err != nil:
		case len(p.Headers) != len(p.Frames):
			err = fmt.Errorf("%d headers for %d WebSocket frames", len(p.Headers), len(p.Frames))
		case len(p.TCP) > 0 && !add(p): // ICMP that quotes a packet has no TCP layer
			return nil
		}
		if err == nil { // after an error, N shows whether the limit caused it
			in.N = maxPacket
		}
	}
	if err == nil {
		_, err = d.Token() // ]
	}
	switch {
	case err != nil && in.N <= 0:
		return fmt.Errorf("packet %d: longer than %d bytes", n, maxPacket)
	case err == io.EOF:
		err = io.ErrUnexpectedEOF
	}
	if err != nil {
		return fmt.Errorf("the JSON of tshark, packet %d: %w", n, err)
	}
	return nil
}
