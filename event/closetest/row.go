package closetest

import (
	"encoding/hex"
	"fmt"
	"path"
	"strings"
	"time"
)

// A Role says whether the stack under test is the server or the client.
type Role uint8

const (
	ServerRole Role = iota
	ClientRole
)

// String returns "server" or "client".
func (r Role) String() string { return [...]string{"server", "client"}[r&1] }

// MarshalText returns String.
func (r Role) MarshalText() ([]byte, error) { return []byte(r.String()), nil }

// A Level is how strong a rule is (RFC 2119); see the package comment.
type Level uint8

const (
	May Level = iota + 1
	Should
	Must
)

// String returns "MAY", "SHOULD" or "MUST".
func (l Level) String() string {
	if l < May || l > Must {
		return "none"
	}
	return [...]string{"MAY", "SHOULD", "MUST"}[l-May]
}

// MarshalText returns String.
func (l Level) MarshalText() ([]byte, error) { return []byte(l.String()), nil }

// A Row is one test case: what the peer of the stack under test does, and what the stack
// should do.
type Row struct {
	Name    string `json:"name"` // "7.4.1/3"
	Kind    Kind   `json:"kind"`
	Title   string `json:"title"`             // what the peer or the application does: "a close frame with code 1001"
	Source  string `json:"source"`            // the source of Want: "RFC 6455, 7.4.1"
	Why     string `json:"why,omitempty"`     // how to read Source
	Reports string `json:"reports,omitempty"` // public bug reports of such faults
	Level   Level  `json:"level"`             // the strongest level in Want, without TCP; but May if Want.TCP is May
	Close   bool   `json:"close,omitempty"`   // it needs Hooks.Close
	Deflate bool   `json:"deflate,omitempty"` // it needs permessage-deflate (RFC 7692)
	Steps   []Step `json:"steps"`
	Want    Want   `json:"want"`
}

// A Kind says what a row varies.
type Kind string

const (
	Payload Kind = "payload" // the code and the reason of a close frame
	Header  Kind = "header"  // its bits and its length
	Split   Kind = "split"   // how it is split over TCP segments
	Order   Kind = "order"   // the frames around it
	TCP     Kind = "tcp"     // FIN, RST, and peers that stall
	Send    Kind = "send"    // what the application sends
)

// A Step is one thing that the peer does. After the last step, the peer replies to the
// stack's close frame, unless it has sent one already, or a step was Hold, FIN or RST.
// Then it reads until TCP ends.
type Step struct {
	Do     Action `json:"do"`
	Bytes  Hex    `json:"bytes,omitempty"`  // WithHandshake, SendBytes, DripBytes, SlowBytes
	Code   int    `json:"code,omitempty"`   // AskClose
	Reason Hex    `json:"reason,omitempty"` // AskClose; not always UTF-8
}

// An Action is what a Step does.
type Action string

const (
	WithHandshake Action = "handshake" // send Bytes in one write with the response of the opening handshake
	SendBytes     Action = "send"      // send Bytes in one write
	DripBytes     Action = "drip"      // send Bytes in writes of one byte
	SlowBytes     Action = "slow"      // the same, a tenth of Timeout apart
	AskClose      Action = "ask"       // call the Close hook with Code and Reason
	Await         Action = "await"     // read until the stack's close frame
	Pause         Action = "pause"     // wait for 20 ms, so that the next write becomes a segment of its own
	Stall         Action = "stall"     // neither read nor write for one Timeout
	Flood         Action = "flood"     // send pings and read nothing, until the stack stops reading or 8 MB are sent
	Hold          Action = "hold"      // from now on, send neither FIN nor a reply
	FIN           Action = "fin"       // close the peer's direction of TCP
	RST           Action = "rst"       // reset TCP
)

// Hex is binary data, in hexadecimal digits in JSON.
type Hex []byte

// MarshalText returns the digits.
func (h Hex) MarshalText() ([]byte, error) { return []byte(hex.EncodeToString(h)), nil }

// Codes in Want that no close frame carries.
const (
	noFrame  = -1   // no close frame was received
	noStatus = 1005 // a close frame without a payload
	abnormal = 1006 // no valid close frame was received
)

// A Want is what is right in a row. The package comment lists the rules that hold in every row.
type Want struct {
	// Answer has the right codes of the stack's close frame: 1005 for an empty frame, -1
	// for no frame. A code in Note is a May, one in Never breaks a Must, and any other
	// breaks a Should. After a reset, no frame breaks only a Should, because the reset
	// may have destroyed it.
	Answer []int `json:"answer,omitempty"`
	Note   []int `json:"note,omitempty"`
	Never  []int `json:"never,omitempty"`

	// Reported has the reports that are right. Any other report breaks a rule of
	// ReportedLevel, with two exceptions: a code in Never breaks a Must, and 1006 breaks
	// a Should if Row.Close is true. A missing report breaks a Should, and so does a
	// second one.
	Reported      []Reported `json:"reported,omitempty"`
	ReportedLevel Level      `json:"reportedLevel,omitempty"`

	// TCP is the level of the rule that TCP ends within Timeout, 0 for none. If Reset
	// is true, TCP may also end with a reset.
	TCP   Level `json:"tcp,omitempty"`
	Reset bool  `json:"reset,omitempty"`

	// Pong is the payload of a pong that the stack should send.
	Pong Hex `json:"pong,omitempty"`

	// In rows of kind Send, the application calls the stack to close. If Refused is
	// true, the call returns an error and leaves the connection open. Otherwise it sends
	// a close frame with the payload Sent; a call with code 1005 may also return an
	// error. If Sent is not empty, a call breaks a
	// Must if it returns nil without sending Sent, or if it sends nothing and does not
	// return. Anything else that is wrong breaks a Should.
	Refused bool `json:"refused,omitempty"`
	Sent    Hex  `json:"sent,omitempty"`
}

// Reported is what a stack reported to the application about the end of a connection.
type Reported struct {
	Code     int    `json:"code"` // 1005 for an empty close frame, 1006 without a valid one
	Reason   string `json:"reason"`
	WasClean *bool  `json:"wasClean,omitempty"` // nil: not reported
	Times    int    `json:"times,omitempty"`    // how often; 0 means once
}

// String returns the report as in `1001 "bye", clean`.
func (t Reported) String() string {
	s := fmt.Sprint(t.Code)
	if t.Reason != "" {
		s += " " + reasonText(t.Reason)
	}
	if t.WasClean != nil {
		s += map[bool]string{true: ", clean", false: ", not clean"}[*t.WasClean]
	}
	return s
}

func reported(code int, reason string, wasClean bool) Reported {
	return Reported{Code: code, Reason: reason, WasClean: &wasClean}
}

// Section returns the section in the row's name, "7.4.1".
func (r Row) Section() string {
	section, _, _ := strings.Cut(r.Name, "/")
	return section
}

// Match reports whether pattern is r's section ("7.4.1") or kind ("order"), or matches its
// name as in [path.Match] ("7.*/*"). The error is path.ErrBadPattern.
func (r Row) Match(pattern string) (bool, error) {
	if pattern == r.Section() || pattern == string(r.Kind) {
		return true, nil
	}
	return path.Match(pattern, r.Name)
}

// DefaultTimeout is used by a Server or Client whose Timeout is 0.
const DefaultTimeout = 10 * time.Second
