package main

import (
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// tsharkPacket is the part of a packet in tshark's JSON that trace reads. With -x
// every field NAME has its bytes in a field NAME_raw.
type tsharkPacket struct {
	Source struct {
		Layers struct {
			Frame struct {
				Time string `json:"frame.time_epoch"`
			} `json:"frame"`
			IP oneOrMore[struct {
				Src string `json:"ip.src"`
				Dst string `json:"ip.dst"`
			}] `json:"ip"`
			IPv6 oneOrMore[struct {
				Src string `json:"ipv6.src"`
				Dst string `json:"ipv6.dst"`
			}] `json:"ipv6"`
			TCP oneOrMore[struct {
				Stream  string `json:"tcp.stream"`
				SrcPort string `json:"tcp.srcport"`
				DstPort string `json:"tcp.dstport"`
				Flags   string `json:"tcp.flags"`
				Ack     string `json:"tcp.ack"`
				Next    string `json:"tcp.nxtseq"`
			}] `json:"tcp"`
			HTTP oneOrMore[struct {
				Key    json.RawMessage `json:"http.sec_websocket_key"`
				Accept json.RawMessage `json:"http.sec_websocket_accept"`
			}] `json:"http"`
			Headers rawFields `json:"websocket_raw"`
			Frames  oneOrMore[struct {
				Payload rawFields `json:"websocket.payload_raw"`
			}] `json:"websocket"`
		} `json:"layers"`
	} `json:"_source"`
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
// or an array of those.
type rawFields [][]byte

func (r *rawFields) UnmarshalJSON(b []byte) error {
	var parts []json.RawMessage
	if err := json.Unmarshal(b, &parts); err != nil {
		return err
	}
	if len(parts) > 0 && parts[0][0] != '[' {
		parts = []json.RawMessage{b}
	}
	for _, part := range parts {
		var field []json.RawMessage
		var text string
		if err := json.Unmarshal(part, &field); err != nil {
			return err
		}
		if len(field) == 0 {
			return errors.New("a field without bytes")
		}
		if err := json.Unmarshal(field[0], &text); err != nil {
			return err
		}
		bytes, err := hex.DecodeString(text)
		if err != nil {
			return err
		}
		*r = append(*r, bytes)
	}
	return nil
}

// A packetReader reads tshark's JSON packet by packet, in memory that does not
// depend on what the packets carry.
type packetReader struct {
	in *shortener
	d  *json.Decoder
	n  int // packets read
}

func newPacketReader(r io.Reader) *packetReader {
	in := &shortener{r: r}
	return &packetReader{in: in, d: json.NewDecoder(in)}
}

// next returns the next packet over TCP, or io.EOF.
func (r *packetReader) next() (p tcpPacket, err error) {
	if r.n == 0 {
		if token, err := r.d.Token(); err != nil {
			return p, fmt.Errorf("not the JSON of tshark: %w", noEOF(err))
		} else if token != json.Delim('[') {
			return p, errors.New("not the JSON of tshark: it has to start with [")
		}
	}
	for r.d.More() {
		r.n++
		r.in.passed = 0
		var t tsharkPacket
		if err := r.d.Decode(&t); err != nil {
			return p, fmt.Errorf("packet %d: %w", r.n, noEOF(err))
		}
		if len(t.Source.Layers.TCP) == 0 {
			continue // TCP's header inside of another protocol, as in ICMP
		}
		if p, err = t.packet(); err != nil {
			return p, fmt.Errorf("packet %d: %w", r.n, err)
		}
		return p, nil
	}
	if _, err := r.d.Token(); err != nil {
		return p, fmt.Errorf("after packet %d: %w", r.n, noEOF(err))
	}
	return p, io.EOF
}

// noEOF returns err, but for an end inside of the JSON.
func noEOF(err error) error {
	if err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return err
}
