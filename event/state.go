package event

// State is the state of a [Handshake]: which close frames were sent and received,
// malformed ones too.
type State uint8

const (
	// Open: no close frame was sent or received.
	Open State = iota
	// LocalClosing: we sent a close frame and received none. Unless Fail was called,
	// wait for the peer's. Until then, process its messages, and reply to its pings
	// while MaySendPong reports true.
	LocalClosing
	// RemoteClosing: we received a close frame and sent none. A reply is due unless Fail
	// or WriteFailed was called. A message that is being sent may be finished first (RFC
	// 6455, section 5.5.1). Discard further frames from the peer.
	RemoteClosing
	// Complete: a close frame was sent and one received. TCP can be closed.
	Complete
	// Closed: End was called.
	Closed
)

// String returns the name of the state.
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
