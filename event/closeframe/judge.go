package main

import (
	"encoding/binary"
	"fmt"
	"strings"
	"unicode/utf8"

	"example.com/closeframe/code"
	"example.com/closeframe/frame"
)

// A kind is what bytes are to be taken for.
type kind int

const (
	unknown kind = iota
	payload
	frames
	packet
)

// firstByte is that of every close frame: FIN and the opcode. A payload with it would
// have a code past 34,000.
const firstByte = 0x88

// A finding is what a payload or a frame says.
type finding struct {
	as     string // what it was taken for
	code   code.Code
	coded  bool // code was received
	reason []byte
	err    string // why it was rejected, if it was
	answer code.Code
}

// decode writes the findings of the bytes of one text.
func (d *decoder) decode(f form) {
	as := f.how
	if as != "" {
		as += " "
	}
	switch d.judge(f.b) {
	case packet:
		d.reject(0, "a packet from its Ethernet header on: decode the bytes of the frame alone, or trace the capture")
	case payload:
		d.print(judgePayload(f.b, as+"payload"))
	case frames:
		d.decodeFrames(f.b, as)
	default:
		d.reject(0, fmt.Sprintf("two readings: a payload with the code %v, or a whole frame, %s; -payload or -frame decides",
			code.Code(binary.BigEndian.Uint16(f.b)), parseHeader(f.b).describe()))
	}
}

// judge says what b is. A payload that would be accepted is one; where it would be
// rejected, and its bytes also are whole frames, it may be either.
func (d *decoder) judge(b []byte) kind {
	_, _, err := frame.Parse(b)
	switch {
	case d.kind != unknown:
		return d.kind
	case err == nil:
		return payload
	case b[0] == firstByte:
		return frames
	case len(b) > 34 && (b[12] == 0x08 && b[13] == 0x00 && b[14]>>4 == 4 || b[12] == 0x86 && b[13] == 0xdd && b[14]>>4 == 6):
		return packet // of IPv4 or IPv6
	case areFrames(b):
		return unknown
	}
	return payload
}

// areFrames reports whether b is made of whole frames: close frames, whatever is wrong
// with them, or others with nothing wrong in the first byte.
func areFrames(b []byte) bool {
	for len(b) > 0 {
		h := parseHeader(b)
		isSound := opcodes[h.opcode] != "" && h.fin && h.rsv == 0
		end := h.end(b)
		if end == 0 || h.opcode != 8 && !isSound {
			return false
		}
		b = b[end:]
	}
	return true
}

func judgePayload(p []byte, as string) finding {
	c, reason, err := frame.Parse(p)
	f := finding{as: as, code: c, coded: c != 0 || len(p) > 1, reason: reason}
	if e, ok := err.(frame.Error); ok {
		f.err, f.answer = explainPayload(e, p), e.Answer()
	}
	return f
}

// explainPayload adds to an error what the payload shows of it.
func explainPayload(e frame.Error, p []byte) string {
	what := message(e)
	switch e {
	case frame.ErrTooLong:
		return fmt.Sprintf("%s: a payload of %d bytes", what, len(p))
	case frame.ErrUTF8:
		reason := string(p[2:])
		return fmt.Sprintf("%s: %+q, wrong from byte %d on", what, reason, validPrefix(reason)+1)
	}
	return what
}

// message is an error's text without the module's name.
func message(e frame.Error) string { return strings.TrimPrefix(e.Error(), "closeframe: ") }

// validPrefix returns how many bytes at the start of s are UTF-8.
func validPrefix(s string) (n int) {
	for n < len(s) {
		r, size := utf8.DecodeRuneInString(s[n:])
		if r == utf8.RuneError && size == 1 {
			break
		}
		n += size
	}
	return n
}

// decodeFrames writes the findings of the frames that b is made of, up to one whose
// end is not known.
func (d *decoder) decodeFrames(b []byte, how string) {
	for {
		h := parseHeader(b)
		f := judgeFrame(b, h)
		f.as = how + h.String()
		d.print(f)
		end := h.end(b)
		if b = b[end:]; end == 0 || len(b) == 0 {
			return
		}
	}
}

// judgeFrame returns what the frame at the start of b says.
func judgeFrame(b []byte, h header) finding {
	parse := frame.ParseFrame
	if h.masked {
		parse = frame.ParseMasked
	}
	p, _, err := parse(b)
	if err == nil {
		return judgePayload(p, "")
	}
	e := err.(frame.Error)
	f := finding{err: explainFrame(e, b, h), answer: e.Answer()}
	if f.answer != 0 {
		if p := h.payload(b); len(p) > 1 {
			f.code, f.coded = code.Code(binary.BigEndian.Uint16(p)), true
		}
	}
	return f
}
