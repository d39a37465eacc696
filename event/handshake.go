package event

import (
	"example.com/closeframe/code"
	"example.com/closeframe/frame"
)

// State is how far the closing handshake of a connection has come. Its frames
// count as they pass, malformed ones too; after Fail the peer's count no more.
type State uint8

const (
	// Open: no close frame has passed. One may be sent at any time; after it,
	// Sent. https://www.rfc-editor.org/rfc/rfc6455#section-7.1.2
	Open State = iota
	// LocalClosing: ours was sent, the peer's is awaited, for as long as the
	// caller's patience lasts, and then End; data that arrives before it is still
	// good. No data and no second close frame may be sent; a ping is still to be
	// answered (section 5.5.2).
	// https://www.rfc-editor.org/rfc/rfc6455#section-5.5.1
	LocalClosing
	// RemoteClosing: the peer's came, ours is owed: send Reply's code, then
	// Sent; after Fail it only may be sent. What arrives is to be discarded.
	// https://www.rfc-editor.org/rfc/rfc6455#section-5.5.1
	RemoteClosing
	// Complete: both have passed and nothing more may be sent. The server
	// closes TCP now; the client waits for that, or closes it after a time.
	// https://www.rfc-editor.org/rfc/rfc6455#section-7.1.1
	Complete
	// Closed: End was called, the event is final.
	// https://www.rfc-editor.org/rfc/rfc6455#section-7.1.4
	Closed
)

// String returns the name of the state, "Open" to "Closed". It does not allocate.
func (s State) String() string {
	switch s {
	case Open:
		return "Open"
	case LocalClosing:
		return "LocalClosing"
	case RemoteClosing:
		return "RemoteClosing"
	case Complete:
		return "Complete"
	case Closed:
		return "Closed"
	default:
		return "unknown state"
	}
}

// Handshake is the closing handshake of one connection (RFC 6455, section 7). It
// is told the facts as they happen and says what is owed and, at the end, what the
// close event is. It does no I/O, starts no goroutine, reads no clock and does not
// allocate. The zero value is an open connection.
//
// A Handshake has 132 bytes, most of them the peer's reason. It is not safe for
// concurrent use: guard it with the lock that orders the connection's writes, so
// that asking State or Reply, writing and Sent are one step. Give each write a
// deadline before taking the lock: while a write blocks, nothing else can be told.
// A Handshake must not be copied once used.
//
// When the peer's close frame arrives, in a server or a client, with the lock
// held:
//
//	err := h.Receive(payload)      // unmasked; err says what is wrong with it
//	if c, due := h.Reply(); due {
//		b, _ := frame.AppendFrame(buf[:0], c, "")  // a client: AppendMasked
//		if _, err := conn.Write(b); err == nil {
//			h.Sent(c)
//		}
//	}
//
// To close first, with the lock held:
//
//	if h.State() == event.Open {
//		b, err := frame.AppendFrame(buf[:0], c, reason)
//		if err != nil {
//			return err // c or reason cannot be sent
//		}
//		if _, err := conn.Write(b); err == nil {
//			h.Sent(c)
//		}
//	}
//
// and go on reading until the peer's close frame comes or patience ends. To fail
// the connection, with the lock held, call Fail; while State is Open or
// RemoteClosing a close frame may still be sent, in the same way.
//
// Once the state is Complete the server closes TCP first, so that the TIME_WAIT
// state is held at its end, where it keeps no new connection out; a client waits
// for that and closes TCP itself only after a time. After a malformed close or
// Fail whoever found it closes TCP once its own close frame, if any, is written
// (RFC 6455, sections 7.1.1 and 7.1.7). Then, or when TCP broke earlier:
//
//	e := h.End()
//
// and, without the lock, hand e to the listeners ([Target.Dispatch]).
type Handshake struct {
	// event is the peer's close; whether it is clean only End can say. After a
	// malformed one it holds no more than the code of the reply.
	event CloseEvent
	local code.Code // what we sent
	facts facts
}

// facts are what has happened so far.
type facts uint8

const (
	received   facts = 1 << iota // the peer's first close frame
	malformed                    // and it was no good one
	sent                         // our close frame
	localFirst                   // and the peer's had not come
	failed
	ended
)

func (h *Handshake) has(f facts) bool { return h.facts&f != 0 }

