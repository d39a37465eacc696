package main

import (
	"encoding/binary"
	"fmt"
	"strings"
	"unicode/utf8"

	"example.com/closeframe/code"
	"example.com/closeframe/frame"
)

// decode prints the close frames in the bytes of one text. Bytes that are a valid payload
// count as a payload. Bytes that begin with 88 count as frames: as a payload their code
// would be over 34,000. Other bytes that are also whole frames are ambiguous.
func (d *decoder) decode(b []byte, how string) {
	_, _, err := frame.Parse(b)
	isPayload := d.isPayload || err == nil && !d.isFrame
	isFrame := d.isFrame || !isPayload && b[0] == 0x88
	switch {
	case isFrame:
		d.decodeFrames(b, how)
	case isPayload:
		d.print(judgePayload(b, how+"payload"))
	case isPacket(b):
		d.reject(d.at, "a whole packet with its Ethernet header: decode only the bytes of the frame, or trace the capture")
	case areFrames(b):
		d.reject(d.at, fmt.Sprintf("two readings: a payload with the code %v, or a whole frame, %v; -payload or -frame decides",
			code.Code(binary.BigEndian.Uint16(b)), parseHeader(b)))
	default:
		d.print(judgePayload(b, how+"payload"))
	}
}

// isPacket reports whether b begins with the headers of Ethernet and IP, as packets do that
// Wireshark copies.
func isPacket(b []byte) bool {
	return len(b) > 34 && (b[12] == 0x08 && b[13] == 0x00 && b[14]>>4 == 4 || b[12] == 0x86 && b[13] == 0xdd && b[14]>>4 == 6)
}

// areFrames reports whether b consists of whole frames: close frames, also malformed ones,
// or other frames with FIN and no reserved bits.
func areFrames(b []byte) bool {
	for len(b) > 0 {
		h := parseHeader(b)
		if h.end == 0 || b[0]&15 != 8 && b[0]>>4 != 8 {
			return false
		}
		b = b[h.end:]
	}
	return true
}

// judgePayload returns the finding for a payload.
func judgePayload(p []byte, as string) finding {
	c, reason, err := frame.Parse(p)
	f := finding{As: as}
	if c != 0 || len(p) > 1 {
		f.received(c)
	}
	if err == nil {
		text := string(reason)
		f.Reason = &text
		return f
	}
	f.reject(err.(frame.Error))
	switch err {
	case frame.ErrTooLong:
		f.Error += fmt.Sprintf(": a payload of %d bytes", len(p))
	case frame.ErrUTF8:
		text, n := string(p[2:]), 0
		for i, r := range text {
			if n = i; r == utf8.RuneError && !strings.HasPrefix(text[i:], "\ufffd") {
				break
			}
		}
		f.Error += fmt.Sprintf(": %+q, invalid from byte %d on", text, n+1)
	}
	return f
}

func (f *finding) received(c code.Code) { f.Code, f.Name, f.Class = &c, c.Name(), c.Class().String() }

func (f *finding) reject(e frame.Error) { f.Error, f.Answer = message(e), e.Answer() }

// message returns the text of an error without the prefix of the module.
func message(e frame.Error) string { return strings.TrimPrefix(e.Error(), "closeframe: ") }

// decodeFrames prints the frames of b, up to an incomplete one, whose end is unknown.
func (d *decoder) decodeFrames(b []byte, how string) {
	for more := true; more; more = len(b) > 0 { // no bytes are an incomplete frame
		h := parseHeader(b)
		parse, as := frame.ParseFrame, how+"unmasked frame"
		if h.masked {
			parse, as = frame.ParseMasked, how+"masked frame"
		}
		payload, _, err := parse(b) // unmasks a valid frame in place
		f := judgePayload(payload, as)
		if err != nil {
			f = finding{As: as}
			f.reject(err.(frame.Error))
			f.Error += ": " + h.String()
			// The first bytes of another frame, or of an incomplete one, are no code.
			if p := h.payload(b); f.Answer != 0 && len(p) > 1 {
				f.received(code.Code(binary.BigEndian.Uint16(p)))
			}
		}
		d.print(f)
		if h.end == 0 {
			return
		}
		b = b[h.end:]
	}
}

// A header of any WebSocket frame. Package frame parses only valid close frames, and decode
// describes the others too.
type header struct {
	first  byte
	masked bool
	length uint64 // of the payload
	start  int    // of the payload
	end    int    // of the frame, or 0 if it is incomplete
	here   int    // the number of bytes that are available
	isLong bool   // the length is in two or eight bytes
}

// parseHeader parses the header at the start of b, which may be incomplete.
func parseHeader(b []byte) (h header) {
	h.here = len(b)
	var p [10]byte // zeros replace missing bytes
	copy(p[:], b)
	h.first, h.masked, h.length, h.start = p[0], p[1]&0x80 != 0, uint64(p[1]&0x7f), 2
	switch h.isLong = h.length > 125; h.length {
	case 126:
		h.length, h.start = uint64(binary.BigEndian.Uint16(p[2:])), 4
	case 127:
		h.length, h.start = binary.BigEndian.Uint64(p[2:]), 10
	}
	if h.masked {
		h.start += 4
	}
	if h.start <= h.here && h.length <= uint64(h.here-h.start) {
		h.end = h.start + int(h.length)
	}
	return h
}

// payload returns an unmasked copy of the frame's payload, or nil if the frame is
// incomplete.
func (h header) payload(b []byte) []byte {
	if h.end == 0 {
		return nil
	}
	p := append([]byte(nil), b[h.start:h.end]...)
	for i := range p {
		if h.masked {
			p[i] ^= b[h.start-4+i%4]
		}
	}
	return p
}

// String describes the header, except for the mask.
func (h header) String() string {
	s := fmt.Sprintf("opcode %d", h.first&15)
	if h.first&0x80 == 0 {
		s += ", no FIN"
	}
	for i := 1; i <= 3; i++ {
		if h.first&(0x80>>i) != 0 {
			s += fmt.Sprintf(", RSV%d", i)
		}
	}
	switch {
	case h.here == 0:
		return "no bytes"
	case h.start > h.here:
		return s + ", incomplete header"
	case h.end == 0:
		return s + fmt.Sprintf(", %d of %d bytes of payload", h.here-h.start, h.length)
	}
	s += fmt.Sprintf(", %d bytes of payload", h.length)
	if h.isLong {
		s += " in the long form"
	}
	return s
}
