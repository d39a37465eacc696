// Package proxy relays WebSocket connections between two stacks, their ends
// included. It is an example to be copied.
//
// Proxies that pass on the code that their stack tells them put codes on the wire
// that must not be there, and the other side takes that for an error of the proxy:
// traefik/traefik#3236, vulcand/oxy#133, koding/websocketproxy#25,
// cloudflare/moltworker#260 and opensandbox-group/OpenSandbox#1640 are such reports.
// [Forward] is the answer:
//
//	one side ended with                the other is sent
//	a close frame                      the same code and reason
//	an empty one (1005)                an empty one
//	none, or a malformed one (1006)    1014 to the client, 1001 to the back end
//	1015, or what no frame can carry   the same
//
// Each of the two connections has a closing handshake of its own: whoever closes gets
// its answer from the proxy, and what the other side then answers goes no further. The
// other side is told once the first connection is gone, TCP included; a peer that
// keeps TCP open can put that off for the time limit of the adapter.
//
// While one side takes a message the other is not read, so that a slow side slows
// down the fast one and no memory fills up. A side that has not taken a message after
// [Proxy.WriteTimeout] is dropped: it would keep the end of the other from being seen.
package proxy

import (
	"cmp"
	"context"
	"net/http"
	"sync"
	"time"

	"example.com/closeframe/code"
	"example.com/closeframe/event"
	"example.com/closeframe/frame"
)

// What is said to one side where the other vanished.
const (
	// BackLost tells a client that the back end broke: 1014, "similar to 502 HTTP
	// Status Code" as IANA has it. gorilla, gobwas and nbio as released do not know
	// that code and call it a protocol error; for clients like these take
	// code.InternalError, 1011.
	BackLost = code.BadGateway

	// ClientLost tells a back end that the client is gone, "such as a server going
	// down or a browser having navigated away from a page" (RFC 6455, section
	// 7.4.1).
	ClientLost = code.GoingAway
)

// Forward returns the code and the reason to close one side with, after the other
// ended with e. lost is the code for an end that cannot be passed on, as nothing was
// received that could. Whether e was clean makes no difference: what a close frame
// says has been said, even where the answer to it was lost.
//
// Close takes whatever Forward returns, code.NoStatus for an empty close frame.
func Forward(e event.CloseEvent, lost code.Code) (cc code.Code, reason string) {
	var b [frame.MaxPayload]byte
	if _, err := e.AppendPayload(b[:0]); err != nil {
		return lost, ""
	}
	return e.Code(), e.Reason()
}

// A Side is one of the two connections of a relay: what the adapters in bench/embed
// have in common, and messages. op is the opcode, 1 for text and 2 for binary, which
// is how all stacks number the types of their messages.
type Side interface {
	AddEventListener(f func(event.CloseEvent)) (remove func() bool)
	Close(cc code.Code, reason string) error
	Read() (op byte, p []byte, err error)
	Write(op byte, p []byte) error
	Terminate() // drops TCP, which ends a Write
}

// Relay relays between a client and a back end until both connections have ended. It
// drops one that does not take a message within the timeout.
func Relay(front, back Side, timeout time.Duration) {
	front.AddEventListener(func(e event.CloseEvent) { end(back, e, ClientLost) })
	back.AddEventListener(func(e event.CloseEvent) { end(front, e, BackLost) })
	var both sync.WaitGroup
	both.Add(1)
	go func() {
		defer both.Done()
		pump(back, front, timeout)
	}()
	pump(front, back, timeout)
	both.Wait()
}

// end closes a side after the other has ended with e. It is a no-op where this side
// was the first to end. An error says that this side has broken meanwhile, which is
// the end that was to be.
func end(s Side, e event.CloseEvent, lost code.Code) { _ = s.Close(Forward(e, lost)) }

// pump passes on the messages of one side until its connection has ended. It goes on
// reading where the other side takes no more, for what is to come is a close frame.
func pump(to, from Side, timeout time.Duration) {
	for {
		op, p, err := from.Read()
		if err != nil {
			return
		}
		late := time.AfterFunc(timeout, to.Terminate)
		_ = to.Write(op, p)
		late.Stop()
	}
}

// A Proxy is an http.Handler that relays each connection to a back end.
type Proxy struct {
	Upgrade func(w http.ResponseWriter, r *http.Request) (Side, error) // it answers an error itself
	Dial    func(ctx context.Context) (Side, error)

	WriteTimeout time.Duration // how long a side may take for one message; 0 is 10 seconds
}

// ServeHTTP dials first: as long as the client has no WebSocket connection it can be
// told by HTTP that there is no back end. That is also where TLS fails, so that no
// side ever has a 1015 to pass on.
func (p Proxy) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	back, err := p.Dial(r.Context())
	if err != nil {
		http.Error(w, http.StatusText(http.StatusBadGateway), http.StatusBadGateway)
		return
	}
	front, err := p.Upgrade(w, r)
	if err != nil {
		_ = back.Close(ClientLost, "")
		discard(back)
		return
	}
	Relay(front, back, cmp.Or(p.WriteTimeout, 10*time.Second))
}

// discard reads until the connection has ended.
func discard(s Side) {
	for {
		if _, _, err := s.Read(); err != nil {
			return
		}
	}
}