// Receive tells that a close frame of the peer arrived; payload is unmasked and
// not kept. The error is the frame.Error of [frame.Parse] where the payload is
// malformed: the end will be 1006 and not clean, and [Handshake.Reply] carries the
// error's answer. Only the first close frame counts: after it, and after Fail or
// End, Receive judges nothing, changes nothing and returns nil.
func (h *Handshake) Receive(payload []byte) error {
	if h.has(received | failed | ended) {
		return nil
	}
	c, reason, err := frame.Parse(payload)
	if err != nil {
		h.refuse(err.(frame.Error))
		return err
	}
	h.facts |= received
	h.event.code, h.event.length = c, uint8(len(reason))
	copy(h.event.reason[:], reason)
	return nil
}

// Accept is [Handshake.Receive] for a stack that has parsed the close frame
// already; whether e was clean is not looked at. An event that no close frame can
// carry, such as one with code 0, 1006, 1015 or 5000, counts as a malformed one: a
// stack must not tell the peer's silence by Accept, but by End.
func (h *Handshake) Accept(e CloseEvent) {
	if h.has(received | failed | ended) {
		return
	}
	var buf [frame.MaxPayload]byte
	if _, err := e.AppendPayload(buf[:0]); err != nil {
		h.refuse(err.(frame.Error))
		return
	}
	h.facts |= received
	h.event = e
}

// refuse notes a first close frame that is malformed.
func (h *Handshake) refuse(e frame.Error) {
	h.facts |= received | malformed
	h.event.code = e.Answer()
}

// Reply returns the code of the close frame that is owed to the peer (RFC 6455,
// section 5.5.1), and whether one is: from the peer's first close frame until
// Sent, Fail or End. It is the peer's own code, code.NoStatus for an empty
// payload, or after a malformed close 1002 or 1007; so any Append function of
// package frame takes it. Where none is owed c is 0.
func (h *Handshake) Reply() (c code.Code, due bool) {
	if !h.has(received) || h.has(sent|failed|ended) {
		return 0, false
	}
	return h.event.code, true
}

// Sent tells that our close frame, with code c, was written whole (RFC 6455,
// section 7.1.2); c is code.NoStatus where it was empty. Do not call it if the
// write failed: a part may have left, so that nothing else can be sent. Only the
// first counts.
func (h *Handshake) Sent(c code.Code) {
	if h.has(sent | ended) {
		return
	}
	if !h.has(received) {
		h.facts |= localFirst
	}
	h.facts |= sent
	h.local = c
}

// Fail tells that the connection failed for another reason than a malformed close
// (RFC 6455, section 7.1.7): a broken frame, text that is not UTF-8, a time-out.
// Nothing received from now on counts, so that without a good close frame before
// it the end is 1006 and not clean. No reply is owed any more; the stack may still
// send one close frame of its own while [Handshake.State] is Open or
// RemoteClosing, and tell Sent. After Fail the state may never become Complete: do
// not wait for it.
func (h *Handshake) Fail() { h.facts |= failed }

// State returns how far the handshake has come. In LocalClosing, Complete and
// Closed no further close frame may leave.
func (h *Handshake) State() State {
	switch {
	case h.has(ended):
		return Closed
	case !h.has(sent) && !h.has(received):
		return Open
	case !h.has(received):
		return LocalClosing
	case !h.has(sent):
		return RemoteClosing
	default:
		return Complete
	}
}

// End tells that the transport is gone and returns the close event (RFC 6455,
// sections 7.1.4 to 7.1.6): code and reason of the first close frame received,
// clean if ours was sent too; else [Abnormal]. It may be called at any moment. It
// is final: facts after it change nothing, and End again returns the same.
func (h *Handshake) End() CloseEvent {
	h.facts |= ended
	if !h.has(received) || h.has(malformed) {
		return Abnormal()
	}
	e := h.event
	e.wasClean = h.has(sent)
	return e
}

// Local returns the code of the close frame that we sent, and whether we did.
func (h *Handshake) Local() (c code.Code, ok bool) { return h.local, h.has(sent) }

// Remote returns the code of the first close frame that came, and whether a good
// one came: after a malformed one c is 0 and ok is false.
func (h *Handshake) Remote() (c code.Code, ok bool) {
	if !h.has(received) || h.has(malformed) {
		return 0, false
	}
	return h.event.code, true
}

// LocalFirst reports whether our close frame was sent before one of the peer came
// that counts; after Fail none does.
func (h *Handshake) LocalFirst() bool { return h.has(localFirst) }
