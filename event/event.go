// Package event describes how a WebSocket connection ended: the closing [Handshake], the
// [CloseEvent] that results from it, and the [Target] that calls the listeners.
//
//	        received the peer's close frame        sent our close frame
//	Open ---------------------------------> RemoteClosing -----------.
//	 |                                       (a reply is due)        |
//	 | sent our close frame                                          v
//	 '------------------> LocalClosing ------------------------> Complete
//	                   (wait for the peer's)   received the peer's
//
//	from every state, when TCP is closed: End -> Closed, and the event
//
// A program that owns its net.Conn can leave all of this to package closing.
//
// A connection whose opening handshake failed has no event in this package; a browser
// fires one with 1006. Over HTTP/2 (RFC 8441) the stream takes the place of TCP.
//
// As in package frame, code.NoStatus (1005) with an empty reason is the empty payload. No
// function retains a payload, a reason or a slice. Only these allocate: Reason if it is
// not empty, String, GoString, MarshalJSON, UnmarshalJSON, [Error.Error], [From] when it
// unwraps, [Target.AddEventListener], and an Append method whose slice is too small.
package event

import (
	"math"
	"strconv"
	"unicode/utf8"

	"golang.org/x/exp/constraints"

	"example.com/closeframe/code"
	"example.com/closeframe/frame"
)

// CloseEvent is a code, a reason, and whether the end was clean. It is an immutable value
// of 128 bytes without pointers; compare it with ==. The zero value is the DOM's
// new CloseEvent("close"): code 0, no reason, not clean. encoding/xml loses all three parts:
// it writes an empty element.
type CloseEvent struct {
	// The reason is inline, since RFC 6455 limits its length, so that an event needs
	// no heap. The bytes past length are always zero, because == compares them.
	code     code.Code
	wasClean bool
	length   uint8
	reason   [frame.MaxReason]byte
}

// New returns the event with the given parts. Like the DOM's constructor, it accepts
// every code of 16 bits, also 0, 1006 and 65535. It returns the first error that applies:
// frame.ErrTooLong, frame.ErrCode for a code outside 16 bits, frame.ErrUTF8. On error the
// event is the zero value.
func New[C constraints.Integer, R ~string | ~[]byte](c C, reason R, wasClean bool) (e CloseEvent, err error) {
	err = fill(&e, uint64(c), reason, wasClean)
	return e, err
}

// fill is New for a code widened to 64 bits, so that each further integer type costs a
// conversion and not a copy of this function. It writes through a pointer, so that the
// 128 bytes are copied once, by New's caller. That copy must wait for the stores of
// single fields. fill stores before it checks the reason, so that the check uses the
// wait.
func fill[R ~string | ~[]byte](e *CloseEvent, c uint64, reason R, wasClean bool) error {
	switch {
	case len(reason) > frame.MaxReason:
		return frame.ErrTooLong
	case c > math.MaxUint16:
		return frame.ErrCode
	}
	e.code, e.wasClean, e.length = code.Code(c), wasClean, uint8(len(reason))
	copy(e.reason[:], reason)
	err := frame.CheckReason(reason)
	if err != nil {
		*e = CloseEvent{}
	}
	return err
}

// MustNew is [New] for tests and package-level values: it panics on error.
func MustNew[C constraints.Integer, R ~string | ~[]byte](c C, reason R, wasClean bool) CloseEvent {
	e, err := New(c, reason, wasClean)
	if err != nil {
		panic(err)
	}
	return e
}

// Parse returns the event of the payload of a received close frame, already unmasked. It
// returns the errors of [frame.Parse]. The caller supplies wasClean. With a [Handshake],
// call [Handshake.End] instead, which determines it. On error the event is the zero value.
func Parse(payload []byte, wasClean bool) (e CloseEvent, err error) {
	err = parse(&e, payload, wasClean)
	return e, err
}

// parse is Parse, written like fill.
func parse(e *CloseEvent, payload []byte, wasClean bool) error {
	n := len(payload)
	if n == 0 {
		e.code, e.wasClean = code.NoStatus, wasClean
		return nil
	}
	if 2 <= n && n <= frame.MaxPayload {
		e.code, e.wasClean, e.length = code.Code(payload[0])<<8|code.Code(payload[1]), wasClean, uint8(n-2)
		copy(e.reason[:], payload[2:])
	}
	_, _, err := frame.Parse(payload)
	if err != nil {
		*e = CloseEvent{}
	}
	return err
}

// Abnormal returns the event of a connection that ended without a valid close frame from
// the peer: code.AbnormalClosure (1006), no reason, not clean.
func Abnormal() CloseEvent { return CloseEvent{code: code.AbnormalClosure} }

// Code returns the code.
func (e CloseEvent) Code() code.Code { return e.code }

// Reason returns the reason, valid UTF-8 of at most 123 bytes.
func (e CloseEvent) Reason() string { return string(e.reason[:e.length]) }

// AppendReason appends the reason to b and returns the extended slice.
func (e CloseEvent) AppendReason(b []byte) []byte { return append(b, e.reason[:e.length]...) }

// WasClean reports whether the closing handshake was completed. That does not follow from
// the code: an end with 1000 may be not clean, and one with 4000 may be clean.
func (e CloseEvent) WasClean() bool { return e.wasClean }

// IsSame reports whether all three parts of e and o are equal: e == o.
func (e CloseEvent) IsSame(o CloseEvent) bool { return e == o }

// AppendPayload appends e's code and reason to dst as the payload of a close frame. If
// they must not be sent, as with Abnormal and the zero value, it returns dst unchanged
// and frame.ErrCode.
func (e CloseEvent) AppendPayload(dst []byte) ([]byte, error) {
	return frame.Append(dst, e.code, e.reason[:e.length])
}

// String returns e for people, as in
//
//	1001 (Going Away) "bye", clean
//	1006 (Abnormal Closure), not clean
//
// The form may change between releases. The reason is quoted as by strconv.Quote, so no
// control character from the peer reaches a log or a terminal.
func (e CloseEvent) String() string {
	var buf [2 * frame.MaxReason]byte
	return string(e.AppendTo(buf[:0]))
}

// AppendTo appends the bytes of [CloseEvent.String] to b and returns the extended slice.
func (e CloseEvent) AppendTo(b []byte) []byte {
	b = e.code.AppendTo(b)
	if e.length > 0 {
		b = append(b, ' ')
		b = e.appendQuoted(b)
	}
	if e.wasClean {
		return append(b, ", clean"...)
	}
	return append(b, ", not clean"...)
}

// GoString returns e as Go source, event.MustNew(1001, "bye", true), for %#v.
func (e CloseEvent) GoString() string {
	b := append([]byte(nil), "event.MustNew("...)
	b = strconv.AppendUint(b, uint64(e.code), 10)
	b = append(b, ", "...)
	b = e.appendQuoted(b)
	b = append(b, ", "...)
	b = strconv.AppendBool(b, e.wasClean)
	return string(append(b, ')'))
}

// appendQuoted appends the reason as strconv.AppendQuote would. It goes rune by rune,
// because converting the whole reason to a string could allocate.
func (e CloseEvent) appendQuoted(b []byte) []byte {
	b = append(b, '"')
	for p := e.reason[:e.length]; len(p) > 0; {
		_, n := utf8.DecodeRune(p)
		var buf [16]byte
		q := strconv.AppendQuote(buf[:0], string(p[:n]))
		b = append(b, q[1:len(q)-1]...)
		p = p[n:]
	}
	return append(b, '"')
}
