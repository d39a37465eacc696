// Package code says what a WebSocket close code is.
//
// Every one of the 65,536 codes has a [Class], a [Code.Description] and two
// verdicts: whether it may stand in a close frame ([Code.IsSendable]) and
// whether an application may ask for it ([Code.IsApplication]):
//
//	codes        class        close frame   close(code) of a browser
//	0-999        unused       no            no
//	1000         registered   yes           yes
//	1001-1003    registered   yes           no
//	1004-1006    reserved     no            no
//	1007-1014    registered   yes           no
//	1015-2999    reserved     no            no
//	3000-3999    registered   yes           yes
//	4000-4999    private      yes           yes
//	5000-65535   unused       no            no
//
// The codes of IANA's registry have a [Code.Name] too. [From] takes the code type
// of any other WebSocket stack without wrapping.
//
// The source is RFC 6455, section 7.4, and the WebSocket Close Code Number
// Registry that it founds. Nothing here allocates but [Code.String] of a code that
// has no name, and [Code.AppendTo] to grow its slice.
package code

import "strconv"

// Code is the status code that tells why a WebSocket connection ended, the
// first two bytes of a close frame's payload (RFC 6455, section 5.5.1). Any
// uint16 is a Code; its [Class] says what the protocol makes of it. In JSON it
// is a number: Code has no Text marshaler, and must not get one.
type Code uint16

// The codes of RFC 6455, section 7.4.1, and of IANA's registry. 1004 is
// reserved and has no constant.
const (
	NormalClosure      Code = 1000 // RFC 6455, section 7.4.1
	GoingAway          Code = 1001 // RFC 6455, section 7.4.1
	ProtocolError      Code = 1002 // RFC 6455, section 7.4.1
	UnsupportedData    Code = 1003 // RFC 6455, section 7.4.1
	_                  Code = 1004 // reserved by RFC 6455, section 7.4.1
	NoStatus           Code = 1005 // never on the wire: the close frame was empty
	AbnormalClosure    Code = 1006 // never on the wire: no close frame came
	InvalidPayload     Code = 1007 // RFC 6455, section 7.4.1
	PolicyViolation    Code = 1008 // RFC 6455, section 7.4.1
	MessageTooBig      Code = 1009 // RFC 6455, section 7.4.1
	MandatoryExtension Code = 1010 // RFC 6455, section 7.4.1
	InternalError      Code = 1011 // RFC 6455, section 7.4.1, and its erratum 3227
	ServiceRestart     Code = 1012 // IANA
	TryAgainLater      Code = 1013 // IANA
	BadGateway         Code = 1014 // IANA
	TLSHandshake       Code = 1015 // never on the wire: TLS could not be set up
	Unauthorized       Code = 3000 // IANA
	Forbidden          Code = 3003 // IANA
	Timeout            Code = 3008 // IANA
)

// Where the ranges of RFC 6455, section 7.4.2, begin. The last one ends at 4999
// (section 11.7).
const (
	firstCode    = 1000 // the protocol's own
	firstLibrary = 3000 // libraries, frameworks and applications
	firstPrivate = 4000 // private use
	firstBeyond  = 5000 // no longer a status code
)

// unsendable has bit n set where 1000+n must never stand in a close frame:
// 1004, 1005, 1006 and 1015.
const unsendable = 1<<4 | 1<<5 | 1<<6 | 1<<15

// IsSendable reports whether c may stand in a close frame, sent or received:
// 1000-1003, 1007-1014 and 3000-4999 (RFC 6455, sections 7.4.1 and 7.4.2, with
// the codes that IANA has registered since). It does not allocate.
func (c Code) IsSendable() bool {
	// Without branches, since a peer chooses the code. The subtractions wrap, so
	// that the top bit of each difference tells whether c is in a whole range.
	own, app := uint32(c-firstCode), uint32(c-firstLibrary)
	return (own-16)>>31&(^uint32(unsendable)>>(own&31))|(app-(firstBeyond-firstLibrary))>>31 != 0
}

// IsApplication reports whether WebSocket.close(code) of a browser takes c:
// 1000 and 3000-4999 (WHATWG WebSockets, section 3.1). It does not allocate.
func (c Code) IsApplication() bool {
	return c == NormalClosure || c-firstLibrary < firstBeyond-firstLibrary
}

// Class returns the range that c belongs to. It does not allocate.
func (c Code) Class() Class {
	switch {
	case c < firstCode || c >= firstBeyond:
		return Unused
	case c >= firstPrivate:
		return Private
	case c.IsSendable():
		return Registered
	default:
		return Reserved
	}
}

// String returns c for people: the number, then the name or else the range, as
// in "1001 (Going Away)", "4001 (private use)", "3500 (libraries)",
// "2999 (reserved)" and "999 (unused)". It allocates once for a code without a
// name, and not at all for one that has a name.
func (c Code) String() string {
	if s, _ := entry(c); s != "" {
		return s
	}
	var buf [maxLabel]byte
	return string(c.AppendTo(buf[:0]))
}

// AppendTo appends the bytes of [Code.String] to b and returns the extended
// slice. It allocates only where b has too little spare capacity.
func (c Code) AppendTo(b []byte) []byte {
	if s, _ := entry(c); s != "" {
		return append(b, s...)
	}
	b = strconv.AppendUint(b, uint64(c), 10)
	b = append(b, " ("...)
	b = append(b, c.rangeName()...)
	return append(b, ')')
}

// maxLabel is the length in bytes of the longest String of a code without a
// name, "4999 (private use)".
const maxLabel = 18

// rangeName names the range of a code that has no name of its own.
func (c Code) rangeName() string {
	switch c.Class() {
	case Private:
		return "private use"
	case Registered:
		return "libraries"
	case Reserved:
		return "reserved"
	default:
		return "unused"
	}
}

// Class is what RFC 6455, section 7.4.2, makes of a range of codes.
type Class uint8

const (
	// Unused is 0-999, which the protocol does not use, and 5000-65535, which
	// are outside its numbers (RFC 6455, section 11.7).
	Unused Class = iota
	// Reserved is 1004, 1005, 1006, 1015 and 1016-2999: kept for the protocol,
	// its extensions and its future versions. None may stand in a close frame.
	Reserved
	// Registered is 1000-1003, 1007-1014 and 3000-3999: defined by the
	// protocol, or IANA's to register. Whether a code of the range is taken,
	// its Name says.
	Registered
	// Private is 4000-4999, for private agreement; it cannot be registered.
	Private
)

// String returns the class in lower case: "unused", "reserved", "registered" or
// "private". It does not allocate.
func (k Class) String() string {
	switch k {
	case Unused:
		return "unused"
	case Reserved:
		return "reserved"
	case Registered:
		return "registered"
	case Private:
		return "private"
	default:
		return "unknown class"
	}
}
