package event

import (
	"example.com/closeframe/code"
	"example.com/closeframe/frame"
)

// Handshake is the closing handshake of one connection (RFC 6455, section 7). The
// caller reports what happens; Handshake decides whether a reply is due, what may be
// sent, and the final event. It does no I/O, starts no goroutine and reads no clock.
// The zero value is an open connection.
//
// A Handshake is not safe for concurrent use. Guard it with the lock that orders the
// connection's writes, and hold that lock while you call Reply, write the frame and call
// Sent. Set a write deadline before you take the lock, because a blocked write also
// blocks Receive and End. A Handshake must not be copied after first use. It has 132
// bytes, most of them for the peer's reason.
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
// To start the closing handshake, also with an idle peer, with the lock held:
//
//	if !h.MaySendClose() {
//		return net.ErrClosed
//	}
//	b, err := frame.AppendFrame(buf[:0], c, reason)
//	if err != nil {
//		return err // c or reason cannot be sent; the state is unchanged
//	}
//	if _, err := conn.Write(b); err != nil {
//		h.WriteFailed()
//		return err
//	}
//	h.Sent(c)
//
// Then keep reading until the peer's close frame arrives or a timeout expires. Ask
// [Handshake.MaySendData] before a message and [Handshake.MaySendPong] before a pong, and
// call WriteFailed when writing one fails. Call Fail to fail the connection (section
// 7.1.7): for a malformed header, even of a close frame, for text that is not UTF-8, or
// for a message that is too big. Later frames from the peer are ignored.
//
// When the state is Complete, the server closes TCP first, so that the TIME_WAIT
// state stays with the server. A client waits for that, and closes TCP itself after a
// timeout (section 7.1.1). After a malformed close frame or Fail, send a close frame if
// [Handshake.MaySendClose] reports true. Then close TCP. After WriteFailed, close TCP.
//
// Do not hold the lock while you wait for the peer. When TCP is closed, call End with the
// lock held. Then release it and pass the event to [Target.Dispatch].
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

// Receive records a close frame from the peer; payload is already unmasked. For a
// malformed payload it returns the frame.Error of [frame.Parse]. The event will then be
// 1006 and not clean, and [Handshake.Reply] returns the error's answer. Receive records
// only the first close frame: later calls, and calls after Fail or End, change nothing
// and return nil.
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
// already. It checks c and reason as [frame.Check] does; code.NoStatus with an empty
// reason is the empty payload. A code that no close frame can carry, such as 0, 1006 or
// 5000, counts as malformed. If no close frame arrived, call only End.
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

// Reply reports whether a close frame is due as a reply, and its code (RFC 6455,
// section 5.5.1). A reply is due from the peer's first close frame until Sent,
// WriteFailed, Fail or End. The code is the peer's own, code.NoStatus for an empty
// payload, or 1002 or 1007 after a malformed close frame. Every Append function of
// package frame accepts it.
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

// Sent records that we wrote a complete close frame with code c (RFC 6455, section
// 7.1.2); c is code.NoStatus if it was empty. Only the first counts, whatever its code.
// If the write failed, call WriteFailed instead.
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
// The peer would read whatever follows as the rest of that frame, so nothing more may be
// sent, and no reply is due. Without an earlier Sent, the end is not clean. Frames from
// the peer still count.
func (h *Handshake) WriteFailed() { h.facts |= broken }

// Fail records that we fail the connection for a reason other than a malformed close
// payload (RFC 6455, section 7.1.7): a malformed header, text that is not UTF-8, a
// message too big. Later close frames from the peer are ignored. Unless a valid one was
// received before, the event is 1006 and not clean. No reply is due. If MaySendClose
// reports true, you may still send a close frame and call Sent. Do not wait for the state
// Complete.
//
// Do not call Fail for an idle peer: start the closing handshake, and the peer's reply
// counts.
func (h *Handshake) Fail() { h.facts |= failed }

// MaySendData reports whether a message may be begun: no close frame was sent or
// received, and neither Fail, WriteFailed nor End was called. You may finish a message
// that was begun before the peer's close frame arrived, and reply after it (RFC 6455,
// section 5.5.1).
func (h *Handshake) MaySendData() bool { return !h.has(received | sent | broken | failed | ended) }

// MaySendPong reports whether a pong may be sent: the peer's close frame has not arrived
// (RFC 6455, section 5.5.2), and neither Fail, WriteFailed nor End was called.
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

// End records that the transport is closed and returns the close event (RFC 6455,
// sections 7.1.4 to 7.1.6). The event has the code and the reason of the first close
// frame received, and is clean if ours was sent too. If no valid close frame was
// received, it is [Abnormal]. You may call End at any moment. The event is final: nothing
// recorded afterwards changes it, and another call of End returns the same event.
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

// Remote returns the code of the first close frame received. If there was none or it was
// malformed, Remote returns 0 and false.
func (h *Handshake) Remote() (c code.Code, ok bool) {
	if !h.has(received) || h.fault != 0 {
		return 0, false
	}
	return h.remote.code, true
}

// LocalFirst reports whether we sent our close frame before the peer's was received.
func (h *Handshake) LocalFirst() bool { return h.has(localFirst) }

// Fault returns the code as received and the frame.Error of a malformed first close
// frame, or 0 and nil. The code is 0 if the payload had a single byte, or if the code
// passed to ReceiveParsed does not fit in 16 bits. Use it in logs and for
// [Error.Refused]; never send it.
func (h *Handshake) Fault() (c code.Code, err error) {
	if h.fault == 0 {
		return 0, nil
	}
	return h.remote.code, h.fault
}
