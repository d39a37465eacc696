package live

import (
	"context"
	"errors"
	"net"
	"time"

	"example.com/closeframe/code"
	"example.com/closeframe/event"
)

// Patience bounds every wait of the package. Nothing that works takes that long.
const Patience = 10 * time.Second

// A Role is the side of the connection that the stack has.
type Role uint8

const (
	Server Role = iota
	Client
)

func (r Role) String() string { return [...]string{"server", "client"}[r] }

// A Stack is one WebSocket stack, alone or with an adapter.
type Stack struct {
	Name string // "gorilla"; the same with the adapter as without

	// Serve starts serving l and returns at once. app is called for each
	// connection, on a goroutine of its own; where it returns the connection is
	// no longer used, and what the stack asks an application to do at the end,
	// such as closing TCP, is to be done in Conn.Read. stop ends everything that
	// Serve started, the listener included; nil closes l alone.
	Serve func(l net.Listener, app func(Conn)) (stop func())

	// Dial connects to a URL such as ws://127.0.0.1:8080/.
	Dial func(ctx context.Context, url string) (Conn, error)

	// Limits are what the stack keeps from an adapter; nil without one.
	Limits []Limit
}

// A Limit is something that an adapter cannot put right, as the stack lets it
// neither see nor change it. Exactly the facets that the limits name are wrong
// after: both another wrong one and a named one that is right fail the test.
type Limit struct {
	Why string // one sentence; it stands under the tables

	// Receive returns the facets of a received row that stay wrong; nil: none.
	Receive func(r Row, role Role) Facets

	// Send reports whether a row of the sending side stays wrong; nil: none.
	Send func(r SendRow, role Role) bool
}

// A Conn is one connection as its application sees it.
type Conn interface {
	// Read reads until the read call fails, or waits until the stack's callback
	// says that the connection ended, does what an application of the stack then
	// has to do, such as closing TCP, and returns what it was told.
	Read() Told

	// Close closes with a code and a reason, by the call that the stack or the
	// adapter has for it. An int is converted to the stack's type as a user
	// would do it. ErrNoCall says that the stack has no such call.
	Close(c int, reason string) error

	// Send sends a text message.
	Send(text string) error
}

// ErrNoCall is returned by Conn.Close where a stack cannot close with a code.
var ErrNoCall = errors.New("the stack has no such call")

// A Verdict is what a stack made of a close frame, as its application can tell.
type Verdict uint8

const (
	Silent  Verdict = iota // the end was told, but not whether a close frame came
	Refused                // an error that carries no code, or 1006
	Taken                  // a close frame came; code and reason are given
)

// Told is what the application was told when a connection ended.
type Told struct {
	Verdict Verdict
	Code    int    // if Taken
	Reason  string // if Taken
	Err     error  // of the read call, or what the callback got

	// Adapted says that an adapter told it: Events are then the calls of its
	// listener, and Err has to carry the same event.
	Adapted bool
	Events  []event.CloseEvent
}

// An Adapter is what the connections of all adapters have in common.
type Adapter interface {
	OnClose(f func(event.CloseEvent))
	AddEventListener(f func(event.CloseEvent)) (remove func() bool)
	Close(c code.Code, reason string) error
}

// Adapt returns the Conn of an adapter's connection. read makes one read call,
// send sends a text message. Adapt must be called before the first read.
func Adapt(a Adapter, read func() error, send func(text string) error) Conn {
	c := &adapted{Adapter: a, read: read, send: send}
	a.OnClose(func(e event.CloseEvent) { c.events = append(c.events, e) })
	return c
}

type adapted struct {
	Adapter
	read   func() error
	send   func(string) error
	events []event.CloseEvent
}

func (c *adapted) Read() Told {
	for {
		if err := c.read(); err != nil {
			return toldByEvent(c.events, err)
		}
	}
}

func toldByEvent(events []event.CloseEvent, err error) Told {
	t := Told{Err: err, Adapted: true, Events: events}
	if len(events) == 0 {
		return t
	}
	t.Verdict = Refused
	if e := events[0]; e.Code() != code.AbnormalClosure {
		t.Verdict, t.Code, t.Reason = Taken, int(e.Code()), e.Reason()
	}
	return t
}

func (c *adapted) Close(v int, reason string) error {
	cc, ok := code.From(v)
	if !ok {
		return errors.New("no close code")
	}
	return c.Adapter.Close(cc, reason)
}

func (c *adapted) Send(text string) error { return c.send(text) }
