package event

import (
	"example.com/closeframe/code"
	"example.com/closeframe/frame"
)

// Handshake is the closing handshake of one connection (RFC 6455, section 7). The caller
// reports what happens; the Handshake decides what may be sent and what the event is. It
// does no I/O and reads no clock. The zero value is an open connection.
//
// A Handshake is not safe for concurrent use. Guard it with the lock that orders the
// connection's writes, and hold that lock while you call Reply, write the frame and call
// Sent. Set a write deadline first, because a blocked write also blocks Receive and End.
// A Handshake has 132 bytes and must not be copied after first use.
//
// When you have received a close frame, take the lock and run:
//
//	err := h.Receive(payload) // unmasked; err says why a frame is malformed
//	if c, due := h.Reply(); due {
//		b, _ := frame.AppendFrame(buf[:0], c, "") // a client: AppendMasked
//		if _, werr := conn.Write(b); werr != nil {
//			h.WriteFailed()
//		} else {
//			h.Sent(c)
//		}
//	}
//
// To start the closing handshake, write a close frame in the same way if
// [Handshake.MaySendClose] reports true. Then release the lock and keep reading until the
// peer's close frame is received or a timeout expires.
//
// In the state Complete the server closes TCP first. A client waits for that, up to a
// timeout (section 7.1.1). After a malformed close frame and the reply to it, and after
// Fail, a client does not wait: it closes TCP as a server does. After WriteFailed you may
// first read until a timeout expires, because the peer's close frame still counts.
//
// Closing TCP with data unread resets it, and a reset can destroy our close frame. So the
// endpoint that closes TCP first calls CloseWrite, which closes only its own direction.
// Both endpoints then read and discard data until EOF or a timeout, and close TCP.
//
// When TCP is closed, call End with the lock held. Then release it and pass the event to
// [Target.Dispatch].
type Handshake struct {
	_ noCopy
	// remote has the code and the reason of the peer's close frame, or only the code
	// of a malformed one. Its wasClean is not used.
	remote CloseEvent
	local  code.Code   // of our close frame
	fault  frame.Error // of the peer's close frame, or 0
	facts  facts
}

// noCopy makes go vet report a copy of a struct with such a field. An empty last field
// would cost bytes.
type noCopy struct{}

func (*noCopy) Lock()   {}
func (*noCopy) Unlock() {}

// facts are what has happened so far.
type facts uint8

const (
	received   facts = 1 << iota // the peer's first close frame, maybe malformed
	sent                         // our close frame
	localFirst                   // sent came before received
	broken                       // WriteFailed was called
	failed                       // Fail was called
	ended                        // End was called
)

func (h *Handshake) has(f facts) bool { return h.facts&f != 0 }

// Receive records a close frame from the peer, whose payload is already unmasked. It
// returns the errors of [frame.Parse] for a malformed payload. Only the first close frame
// counts: later calls, and calls after Fail or End, change nothing and return nil.
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
// already. It returns the errors of [frame.Check]: an illegal code such as 1006 makes the
// frame malformed. If no close frame was received, call only End.
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

// Reply reports whether a reply to the peer's close frame is due (RFC 6455, section
// 5.5.1). It is due until you call Sent, WriteFailed, Fail or End. c is the peer's code,
// or 1002 or 1007 if the frame was malformed. You may always send c with an empty reason.
// If no reply is due, c is 0.
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

// Sent records that we wrote a complete close frame with code c. Only the first counts. c
// is not checked.
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

// WriteFailed records that a write of ours, of any frame, failed or was cut short. Nothing
// more may be sent, because the peer would read it as the rest of that frame. Without an
// earlier Sent the end is not clean. Close frames from the peer still count.
func (h *Handshake) WriteFailed() { h.facts |= broken }

// Fail records that we fail the connection (RFC 6455, section 7.1.7), for example for a
// malformed header (also that of a close frame), for text that is not UTF-8, or for a
// message that is too big. Do not call it for a malformed close payload: Receive records
// that. Later close frames from the peer are ignored, and no reply is due. If
// [Handshake.MaySendClose] reports true, send a close frame before you close TCP. Its code
// is 1002 for a malformed header, 1007 for text that is not UTF-8, and 1009 for a message
// that is too big.
//
// For an idle peer do not call Fail, but start the closing handshake.
func (h *Handshake) Fail() { h.facts |= failed }

// MaySendData reports whether a new message may be sent. It returns false once a close
// frame was sent or received, and after Fail, WriteFailed or End.
func (h *Handshake) MaySendData() bool { return !h.has(received | sent | broken | failed | ended) }

// MaySendPong reports whether a pong may be sent. It returns false once a close frame was
// received (RFC 6455, section 5.5.2), and after Fail, WriteFailed or End.
func (h *Handshake) MaySendPong() bool { return !h.has(received | broken | failed | ended) }

// MaySendClose reports whether a close frame may be sent. It returns false after Sent,
// WriteFailed or End.
func (h *Handshake) MaySendClose() bool { return !h.has(sent | broken | ended) }

// State returns the current state.
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

// End records that TCP is closed and returns the event (RFC 6455, sections 7.1.4 to
// 7.1.6). It has the code and the reason of the first close frame received, and is clean
// if ours was sent too. If that frame was malformed, or none was received, the event is
// [Abnormal]. You may call End in any state. The event is final: nothing recorded
// later changes it. [Handshake.Local], [Handshake.LocalFirst], [Handshake.Remote] and
// [Handshake.Fault] keep their values.
func (h *Handshake) End() CloseEvent {
	h.facts |= ended
	if !h.has(received) || h.fault != 0 {
		return Abnormal()
	}
	e := h.remote
	e.wasClean = h.has(sent)
	return e
}

// Local returns the code of our close frame, and whether we sent one.
func (h *Handshake) Local() (c code.Code, ok bool) { return h.local, h.has(sent) }

// Remote returns the code of the first close frame received, or 0 and false if there was
// none or it was malformed.
func (h *Handshake) Remote() (c code.Code, ok bool) {
	if !h.has(received) || h.fault != 0 {
		return 0, false
	}
	return h.remote.code, true
}

// LocalFirst reports whether we sent our close frame before we received one.
func (h *Handshake) LocalFirst() bool { return h.has(localFirst) }

// Fault returns the code as received and the frame.Error of the first close frame if it
// was malformed, and otherwise 0 and nil. The code is for [Error.Refused]. It is 0 if the
// payload was a single byte, or if ReceiveParsed had a code outside 16 bits.
func (h *Handshake) Fault() (c code.Code, err error) {
	if h.fault == 0 {
		return 0, nil
	}
	return h.remote.code, h.fault
}
