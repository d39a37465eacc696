package event

import (
	"example.com/closeframe/code"
	"example.com/closeframe/frame"
)

// State says which close frames of a connection have passed. Malformed close frames
// count too; after Fail, frames from the peer do not.
type State uint8

const (
	// Open: no close frame has passed.
	// https://www.rfc-editor.org/rfc/rfc6455#section-7.1.2
	Open State = iota
	// LocalClosing: we sent a close frame and wait for the peer's. Data that
	// arrives before it is still valid, and pings are still answered (section
	// 5.5.2). On timeout, call End.
	// https://www.rfc-editor.org/rfc/rfc6455#section-5.5.1
	LocalClosing
	// RemoteClosing: the peer sent a close frame and expects ours, which may wait
	// until the message that is being sent is finished. Discard whatever else
	// arrives.
	// https://www.rfc-editor.org/rfc/rfc6455#section-5.5.1
	RemoteClosing
	// Complete: both close frames have passed. The server closes TCP now; the
	// client waits for that, and closes TCP itself after a timeout.
	// https://www.rfc-editor.org/rfc/rfc6455#section-7.1.1
	Complete
	// Closed: End was called and the event is final.
	// https://www.rfc-editor.org/rfc/rfc6455#section-7.1.4
	Closed
)

// String returns the name of the state, "Open" to "Closed".
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

// Handshake is the closing handshake of one connection (RFC 6455, section 7). The
// caller reports what happens; Handshake decides whether a reply is due, what may be
// sent, and the final event. It does no I/O, starts no goroutine and reads no clock.
// The zero value is an open connection.
//
// A Handshake has 132 bytes, most of them for the peer's reason. It is not safe for
// concurrent use: guard it with the lock that orders the connection's writes, so
// that asking, writing and Sent are one step. Set a deadline for each write before
// taking the lock: nothing can be reported while a write blocks. A Handshake must
// not be copied after first use.
//
// When the peer's close frame arrives, in a server or a client, with the lock held:
//
//	err := h.Receive(payload) // unmasked; err is the defect of a malformed one
//	if c, due := h.Reply(); due {
//		b, _ := frame.AppendFrame(buf[:0], c, "") // a client: AppendMasked
//		if _, werr := conn.Write(b); werr != nil {
//			h.WriteFailed()
//		} else {
//			h.Sent(c)
//		}
//	}
//
// A malformed close frame is answered in the same way, with 1002 or 1007.
//
// To close first, also an idle peer, with the lock held:
//
//	if !h.MaySendClose() {
//		return net.ErrClosed
//	}
//	b, err := frame.AppendFrame(buf[:0], c, reason)
//	if err != nil {
//		return err // c or reason cannot be sent; nothing has happened
//	}
//	if _, err := conn.Write(b); err != nil {
//		h.WriteFailed()
//		return err
//	}
//	h.Sent(c)
//
// Then go on reading until the peer's close frame arrives or a timeout expires. Ask
// [Handshake.MaySendData] and [Handshake.MaySendPong] before other frames, and call
// WriteFailed when writing one fails. Call Fail only if the connection itself is
// broken, since it discards what the peer still says.
//
// When the state is Complete, the server closes TCP first: the end that does so
// holds the TIME_WAIT state, and at the server that keeps no new connection out. A
// client waits for the server and closes TCP only after a timeout. After a malformed
// close frame, Fail or WriteFailed, close TCP once our own close frame, if one may be
// sent, is written (RFC 6455, sections 7.1.1 and 7.1.7). Then, or when TCP broke
// earlier, call End and, without the lock, hand its event to [Target.Dispatch].
type Handshake struct {
	_ noCopy
	// remote is the peer's close frame: code and reason, or the code alone of a
	// malformed one. Only End knows whether the end was clean.
	remote CloseEvent
	local  code.Code   // what we sent
	fault  frame.Error // the defect of the peer's close frame, or 0
	facts  facts
}

// noCopy makes go vet report a copy of the struct whose field it is. It is the first
// field: as the last one it would cost bytes.
type noCopy struct{}

func (*noCopy) Lock()   {}
func (*noCopy) Unlock() {}

// facts are what has happened so far.
type facts uint8

const (
	received   facts = 1 << iota // the peer's first close frame, maybe malformed
	sent                         // our close frame
	localFirst                   // and the peer's had not arrived
	broken                       // a write of ours failed
	failed                       // Fail
	ended                        // End
)

func (h *Handshake) has(f facts) bool { return h.facts&f != 0 }

// Receive records a close frame from the peer; payload is unmasked. For a malformed
// one the error is the frame.Error of [frame.Parse], the event at the end will be
// 1006 and not clean, and [Handshake.Reply] is the error's answer. Only the first
// close frame counts: after it, and after Fail or End, Receive changes nothing and
// returns nil.
func (h *Handshake) Receive(payload []byte) error {
	if h.has(received | failed | ended) {
		return nil
	}
	c, reason, err := frame.Parse(payload)
	h.facts |= received
	h.remote.code = c
	if err != nil {
		h.fault = err.(frame.Error)
		return err
	}
	h.remote.length = uint8(len(reason))
	copy(h.remote.reason[:], reason)
	return nil
}

