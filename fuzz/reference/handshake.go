package reference

import (
	"unicode/utf8"

	"example.com/closeframe/frame"
)

// FactKind is a kind of fact that event.Handshake records.
type FactKind uint8

// The kinds have the names of the methods of event.Handshake.
const (
	Receive       FactKind = iota // a close frame with Payload was received
	ReceiveParsed                 // a close frame with Code and Reason was received
	Sent                          // a close frame of ours with Code was written whole
	WriteFailed                   // a write of ours failed or was cut short
	Fail                          // the connection failed for another reason
	End                           // TCP was closed
)

// Fact is one thing that happened. The fields that its kind does not use are zero.
type Fact struct {
	Kind    FactKind
	Payload []byte // of Receive
	Code    int    // of ReceiveParsed and Sent; 1005 is an empty payload
	Reason  string // of ReceiveParsed
}

// History is everything that happened to one connection, in order. It is the reference of
// event.Handshake: it has no state but the facts, and each method applies a sentence of
// RFC 6455 to all of them.
type History []Fact

// Judge returns the code and the reason of the close frame that f reports. If the frame
// is malformed, it returns the error and the code as received, or 0 if that is not of 16
// bits.
func (f Fact) Judge() (code int, reason string, err frame.Error) {
	code, reason = f.Code, f.Reason
	tooLong := len(reason) > 123
	if f.Kind == Receive {
		switch {
		case len(f.Payload) == 0:
			// 7.1.5: "If this Close control frame contains no status code, _The
			// WebSocket Connection Close Code_ is considered to be 1005."
			return 1005, "", 0
		case len(f.Payload) == 1:
			// 5.5.1: "If there is a body, the first two bytes of the body MUST be
			// a 2-byte unsigned integer".
			return 0, "", frame.ErrShortPayload
		}
		code = int(f.Payload[0])*256 + int(f.Payload[1])
		reason = string(f.Payload[2:])
		tooLong = len(f.Payload) > 125
	} else if code == 1005 && reason == "" {
		return 1005, "", 0
	}
	if tooLong {
		// 5.5: "All control frames MUST have a payload length of 125 bytes or
		// less".
		return bits16(code), "", frame.ErrTooLong
	}
	// 7.4.2: "Status codes in the range 0-999 are not used." 7.4.1: 1004 is
	// "Reserved", and 1005, 1006 and 1015 are each "a reserved value and MUST NOT
	// be set as a status code in a Close control frame by an endpoint". 1012 to
	// 1014 have been registered since; 1016 to 2999 have not, and past 4999 there
	// is no range.
	switch {
	case code < 1000, code == 1004, code == 1005, code == 1006:
		return bits16(code), "", frame.ErrCode
	case 1015 <= code && code <= 2999, code >= 5000:
		return bits16(code), "", frame.ErrCode
	}
	// 5.5.1: "Following the 2-byte integer, the body MAY contain UTF-8-encoded
	// data with value /reason/".
	if !utf8.ValidString(reason) {
		return code, "", frame.ErrUTF8
	}
	return code, reason, 0
}

// bits16 returns code if it fits in 16 bits, else 0.
func bits16(code int) int {
	if code < 0 || code > 65535 {
		return 0
	}
	return code
}

// before returns the facts before the first one of kind k, or all if there is none.
func (h History) before(k FactKind) History {
	for i, f := range h {
		if f.Kind == k {
			return h[:i]
		}
	}
	return h
}

// alive returns the facts before End.
//
// 7.1.4: "When the underlying TCP connection is closed, it is said that _The
// WebSocket Connection is Closed_". Nothing can happen after that.
func (h History) alive() History { return h.before(End) }

// theirs returns the index of the peer's first close frame, or -1.
//
// 7.1.7: "An endpoint MUST NOT continue to attempt to process data (including a
// responding Close frame) from the remote endpoint after being instructed to
// _Fail the WebSocket Connection_."
func (h History) theirs() int {
	for i, f := range h.alive().before(Fail) {
		if f.Kind == Receive || f.Kind == ReceiveParsed {
			return i
		}
	}
	return -1
}

// ours returns the index of our first close frame, or -1.
//
// 5.5.1: "The application MUST NOT send any more data frames after sending a
// Close frame"; so no second one counts. Nor does one after a failed write: the peer
// would read it as the rest of the partial frame (5.2).
func (h History) ours() int {
	for i, f := range h.alive().before(WriteFailed) {
		if f.Kind == Sent {
			return i
		}
	}
	return -1
}

// happened reports whether there is a fact of kind k.
func (h History) happened(k FactKind) bool { return len(h.before(k)) < len(h) }

// Returned returns the error that recording the last fact must return: that of the peer's
// first close frame if the fact reports it, else 0.
func (h History) Returned() frame.Error {
	last := len(h) - 1
	if last < 0 || h.theirs() != last {
		return 0
	}
	_, _, err := h[last].Judge()
	return err
}

