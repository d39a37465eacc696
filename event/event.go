// Package event describes how a WebSocket connection ended: a [CloseEvent] value
// with the three parts of a browser's CloseEvent, the closing [Handshake] that
// decides whether the end was clean, and the [Target] that calls the listeners.
//
//	        received the peer's close frame        sent our close frame
//	Open ---------------------------------> RemoteClosing -----------.
//	 |                                       (a reply is due)        |
//	 | sent our close frame                                          v
//	 '------------------> LocalClosing ------------------------> Complete
//	                   (wait for the peer's)   received the peer's
//
//	from every state, when the transport is gone: End -> Closed, and the event
//
// A program that owns its net.Conn can leave all of this to package closing. The
// names are those of RFC 6455 and of the WHATWG WebSockets standard.
//
// A connection whose opening handshake failed has no event in this package; a browser
// fires one with 1006. Over HTTP/2 (RFC 8441) read "TCP is closed" as "the stream has
// ended".
//
// Parsing a close frame and calling the listeners does not allocate. These allocate:
// [CloseEvent.Reason] if it is not empty, String, GoString, MarshalJSON, UnmarshalJSON,
// [Error.Error], [From] when it looks through wrapping, [Target.AddEventListener], and
// an Append method whose slice is too small.
package event

import (
	"math"
	"strconv"
	"unicode/utf8"

	"golang.org/x/exp/constraints"

	"example.com/closeframe/code"
	"example.com/closeframe/frame"
)

// CloseEvent describes how a connection ended: a code, a reason, and whether the closing
// handshake was completed. It is an immutable value of 128 bytes without pointers: copy
// it, share it between goroutines, compare it with ==, use it as a map key. It does not
// retain the bytes that it was made from.
//
// The zero value is the DOM's new CloseEvent("close"): code 0, reason "", not
// clean.
//
// encoding/json and slog's JSON handler write an event by [CloseEvent.MarshalJSON];
// slog's text handler writes [CloseEvent.String]. encoding/xml sees no exported field and
// writes an empty element.
type CloseEvent struct {
	// The reason is held inline, since RFC 6455 limits it, so that an event needs
	// no heap. The bytes past length are always zero: == compares them.
	code     code.Code
	wasClean bool
	length   uint8
	reason   [frame.MaxReason]byte
}

// New returns the event with the given parts; it copies reason. Like the DOM's
// constructor, New accepts every code of 16 bits, including 0, 1006 and 65535. c may have
// any integer type. New returns the first error that applies: frame.ErrTooLong for a
// reason of over 123 bytes, frame.ErrCode for a code outside 16 bits, frame.ErrUTF8 for
// a reason that is not UTF-8. The event is then the zero value.
func New[C constraints.Integer, R ~string | ~[]byte](c C, reason R, wasClean bool) (e CloseEvent, err error) {
	err = fill(&e, uint64(c), reason, wasClean)
	return e, err
}

// fill is New for a code that is widened to 64 bits, so that each further integer
// type costs a conversion and not a copy of this function. It writes through a
// pointer, so that the 128 bytes are copied once, by New's caller. That copy has to wait
// for the narrow stores here. So fill stores first, and the check fills the wait.
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

// Parse returns the event of a received close frame's payload, already unmasked. It
// returns the errors of [frame.Parse] and copies the reason. The caller supplies
// wasClean, usually from a [Handshake]. On error the event is the zero value.
func Parse(payload []byte, wasClean bool) (e CloseEvent, err error) {
	err = parse(&e, payload, wasClean)
	return e, err
}

// parse is Parse. Like fill, it writes through a pointer, and before it checks.
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

// Abnormal returns the event of a connection that ended without a valid close
// frame from the peer: code.AbnormalClosure (1006), no reason, not clean (RFC 6455,
// section 7.1.5).
func Abnormal() CloseEvent { return CloseEvent{code: code.AbnormalClosure} }

// Code returns the code. At the end of a connection that is the code of the first close
// frame received. It is code.NoStatus if that frame was empty, and code.AbnormalClosure
// if there was none or it was malformed (RFC 6455, section 7.1.5).
func (e CloseEvent) Code() code.Code { return e.code }

// Reason returns the reason, UTF-8 of at most 123 bytes (RFC 6455, section 7.1.6).
func (e CloseEvent) Reason() string { return string(e.reason[:e.length]) }

// AppendReason appends the reason to b and returns the extended slice.
func (e CloseEvent) AppendReason(b []byte) []byte { return append(b, e.reason[:e.length]...) }

// WasClean reports whether the closing handshake was completed. A [Handshake] requires
// a valid close frame from the peer and one of ours (RFC 6455, section 7.1.4). The code
// does not determine it: 1000 can be unclean, and 4000 clean.
func (e CloseEvent) WasClean() bool { return e.wasClean }

// IsSame reports whether all three parts of e and o are equal: e == o.
func (e CloseEvent) IsSame(o CloseEvent) bool { return e == o }

// AppendPayload appends the close-frame payload with e's code and reason to dst, as
// [frame.Append] does. The error is frame.ErrCode if no close frame can carry them,
// as for Abnormal and the zero value; dst is then returned unchanged.
func (e CloseEvent) AppendPayload(dst []byte) ([]byte, error) {
	return frame.Append(dst, e.code, e.reason[:e.length])
}

// String returns e for people, as in
//
//	1001 (Going Away) "bye", clean
//	1006 (Abnormal Closure), not clean
//
// The form may change between releases. The reason is quoted as by strconv.Quote,
// so that no control character from the peer reaches a log or a terminal.
func (e CloseEvent) String() string {
	var buf [2 * frame.MaxReason]byte
	return string(e.AppendTo(buf[:0]))
}

// AppendTo appends the bytes of [CloseEvent.String] to b and returns the extended
// slice.
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

// appendQuoted appends the reason as strconv.AppendQuote would, but rune by rune:
// converting the whole reason to a string could allocate.
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
