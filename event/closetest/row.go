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

// A Level is how strong a demand is (RFC 2119).
type Level uint8

const (
	May    Level = iota + 1 // allowed but unusual; an error only for Err(May)
	Should                  // an error if the caller is strict
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

// A Row is a test of one connection: what closetest sends as the peer of the stack
// under test, and what the stack should do.
type Row struct {
	Name    string `json:"name"`              // a section of RFC 6455 and a number, "7.4.1/3"; it does not change between releases
	Kind    Kind   `json:"kind"`              // what varies
	Title   string `json:"title"`             // what the peer does, "a close frame with code 1001"
	Source  string `json:"source"`            // where Want comes from, "RFC 6455, 7.4.1"
	Why     string `json:"why,omitempty"`     // how Source is read
	Reports string `json:"reports,omitempty"` // public bug reports of the same kind of fault
	Level   Level  `json:"level"`             // the strongest demand of Want, not counting TCP
	Close   bool   `json:"close,omitempty"`   // the application has to close: the row needs Hooks.Close
	Deflate bool   `json:"deflate,omitempty"` // the row needs permessage-deflate (RFC 7692)
	Steps   []Step `json:"steps"`
	Want    Want   `json:"want"`
}

// A Kind says what the rows of a group vary.
type Kind string

const (
	Payload Kind = "payload" // the code and reason of a close frame
	Header  Kind = "header"  // the bits and the length before them
	Split   Kind = "split"   // how the bytes are spread over TCP segments
	Order   Kind = "order"   // frames around the close frame
	TCP     Kind = "tcp"     // FIN, RST, and peers that stall
	Send    Kind = "send"    // what the application asks to send
)

// A Step is one thing that the peer does. After the last step the peer replies to the
// stack's close frame, unless the peer has already sent one, and reads until TCP ends.
type Step struct {
	Do     Action `json:"do"`
	Bytes  Hex    `json:"bytes,omitempty"`  // WithHandshake, SendBytes, DripBytes, SlowBytes
	Code   int    `json:"code,omitempty"`   // AskClose
	Reason Hex    `json:"reason,omitempty"` // AskClose; not always UTF-8
}

// An Action is what a Step does.
type Action string

const (
	WithHandshake Action = "handshake" // Bytes in one write with the peer's half of the opening handshake
	SendBytes     Action = "send"      // Bytes in one write
	DripBytes     Action = "drip"      // Bytes in one write each
	SlowBytes     Action = "slow"      // a tenth of the timeout between the bytes: with the default of 10 seconds, a byte a second
	AskClose      Action = "ask"       // the Close hook is called with Code and Reason
	Await         Action = "await"     // read until the stack's close frame
	Pause         Action = "pause"     // wait a moment, so that the next write is a segment of its own
	Stall         Action = "stall"     // neither read nor write for a whole timeout
	Flood         Action = "flood"     // pings, and no read, until the stack stops reading
	Hold          Action = "hold"      // never send FIN, and never answer a close frame
	FIN           Action = "fin"       // end the peer's direction of TCP
	RST           Action = "rst"       // reset the connection
)

// Hex is binary data, in hexadecimal digits in JSON.
type Hex []byte

// MarshalText returns the digits.
func (h Hex) MarshalText() ([]byte, error) { return []byte(hex.EncodeToString(h)), nil }

// Codes in Want that no close frame carries.
const (
	noFrame  = -1   // no close frame came
	noStatus = 1005 // a close frame without a payload
	abnormal = 1006 // no valid close frame came
)

// A Want is what is right in a row. The package comment lists the demands that hold in
// every row.
type Want struct {
	// Answer has the codes of the close frames that are right, 1005 for an empty
	// payload, -1 for none. Those in Note are allowed but unusual, those in Never
	// break a MUST, and all others break a SHOULD.
	Answer []int `json:"answer,omitempty"`
	Note   []int `json:"note,omitempty"`
	Never  []int `json:"never,omitempty"`

	// Reported has what the stack may report. Anything else breaks ReportedLevel;
	// a code in Never breaks a MUST.
	Reported      []Reported `json:"reported,omitempty"`
	ReportedLevel Level      `json:"reportedLevel,omitempty"`

	// TCP is the level at which TCP has to end, within the timeout. Reset says
	// that a reset is as good as FIN.
	TCP   Level `json:"tcp,omitempty"`
	Reset bool  `json:"reset,omitempty"`

	// Pong demands a pong with this payload before the peer's close frame.
	Pong Hex `json:"pong,omitempty"`

	// In rows of kind Send the call must return an error and leave the connection
	// open (Refused), or send a close frame with the payload Sent.
	Refused bool `json:"refused,omitempty"`
	Sent    Hex  `json:"sent,omitempty"`
}

// Reported is what a stack reported to the application about the end of its
// connection.
type Reported struct {
	Code     int    `json:"code"` // 1005 for an empty close frame, 1006 where no valid one came
	Reason   string `json:"reason"`
	WasClean *bool  `json:"wasClean,omitempty"` // nil: not reported
	Times    int    `json:"times,omitempty"`    // how often; 0 is once
}

// String returns the event for people, as in `1001 "bye", clean`.
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

// Match reports whether pattern is r's section (such as "7.4.1") or its kind (such as
// "order"), or matches its name by [path.Match] ("7.4.1/3", "7.*/*"). The error is
// path.ErrBadPattern.
func (r Row) Match(pattern string) (bool, error) {
	if pattern == r.Section() || pattern == string(r.Kind) {
		return true, nil
	}
	return path.Match(pattern, r.Name)
}

// DefaultTimeout bounds each wait of a row unless the caller says otherwise.
const DefaultTimeout = 10 * time.Second
