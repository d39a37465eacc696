package main

import "example.com/closeframe/code"

// Advice is what the receiver of a code should do. RFC 6455 says little about it: these
// are defaults to begin with. This table is their home; the retry example of
// package code quotes it.
type advice struct {
	code   code.Code
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

// advices are those for codes with a name.
var advices = []advice{
	{code.NormalClosure, "either end, when it is done", never, never, silence},
	{code.GoingAway, "a server that shuts down; a browser whose page is left", never, "from a server: " + delayed, lasting},
	{code.ProtocolError, "the other stack, when it rejects a frame", aBug, never, problem},
	{code.UnsupportedData, "an endpoint for text only, or for binary only", aBug, never, problem},
	{code.NoStatus, "nobody: the close frame was empty, as of close() in a browser", never, never, silence},
	{code.AbnormalClosure, reported + " when the connection broke", "yes, with the error of the connection", growing, lasting},
	{code.InvalidPayload, "the other stack, when text or a reason is not UTF-8", aBug, never, problem},
	{code.PolicyViolation, "a server: a missing login, a wrong origin, a rate limit", "yes, with the reason", "no: remove the cause first", problem},
	{code.MessageTooBig, "an endpoint, for a message over its limit", "yes, with the size of what was sent", "no: send smaller messages", problem},
	{code.MandatoryExtension, "a client, after the opening handshake", aBug, never, problem},
	{code.InternalError, "a server, when a handler fails", "yes, on the server with its cause", growing, lasting},
	{code.ServiceRestart, "a server, or the proxy before it, at a deployment", never, "yes, after a random delay of 5 to 30 seconds", lasting},
	{code.TryAgainLater, "an overloaded server or balancer", "yes, as a count", growing, lasting},
	{code.BadGateway, "a gateway or proxy, when its upstream fails", "yes", growing, lasting},
	{code.TLSHandshake, reported, "yes, with the error of TLS", "no: fix the certificate or the clock first", problem},
	{code.Unauthorized, "a server, before a login or when it expires", "yes, as a count", "no: log in first", "to log in"},
	{code.Forbidden, "a server", "yes, as a count", never, "that it is not allowed"},
	{code.Timeout, "a server, when the client is too slow", "yes, as a count", delayed, lasting},
}

func adviceOf(c code.Code) advice {
	for _, a := range advices {
		if a.code == c {
			return a
		}
	}
	if c.IsSendable() {
		return advice{c, "the application, or the framework that it uses", "yes, with the reason", "as its documentation says", "as its documentation says"}
	}
	return advice{c, "nobody who keeps to the protocol", aBug, never, problem}
}
