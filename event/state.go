package event

// State says which close frames of a connection were sent and received. Malformed ones
// count too; after Fail, frames from the peer do not.
type State uint8

const (
	// Open: no close frame was sent or received.
	// https://www.rfc-editor.org/rfc/rfc6455#section-7.1.2
	Open State = iota
	// LocalClosing: we sent a close frame and wait for the peer's. Data that
	// arrives before it is still valid, and pings are still answered (section
	// 5.5.2). On timeout, close TCP and call End.
	// https://www.rfc-editor.org/rfc/rfc6455#section-5.5.1
	LocalClosing
	// RemoteClosing: we received a close frame and must reply. Before the reply we
	// may finish a message that is being sent. Discard whatever else arrives.
	// https://www.rfc-editor.org/rfc/rfc6455#section-5.5.1
	RemoteClosing
	// Complete: both close frames were sent and received. Close TCP now, the server
	// first.
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