// ReceiveParsed is [Handshake.Receive] for a stack that has parsed the close frame
// already. c and reason are judged as by [frame.Check]; code.NoStatus with an empty
// reason is the empty payload. A code that no close frame can carry, such as 0, 1006
// or 5000, is the defect of a malformed close frame: report the peer's silence by
// End, not by ReceiveParsed.
func (h *Handshake) ReceiveParsed(c int, reason string) error {
	if h.has(received | failed | ended) {
		return nil
	}
	h.facts |= received
	h.remote.code, _ = code.From(c)
	if err := frame.Check(c, reason); err != nil {
		h.fault = err.(frame.Error)
		return err
	}
	h.remote.length = uint8(len(reason))
	copy(h.remote.reason[:], reason)
	return nil
}

// Reply returns the code of the close frame that the peer is due as a reply (RFC
// 6455, section 5.5.1), and whether one is due: from the peer's first close frame
// until Sent, WriteFailed, Fail or End. It is the peer's own code, code.NoStatus for
// an empty payload, or 1002 or 1007 after a malformed close frame; every Append
// function of package frame accepts it. If no reply is due, c is 0.
func (h *Handshake) Reply() (c code.Code, due bool) {
	switch {
	case !h.has(received) || h.has(sent|broken|failed|ended):
		return 0, false
	case h.fault != 0:
		return h.fault.Answer(), true
	default:
		return h.remote.code, true
	}
}

// Sent records that a close frame of ours, with code c, was written whole (RFC 6455,
// section 7.1.2); c is code.NoStatus if it was empty. Only the first counts, whatever
// its code. If the write failed, call WriteFailed instead.
func (h *Handshake) Sent(c code.Code) {
	if h.has(sent | broken | ended) {
		return
	}
	if !h.has(received) {
		h.facts |= localFirst
	}
	h.facts |= sent
	h.local = c
}

// WriteFailed records that a write of ours, of any frame, failed or was cut short.
// The peer would read whatever follows as the rest of that frame. So nothing may be
// sent any more and no reply is due; before Sent, the end is not clean. What the peer
// sends still counts.
func (h *Handshake) WriteFailed() { h.facts |= broken }

// Fail records that the connection failed for another reason than a malformed close
// frame (RFC 6455, section 7.1.7): a malformed frame, text that is not UTF-8, a
// message too big. Nothing received from now on counts, so without a valid close
// frame before it the event is 1006 and not clean. No reply is due any more, though
// one close frame of our own may still be sent, followed by Sent. The state may never
// become Complete then: do not wait for it.
//
// An idle peer is no such failure: close first, as above, and its reply counts.
func (h *Handshake) Fail() { h.facts |= failed }

// MaySendData reports whether a data frame may be sent: no close frame has passed,
// and neither Fail, WriteFailed nor End was called. A message begun before the
// peer's close frame may be finished before the reply (RFC 6455, section 5.5.1).
func (h *Handshake) MaySendData() bool { return !h.has(received | sent | broken | failed | ended) }

// MaySendPong reports whether a ping is still answered: the peer's close frame has
// not arrived (RFC 6455, section 5.5.2), and neither Fail, WriteFailed nor End was
// called.
func (h *Handshake) MaySendPong() bool { return !h.has(received | broken | failed | ended) }

// MaySendClose reports whether a close frame may be sent: none of ours was, and
// neither WriteFailed nor End was called.
func (h *Handshake) MaySendClose() bool { return !h.has(sent | broken | ended) }

// State returns which close frames have passed.
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

// End records that the transport is gone and returns the close event (RFC 6455,
// sections 7.1.4 to 7.1.6): code and reason of the first close frame received, clean
// if ours was sent too, or [Abnormal]. It may be called at any moment and is final:
// nothing reported afterwards changes the event, and calling it again returns the
// same.
func (h *Handshake) End() CloseEvent {
	h.facts |= ended
	if !h.has(received) || h.fault != 0 {
		return Abnormal()
	}
	e := h.remote
	e.wasClean = h.has(sent)
	return e
}

// Local returns the code of the close frame that we sent, and whether we did. Like
// Remote, LocalFirst and Fault, it also answers after End.
func (h *Handshake) Local() (c code.Code, ok bool) { return h.local, h.has(sent) }

// Remote returns the code of the first close frame received, and whether a valid one
// was: c is 0 after a malformed one.
func (h *Handshake) Remote() (c code.Code, ok bool) {
	if !h.has(received) || h.fault != 0 {
		return 0, false
	}
	return h.remote.code, true
}

// LocalFirst reports whether our close frame was sent before one from the peer
// counted; after Fail none does.
func (h *Handshake) LocalFirst() bool { return h.has(localFirst) }

// Fault returns the defect of a malformed first close frame, a frame.Error, and the
// code as received, or 0 and nil. The code is 0 if the payload had only one byte, or
// if ReceiveParsed was given one outside 16 bits. It is for logs and for
// [Error.Refused]: never send it.
func (h *Handshake) Fault() (c code.Code, err error) {
	if h.fault == 0 {
		return 0, nil
	}
	return h.remote.code, h.fault
}
