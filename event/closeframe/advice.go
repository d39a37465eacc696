package main

import "example.com/closeframe/code"

// Advice is what the receiver of a code should do. RFC 6455 says little about it: these
// are defaults to begin with. This table is their home; the retry example of
// package code quotes it.
type advice struct {
	sender string // who usually sends it
	log    string
	retry  string
	user   string // what to say to the user
}

// The answers that several codes share.
const (
	never    = "no"
	delayed  = "yes, after a random delay"
	growing  = "yes, after a random delay that grows"
	silence  = "nothing"
	problem  = "that it did not work"
	lasting  = "only if retrying does not help"
	reported = "nobody: your own stack reports it"
	aBug     = "yes, with what was sent: one of the two ends has a bug"
)

func adviceOf(c code.Code) advice {
	switch c {
	case code.NormalClosure:
		return advice{"either end, when it is done", never, never, silence}
	case code.GoingAway:
		return advice{"a server that shuts down; a browser whose page is left", never, "from a server: " + delayed, lasting}
	case code.ProtocolError:
		return advice{"the other stack, when it rejects a frame", aBug, never, problem}
	case code.UnsupportedData:
		return advice{"an endpoint for text only, or for binary only", aBug, never, problem}
	case code.NoStatus:
		return advice{"nobody: the close frame was empty, as of close() in a browser", never, never, silence}
	case code.AbnormalClosure:
		return advice{reported + " when the connection broke", "yes, with the error of the connection", growing, lasting}
	case code.InvalidPayload:
		return advice{"the other stack, when text or a reason is not UTF-8", aBug, never, problem}
	case code.PolicyViolation:
		return advice{"a server: a missing login, a wrong origin, a rate limit", "yes, with the reason", "no: remove the cause first", problem}
	case code.MessageTooBig:
		return advice{"an endpoint, for a message over its limit", "yes, with the size of what was sent", "no: send smaller messages", problem}
	case code.MandatoryExtension:
		return advice{"a client, after the opening handshake", aBug, never, problem}
	case code.InternalError:
		return advice{"a server, when a handler fails", "yes, on the server with its cause", growing, lasting}
	case code.ServiceRestart:
		return advice{"a server, or the proxy before it, at a deployment", never, "yes, after a random delay of 5 to 30 seconds", lasting}
	case code.TryAgainLater:
		return advice{"an overloaded server or balancer", "yes, as a count", growing, lasting}
	case code.BadGateway:
		return advice{"a gateway or proxy, when its upstream fails", "yes", growing, lasting}
	case code.TLSHandshake:
		return advice{reported, "yes, with the error of TLS", "no: fix the certificate or the clock first", problem}
	case code.Unauthorized:
		return advice{"a server, before a login or when it expires", "yes, as a count", "no: log in first", "to log in"}
	case code.Forbidden:
		return advice{"a server", "yes, as a count", never, "that it is not allowed"}
	case code.Timeout:
		return advice{"a server, when the client is too slow", "yes, as a count", delayed, lasting}
	}
	switch c.Class() {
	case code.Library, code.Private:
		return advice{"the application, or the framework that it uses", "yes, with the reason", "as its documentation says", "as its documentation says"}
	}
	return advice{"nobody who keeps to the protocol", aBug, never, problem}
}
