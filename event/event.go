// Package event says how a WebSocket connection ended: a [CloseEvent] value with
// the three parts of a browser's CloseEvent, the closing [Handshake] that decides
// whether the end was clean, and the [Target] that tells its listeners.
//
// The facts go in, one event comes out:
//
//	        the peer's close frame came        our close frame was written
//	Open ---------------------------------> RemoteClosing -----------.
//	 |                                       (a reply is owed)       |
//	 | our close frame was written                                   v
//	 '------------------> LocalClosing ------------------------> Complete
//	                   (wait for the peer's)   the peer's came
//
//	from every state, when the transport is gone: End -> Closed, and the event
//
// See [Handshake] for who does what, and when to close TCP. The example "Embed",
// in example_embed_test.go, is a connection type with both inside.
//
// The names are those of RFC 6455 and of the WHATWG WebSockets standard.
package event

import (
	"strconv"
	"unicode/utf8"

	"example.com/closeframe/code"
	"example.com/closeframe/frame"
)

// CloseEvent says how a connection ended: a code, a reason, and whether the
// closing handshake was completed. It is an immutable value of 128 bytes without
// pointers: it may be copied, shared between goroutines, compared with == and
// used as a map key. Nothing of the bytes that it was made from is kept.
//
// The zero value is the DOM's new CloseEvent("close"): code 0, reason "", not
// clean.
type CloseEvent struct {
	// The reason is held inline, as RFC 6455 caps it, so that making an event
	// needs no heap. The bytes past length are always zero: == looks at them.
	code     code.Code
	wasClean bool
	length   uint8
	reason   [frame.MaxReason]byte
}

// New returns the event of a code, a reason and the verdict of the closing
// handshake. As in the DOM's constructor any code is taken, 0, 1006 and 65535
// among them. The error is frame.ErrTooLong for a reason of over 123 bytes or
// frame.ErrUTF8 for one that is not UTF-8; the event is then the zero value. The
// reason is copied. New does not allocate.
func New[R ~string | ~[]byte](c code.Code, reason R, wasClean bool) (e CloseEvent, err error) {
	if err := frame.CheckReason(reason); err != nil {
		return e, err
	}
	// In place: a local event would be cleared, filled and then copied out.
	e.code, e.wasClean, e.length = c, wasClean, uint8(len(reason))
	copy(e.reason[:], reason)
	return e, nil
}

// MustNew is [New] for tests and package-level values: it panics on error. It does
// not allocate otherwise.
func MustNew[R ~string | ~[]byte](c code.Code, reason R, wasClean bool) CloseEvent {
	e, err := New(c, reason, wasClean)
	if err != nil {
		panic(err)
	}
	return e
}

// Parse returns the event of a received close frame's payload, already unmasked:
// [frame.Parse] with its errors, and the reason copied. An empty payload gives
// code.NoStatus. wasClean is the caller's to know, or a [Handshake]'s. On error
// the event is the zero value. Parse does not allocate.
func Parse(payload []byte, wasClean bool) (e CloseEvent, err error) {
	c, reason, err := frame.Parse(payload)
	if err != nil {
		return e, err
	}
	e.code, e.wasClean, e.length = c, wasClean, uint8(len(reason))
	copy(e.reason[:], reason)
	return e, nil
}

// Abnormal returns the event of a connection that ended without a good close
// frame: code.AbnormalClosure (1006), no reason, not clean (RFC 6455, section
// 7.1.5).
func Abnormal() CloseEvent { return CloseEvent{code: code.AbnormalClosure} }

// Code returns the code: at a connection's end that of the first close frame
// received, code.NoStatus where that was empty, or code.AbnormalClosure where none
// came (RFC 6455, section 7.1.5). It does not allocate.
func (e CloseEvent) Code() code.Code { return e.code }

// Reason returns the reason, UTF-8 of at most 123 bytes (RFC 6455, section 7.1.6).
// It allocates, but not for an empty one; [CloseEvent.AppendReason] need not.
func (e CloseEvent) Reason() string { return string(e.reason[:e.length]) }

// AppendReason appends the reason to b and returns the extended slice. It
// allocates only where b has too little spare capacity.
func (e CloseEvent) AppendReason(b []byte) []byte { return append(b, e.reason[:e.length]...) }

// WasClean reports whether a good close frame of the peer had come and ours was
// sent when the transport ended (RFC 6455, section 7.1.4). It does not follow from
// the code. It does not allocate.
func (e CloseEvent) WasClean() bool { return e.wasClean }

// IsSame reports whether all three parts of e and o are equal; the same as e == o.
// It does not allocate.
func (e CloseEvent) IsSame(o CloseEvent) bool { return e == o }

// AppendPayload appends the close-frame payload that would carry code and reason
// of e to dst, as [frame.Append] does. The error is frame.ErrCode where they
// cannot stand on the wire, as those of Abnormal and of the zero value cannot;
// dst is then returned as it came. It allocates only where dst has too little
// spare capacity.
//
//go:noinline
func (e CloseEvent) AppendPayload(dst []byte) ([]byte, error) {
	// Inlined into another package, e would move to the heap: the compiler does
	// not know there that frame.Append keeps nothing of a reason. TestAllocs
	// pins it, and shows whether a newer Go can do without.
	return frame.Append(dst, e.code, e.reason[:e.length])
}

// String returns e for people, as in
//
//	1001 (Going Away) "bye", clean
//	1006 (Abnormal Closure), not clean
//
// The form may change between releases. The reason is quoted as strconv.Quote
// does it, so that a log or a terminal gets no control character of the peer's. It
// allocates; [CloseEvent.AppendTo] need not.
func (e CloseEvent) String() string {
	var buf [2 * frame.MaxReason]byte
	return string(e.AppendTo(buf[:0]))
}

// AppendTo appends the bytes of [CloseEvent.String] to b and returns the extended
// slice. It allocates only where b has too little spare capacity.
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

// GoString returns e as Go source, event.MustNew(1001, "bye", true), for %#v. It
// allocates.
func (e CloseEvent) GoString() string {
	b := append([]byte(nil), "event.MustNew("...)
	b = strconv.AppendUint(b, uint64(e.code), 10)
	b = append(b, ", "...)
	b = e.appendQuoted(b)
	b = append(b, ", "...)
	b = strconv.AppendBool(b, e.wasClean)
	return string(append(b, ')'))
}

// appendQuoted appends the reason as strconv.AppendQuote would, rune by rune: a
// rune fits on the stack where the whole reason as a string might not.
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
