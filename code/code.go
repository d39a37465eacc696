// Package code classifies WebSocket close codes.
//
//	codes                         class        IsSendable    IsApplication
//	0-999                         unused       no            no
//	1000                          registered   yes           yes
//	1001-1003, 1007-1014          registered   yes           no
//	1004-1006, 1015-2999          reserved     no            no
//	3000, 3003, 3008              registered   yes           yes
//	the rest of 3000-3999         library      yes           yes
//	4000-4999                     private      yes           yes
//	5000-65535                    unused       no            no
//
// The sources are RFC 6455, section 7.4, and IANA's WebSocket Close Code Number
// Registry of 2026-06-10. Two methods can allocate: [Code.String] for a code
// without a name, and [Code.AppendTo] if its slice is too small.
package code

import "strconv"

// Code is a WebSocket close code. Every uint16 is a Code.
type Code uint16 // has no MarshalText, so that encoding/json writes a number

// The codes of IANA's registry except 1004, which is reserved. RFC 6455, section 7.4.1,
// defines 1000 to 1011 and 1015. [Code.Description] has the meanings.
const (
	NormalClosure      Code = 1000
	GoingAway          Code = 1001
	ProtocolError      Code = 1002
	UnsupportedData    Code = 1003
	_                  Code = 1004 // reserved
	NoStatus           Code = 1005 // never sent: the close frame was empty
	AbnormalClosure    Code = 1006 // never sent: no valid close frame was received
	InvalidPayload     Code = 1007
	PolicyViolation    Code = 1008
	MessageTooBig      Code = 1009
	MandatoryExtension Code = 1010
	InternalError      Code = 1011
	ServiceRestart     Code = 1012
	TryAgainLater      Code = 1013
	BadGateway         Code = 1014
	TLSHandshake       Code = 1015 // never sent: the TLS handshake failed
	Unauthorized       Code = 3000
	Forbidden          Code = 3003
	Timeout            Code = 3008
)

// The first codes of the ranges of RFC 6455, section 7.4.2. The last range ends at
// 4999 (section 11.7).
const (
	firstCode    = 1000 // the protocol
	firstLibrary = 3000 // libraries, frameworks and applications
	firstPrivate = 4000 // private use
	firstBeyond  = 5000 // unused
)

// ownSendable has bit n set if 1000+n, one of the protocol's own codes, may be sent:
// 1000-1003 and 1007-1014.
const ownSendable = 0x7f8f

// IsSendable reports whether a close frame may carry c: 1000-1003, 1007-1014 and
// 3000-4999 (RFC 6455, section 7.4, and IANA's registry).
func (c Code) IsSendable() bool {
	// Without branches: a peer chooses the code, and a mispredicted branch costs as
	// much as the rest of Parse.
	own := uint64(ownSendable) >> (c - firstCode)                        // 0 from bit 64 on
	app := (uint64(c-firstLibrary) - (firstBeyond - firstLibrary)) >> 63 // the sign
	return (own|app)&1 != 0
}

// IsApplication reports whether a browser's close(code) accepts c: 1000 and 3000-4999
// (WHATWG WebSockets, section 3.1).
func (c Code) IsApplication() bool {
	return c == NormalClosure || firstLibrary <= c && c < firstBeyond
}

// IsRoutine reports whether c is the code of a planned end: 1000, 1001 or 1005. The
// peer had finished or left. Most other codes are worth a log entry.
func (c Code) IsRoutine() bool {
	return c == NormalClosure || c == GoingAway || c == NoStatus
}

// Class returns the class of c.
func (c Code) Class() Class {
	switch {
	case c < firstCode || c >= firstBeyond:
		return Unused
	case c >= firstPrivate:
		return Private
	case c == Unauthorized || c == Forbidden || c == Timeout:
		return Registered
	case c >= firstLibrary:
		return Library
	case c.IsSendable():
		return Registered
	default:
		return Reserved
	}
}

// String returns the number and the name, as in "1001 (Going Away)". A code without a
// name has its class instead, as in "4001 (private)".
func (c Code) String() string {
	if s, _ := entry(c); s != "" {
		return s
	}
	var buf [maxLabel]byte
	return string(c.AppendTo(buf[:0]))
}

// AppendTo appends the bytes of [Code.String] to b and returns the extended slice.
func (c Code) AppendTo(b []byte) []byte {
	if s, _ := entry(c); s != "" {
		return append(b, s...)
	}
	b = strconv.AppendUint(b, uint64(c), 10)
	b = append(b, " ("...)
	b = append(b, c.Class().String()...)
	return append(b, ')')
}

// maxLabel is the length in bytes of the longest String of a code without a name,
// "2999 (reserved)".
const maxLabel = 15

// Class says who defines a code, and whether it may be sent (RFC 6455, section 7.4.2).
type Class uint8

const (
	// Unused: outside the protocol's numbers (RFC 6455, section 11.7).
	Unused Class = iota
	// Reserved: for the protocol, its extensions and its future versions. None may
	// be sent.
	Reserved
	// Registered: in IANA's registry, and may be sent.
	Registered
	// Library: for libraries, frameworks and applications, but not in IANA's
	// registry.
	Library
	// Private: for private use. IANA registers none of them.
	Private
)

// String returns the name of the class in lower case.
func (k Class) String() string {
	switch k {
	case Unused:
		return "unused"
	case Reserved:
		return "reserved"
	case Registered:
		return "registered"
	case Library:
		return "library"
	case Private:
		return "private"
	default:
		return "unknown class"
	}
}
