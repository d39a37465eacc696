// closeframe v0.2.0, example.com/closeframe/frame/onefile, MIT licence.

// Package onefile is a single file to copy into a WebSocket stack that cannot add a
// dependency. It parses and appends close payloads by the rules of package frame, with
// codes of type int and reasons of type string. Copy closeframe.go with its first line,
// and change the package clause. It compiles with Go 1.12 and imports only
// unicode/utf8. Its package-level names are unexported and start with close.
//
// Use package frame if you can. This file has no masking, no frame headers and no
// handshake, and it is slower: parsing a reason takes 2.5 to 7 times as long and
// allocates the string; appending one takes up to 2.5 times as long.
package onefile

import "unicode/utf8"

const (
	closeNoStatus      = 1005 // means an empty payload; never sent (RFC 6455, 7.1.5)
	closeInternalError = 1011

	closeMaxReason  = 123 // bytes
	closeMaxPayload = 125 // bytes (RFC 6455, 5.5)
)

// closeError is the type of all errors of this file. Returning one as an error does not
// allocate.
type closeError uint8

const (
	closeErrShortPayload closeError = iota + 1 // a payload of one byte
	closeErrTooLong                            // a reason of over 123 bytes or a payload of over 125
	closeErrCode                               // a code that must not be sent, or a reason without a code
	closeErrUTF8                               // a reason that is not UTF-8
)

func (e closeError) Error() string {
	switch e {
	case closeErrShortPayload:
		return "closeframe: payload is a single byte"
	case closeErrTooLong:
		return "closeframe: length is over the limit of a close frame"
	case closeErrCode:
		return "closeframe: code is not allowed in a close frame"
	case closeErrUTF8:
		return "closeframe: reason is not UTF-8"
	}
	return "closeframe: unknown error"
}

// answer returns the code to reply with to a peer whose payload closeParse rejected
// with e (RFC 6455, 7.4.1).
func (e closeError) answer() int {
	if e == closeErrUTF8 {
		return 1007
	}
	return 1002
}

// closeSendable reports whether a close frame may carry code (RFC 6455, 7.4, and
// IANA's registry).
func closeSendable(code int) bool {
	return 1000 <= code && code <= 1003 || 1007 <= code && code <= 1014 || 3000 <= code && code <= 4999
}

// closeParse returns the code and the reason of a close frame's payload, already
// unmasked. An empty payload is closeNoStatus. On error, which is a closeError, reason
// is empty and code is the code as received. Use that code only in logs, and reply with
// the error's answer.
func closeParse(payload []byte) (code int, reason string, err error) {
	switch len(payload) {
	case 0:
		return closeNoStatus, "", nil
	case 1:
		return 0, "", closeErrShortPayload
	}
	code = int(payload[0])<<8 | int(payload[1])
	switch {
	case len(payload) > closeMaxPayload:
		return code, "", closeErrTooLong
	case !closeSendable(code):
		return code, "", closeErrCode
	case !utf8.Valid(payload[2:]):
		return code, "", closeErrUTF8
	}
	return code, string(payload[2:]), nil
}

// closeCheck returns the closeError for which closeAppend would reject code and
// reason, or nil.
func closeCheck(code int, reason string) error {
	switch {
	case len(reason) > closeMaxReason:
		return closeErrTooLong
	case !closeSendable(code) && (code != closeNoStatus || reason != ""):
		return closeErrCode
	case !utf8.ValidString(reason):
		return closeErrUTF8
	}
	return nil
}

// closeAppend appends the payload of a close frame to dst. For closeNoStatus with an
// empty reason it appends nothing. On error it returns dst unchanged.
func closeAppend(dst []byte, code int, reason string) ([]byte, error) {
	if err := closeCheck(code, reason); err != nil {
		return dst, err
	}
	if code == closeNoStatus {
		return dst, nil
	}
	dst = append(dst, byte(code>>8), byte(code))
	return append(dst, reason...), nil
}

// closeTruncate returns the longest prefix of reason that has at most 123 bytes
// and ends between runes.
func closeTruncate(reason string) string {
	if len(reason) <= closeMaxReason {
		return reason
	}
	for i := closeMaxReason; i > closeMaxReason-utf8.UTFMax; i-- {
		if _, size := utf8.DecodeRuneInString(reason[i:]); utf8.RuneStart(reason[i]) && i+size > closeMaxReason {
			return reason[:i]
		}
	}
	return reason[:closeMaxReason]
}

// closeSanitize returns a code and a reason that closeAppend accepts, to send in place
// of code and reason. It replaces each run of invalid bytes of the reason by U+FFFD and
// then truncates it. It replaces a code that must not be sent by closeInternalError.
func closeSanitize(code int, reason string) (int, string) {
	if !closeSendable(code) && (code != closeNoStatus || reason != "") {
		code = closeInternalError
	}
	if !utf8.ValidString(reason) {
		reason = closeRepair(reason)
	}
	return code, closeTruncate(reason)
}

// closeRepair returns strings.ToValidUTF8(s, "\uFFFD"), which Go 1.12 does not
// have, or a prefix of it of at least 123 bytes.
func closeRepair(s string) string {
	b := make([]byte, 0, closeMaxReason+utf8.UTFMax)
	inRun := false // the previous byte was invalid
	for i := 0; i < len(s) && len(b) < closeMaxReason; {
		r, size := utf8.DecodeRuneInString(s[i:])
		invalid := r == utf8.RuneError && size == 1
		if !invalid {
			b = append(b, s[i:i+size]...)
		} else if !inRun {
			b = append(b, "\uFFFD"...)
		}
		inRun = invalid
		i += size
	}
	return string(b)
}