// Reply returns the code of the reply that is due, and whether one is due.
func (h History) Reply() (code int, due bool) {
	// 5.5.1: "If an endpoint receives a Close frame and did not previously send a
	// Close frame, the endpoint MUST send a Close frame in response."
	i := h.theirs()
	if i < 0 || h.ours() >= 0 {
		return 0, false
	}
	// 7.1.7: "If _The WebSocket Connection is Established_ prior to the point where
	// the endpoint is required to _Fail the WebSocket Connection_, the endpoint
	// SHOULD send a Close frame with an appropriate status code": that is not a
	// reply. 7.1.4: after End there is no connection. 5.2: after a part of a frame,
	// nothing can be sent.
	if h.happened(Fail) || h.happened(End) || h.happened(WriteFailed) {
		return 0, false
	}
	code, _, err := h[i].Judge()
	switch err {
	case 0:
		// 5.5.1: "When sending a Close frame in response, the endpoint typically
		// echos the status code it received."
		return code, true
	case frame.ErrUTF8:
		// 7.4.1: "1007 indicates that an endpoint is terminating the connection
		// because it has received data within a message that was not consistent
		// with the type of the message (e.g., non-UTF-8 [RFC3629] data within a
		// text message)."
		return 1007, true
	default:
		// 7.4.1: "1002 indicates that an endpoint is terminating the connection
		// due to a protocol error."
		return 1002, true
	}
}

// MaySend returns which frames may be sent: data, a pong, a close frame.
func (h History) MaySend() (data, pong, closing bool) {
	// 5.2: the peer reads anything after a part of a frame as the rest of it. 7.1.4:
	// after End there is no connection.
	if h.happened(WriteFailed) || h.happened(End) {
		return false, false, false
	}
	// 5.5.1: "The application MUST NOT send any more data frames after sending a
	// Close frame." After Fail (7.1.7) only the close frame may be sent.
	working := !h.happened(Fail) && h.theirs() < 0
	// 5.5.2: "Upon receipt of a Ping frame, an endpoint MUST send a Pong frame in
	// response, unless it already received a Close frame."
	return working && h.ours() < 0, working, h.ours() < 0
}

// State returns the name of the handshake's state.
func (h History) State() string {
	switch {
	case len(h.alive()) < len(h):
		// 7.1.4: "When the underlying TCP connection is closed, it is said that
		// _The WebSocket Connection is Closed_ and that the WebSocket connection
		// is in the CLOSED state."
		return "Closed"
	case h.ours() >= 0 && h.theirs() >= 0:
		// 5.5.1: "After both sending and receiving a Close message, an endpoint
		// considers the WebSocket connection closed and MUST close the underlying
		// TCP connection."
		return "Complete"
	case h.ours() >= 0:
		// 7.1.3: "Upon either sending or receiving a Close control frame, it is
		// said that _The WebSocket Closing Handshake is Started_".
		return "LocalClosing"
	case h.theirs() >= 0:
		return "RemoteClosing"
	default:
		return "Open"
	}
}

// Local returns the code of the close frame that we sent, and whether we did.
func (h History) Local() (code int, ok bool) {
	if i := h.ours(); i >= 0 {
		return h[i].Code, true
	}
	return 0, false
}

// Remote returns the code of the first close frame received, or false if there was none or
// it was malformed.
//
// 7.1.5: "_The WebSocket Connection Close Code_ is defined as the status code
// (Section 7.4) contained in the first Close control frame received by the
// application implementing this protocol."
func (h History) Remote() (code int, ok bool) {
	if i := h.theirs(); i >= 0 {
		if code, _, err := h[i].Judge(); err == 0 {
			return code, true
		}
	}
	return 0, false
}

// Fault returns the code as received and the error of the peer's first close frame, or 0
// and 0.
func (h History) Fault() (code int, err frame.Error) {
	if i := h.theirs(); i >= 0 {
		if code, _, err := h[i].Judge(); err != 0 {
			return code, err
		}
	}
	return 0, 0
}

// LocalFirst reports whether our close frame was sent before the peer's was received.
func (h History) LocalFirst() bool {
	return h.ours() >= 0 && (h.theirs() < 0 || h.ours() < h.theirs())
}

// End returns the three parts of the event, if the connection has ended or ends now.
func (h History) End() (code int, reason string, clean bool) {
	// 7.1.5: "If _The WebSocket Connection is Closed_ and no Close control frame
	// was received by the endpoint (such as could occur if the underlying transport
	// connection is lost), _The WebSocket Connection Close Code_ is considered to
	// be 1006."
	i := h.theirs()
	if i < 0 {
		return 1006, "", false
	}
	// A malformed frame fails the connection and is not processed (7.1.7). So it
	// counts as not received.
	code, reason, err := h[i].Judge()
	if err != 0 {
		return 1006, "", false
	}
	// 7.1.6: "_The WebSocket Connection Close Reason_ is defined as the
	// UTF-8-encoded data following the status code (Section 7.4) contained in the
	// first Close control frame received by the application".
	//
	// 7.1.4: "If the TCP connection was closed after the WebSocket closing
	// handshake was completed, the WebSocket connection is said to have been closed
	// _cleanly_." 7.1.2: "Once an endpoint has both sent and received a Close
	// control frame, that endpoint SHOULD _Close the WebSocket Connection_".
	return code, reason, h.ours() >= 0
}
