// Package code classifies WebSocket close codes.
//
// Each of the 65,536 codes has a [Class] and a [Code.Description]. Two methods report
// where a code is allowed: in a close frame, and in close(code) of a browser.
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
// [From] converts the code type of any other WebSocket stack without truncation.
//
// The sources are RFC 6455, section 7.4, and IANA's WebSocket Close Code Number
// Registry of 2026-06-10. Only [Code.String] of a code without a name allocates, and
// [Code.AppendTo] if its slice is too small.
package code

import "strconv"

// Code is the status code of a closed WebSocket connection. A close frame carries it in
// the first two bytes of its payload (RFC 6455, section 5.5.1); 1005, 1006 and 1015 are
// only reported. Every uint16 is a Code.
type Code uint16 // no text marshaler: in JSON it would become a string

// The codes of RFC 6455, section 7.4.1, and of IANA's registry. 1004 is
// reserved and has no constant.
const (
	NormalClosure      Code = 1000 // RFC 6455, section 7.4.1
	GoingAway          Code = 1001 // RFC 6455, section 7.4.1
	ProtocolError      Code = 1002 // RFC 6455, section 7.4.1
	UnsupportedData    Code = 1003 // RFC 6455, section 7.4.1
	_                  Code = 1004 // reserved by RFC 6455, section 7.4.1
	NoStatus           Code = 1005 // never sent: reports an empty close frame
	AbnormalClosure    Code = 1006 // never sent: reports that no valid close frame was received
	InvalidPayload     Code = 1007 // RFC 6455, section 7.4.1
	PolicyViolation    Code = 1008 // RFC 6455, section 7.4.1
	MessageTooBig      Code = 1009 // RFC 6455, section 7.4.1
	MandatoryExtension Code = 1010 // RFC 6455, section 7.4.1
	InternalError      Code = 1011 // RFC 6455, section 7.4.1, and its erratum 3227
	ServiceRestart     Code = 1012 // IANA
	TryAgainLater      Code = 1013 // IANA
	BadGateway         Code = 1014 // IANA
	TLSHandshake       Code = 1015 // never sent: reports that the TLS handshake failed
	Unauthorized       Code = 3000 // IANA
	Forbidden          Code = 3003 // IANA
	Timeout            Code = 3008 // IANA
)

// Where the ranges of RFC 6455, section 7.4.2, begin. The last one ends at 4999
// (section 11.7).
const (
	firstCode    = 1000 // the protocol
	firstLibrary = 3000 // libraries, frameworks and applications
	firstPrivate = 4000 // private use
	firstBeyond  = 5000 // unused
)

// ownSendable has bit n set if a close frame may carry 1000+n: 1000-1003, 1007-1014.
const ownSendable = 0x7f8f

// IsSendable reports whether a close frame may carry c: 1000-1003, 1007-1014 and
// 3000-4999 (RFC 6455, sections 7.4.1 and 7.4.2, and the codes that IANA has
// registered since).
func (c Code) IsSendable() bool {
	// Without branches: a peer chooses the code, and a mispredicted branch costs as
	// much as the rest of Parse.
	own := uint64(ownSendable) >> (c - firstCode)                        // 0 from bit 64 on
	app := (uint64(c-firstLibrary) - (firstBeyond - firstLibrary)) >> 63 // the sign
	return (own|app)&1 != 0
}

// IsApplication reports whether a browser's WebSocket.close(code) accepts c: 1000
// and 3000-4999 (WHATWG WebSockets, section 3.1).
func (c Code) IsApplication() bool {
	return c == NormalClosure || firstLibrary <= c && c < firstBeyond
}

// IsRoutine reports whether c is the code of a planned end: 1000, 1001 or 1005. The
// peer had finished or left. Log any other code.
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

// String returns the number and, in parentheses, the name, or the class if c has no
// name: "1001 (Going Away)", "4001 (private)", "3500 (library)", "2999 (reserved)",
// "999 (unused)".
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

// Class is a group of codes with one meaning (RFC 6455, section 7.4.2).
type Class uint8

const (
	// Unused is 0-999 and 5000-65535, which the protocol does not define (RFC
	// 6455, sections 7.4.2 and 11.7).
	Unused Class = iota
	// Reserved is 1004, 1005, 1006, 1015 and 1016-2999: kept for the protocol,
	// its extensions and its future versions. No close frame may carry one.
	Reserved
	// Registered is 1000-1003, 1007-1014, 3000, 3003 and 3008: in IANA's registry,
	// and allowed in a close frame.
	Registered
	// Library is the rest of 3000-3999: for libraries, frameworks and
	// applications, but not in IANA's registry.
	Library
	// Private is 4000-4999: for private use; IANA registers none of them.
	Private
)

// String returns the class in lower case: "unused", "reserved", "registered",
// "library" or "private".
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
