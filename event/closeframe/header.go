package main

import (
	"encoding/binary"
	"fmt"

	"example.com/closeframe/frame"
)

// opcodes are those of RFC 6455, section 5.2.
var opcodes = [16]string{0: "continuation", 1: "text", 2: "binary", 8: "close", 9: "ping", 10: "pong"}

// A header is that of any WebSocket frame. Package frame knows close frames only;
// explaining a wrong one needs the others.
type header struct {
	fin    bool
	rsv    byte // its three bits
	opcode byte
	masked bool
	size   int    // of the header, with the key; 0 if b ends in it
	length uint64 // of the payload
}

// parseHeader returns what b has of the header at its start.
func parseHeader(b []byte) (h header) {
	if len(b) == 0 {
		return h
	}
	h.fin, h.rsv, h.opcode = b[0]&0x80 != 0, b[0]>>4&7, b[0]&15
	if len(b) == 1 {
		return h
	}
	h.masked = b[1]&0x80 != 0
	size := 2
	switch h.length = uint64(b[1] & 0x7f); {
	case h.length == 126 && len(b) >= 4:
		h.length, size = uint64(binary.BigEndian.Uint16(b[2:])), 4
	case h.length == 127 && len(b) >= 10:
		h.length, size = binary.BigEndian.Uint64(b[2:]), 10
	case h.length > 125:
		return h
	}
	if h.masked {
		size += 4
	}
	if size <= len(b) {
		h.size = size
	}
	return h
}

// end returns where in b the frame ends, or 0 if b does not have all of it.
func (h header) end(b []byte) int {
	if h.size == 0 || h.length > uint64(len(b)-h.size) {
		return 0
	}
	return h.size + int(h.length)
}

// payload returns a copy of the frame's payload without its mask, or nil if not all
// of it is there.
func (h header) payload(b []byte) []byte {
	end := h.end(b)
	if end == 0 {
		return nil
	}
	p := append([]byte(nil), b[h.size:end]...)
	if h.masked {
		for i := range p {
			p[i] ^= b[h.size-4+i%4]
		}
	}
	return p
}

// String says what the frame is to the parser.
func (h header) String() string {
	if h.masked {
		return "masked frame"
	}
	return "unmasked frame"
}

// describe names the opcode and what a close frame must not have.
func (h header) describe() string {
	s := opcodes[h.opcode]
	if !h.fin {
		s += " without FIN"
	}
	if h.rsv != 0 {
		s += " with" + bits(h.rsv)
	}
	return s
}

// explainFrame adds to an error what the frame at the start of b shows of it.
func explainFrame(e frame.Error, b []byte, h header) string {
	what := message(e)
	switch e {
	case frame.ErrNotClose:
		if opcodes[h.opcode] == "" {
			return fmt.Sprintf("%s: opcode %d, which is not defined", what, h.opcode)
		}
		return fmt.Sprintf("%s: opcode %d, %s", what, h.opcode, opcodes[h.opcode])
	case frame.ErrReservedBits:
		return what + ":" + bits(h.rsv) + "; extensions do not change close frames, compression neither"
	case frame.ErrFragmented:
		return what + ": FIN is not set"
	case frame.ErrTooLong:
		if h.size > 0 {
			return fmt.Sprintf("%s: a payload of %d bytes, its length in the long form", what, h.length)
		}
	case frame.ErrIncomplete:
		if n, err := frame.Len(b); err == nil {
			return fmt.Sprintf("%s: %d of %d bytes", what, len(b), n)
		}
	}
	return what
}

// bits names the reserved bits that are set.
func bits(rsv byte) (names string) {
	for i := 0; i < 3; i++ {
		if rsv&(4>>i) != 0 {
			names += fmt.Sprintf(" RSV%d", i+1)
		}
	}
	return names
}
