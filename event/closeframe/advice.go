package main

import "example.com/closeframe/code"

// Advice is what the receiver of a code should do. RFC 6455 says little about it, so these
// are our defaults. The retry example of package code must agree with them.
type advice struct {
	code   code.Code
	sender string // who usually sends it
	log    string
	retry  string
	user   string // what to show the user
}

// The texts that several codes share.
const (
	never    = "no"
	delayed  = "yes, after a random delay"
	growing  = "yes, after a random delay that grows"
	silence  = "nothing"
	problem  = "an error"
	lasting  = "an error, if retrying does not help"
	reported = "no peer: your own stack reports it"
	aBug     = "yes, with the sent data: one of the two ends has a bug"
)

// advices has an entry for each code with a name.
var advices = []advice{
	{code.NormalClosure, "either end, when it is done", never, never, silence},
	{code.GoingAway, "a server that shuts down; a browser whose page is left", never, "from a server: " + delayed, lasting},
	{code.ProtocolError, "the other stack, when it rejects a frame", aBug, never, problem},
	{code.UnsupportedData, "an endpoint for text only, or for binary only", aBug, never, problem},
	{code.NoStatus, "no peer: the close frame was empty, as after close() in a browser", never, never, silence},
	{code.AbnormalClosure, reported + " when the connection broke", "yes, with the error of the connection", growing, lasting},
	{code.InvalidPayload, "the other stack, when text or a reason is not UTF-8", aBug, never, problem},
	{code.PolicyViolation, "a server: a missing login, a wrong origin, a rate limit", "yes, with the reason", "no: remove the cause first", problem},
	{code.MessageTooBig, "an endpoint, for a message over its limit", "yes, with the size of the sent message", "no: send smaller messages", problem},
	{code.MandatoryExtension, "a client, after the opening handshake", aBug, never, problem},
	{code.InternalError, "a server, when a handler fails", "yes, on the server with its cause", growing, lasting},
	{code.ServiceRestart, "a server, or a proxy in front of it, during a deployment", never, "yes, after a random delay of 5 to 30 seconds", lasting},
	{code.TryAgainLater, "an overloaded server or balancer", "yes, as a count", growing, lasting},
	{code.BadGateway, "a gateway or proxy, when its upstream fails", "yes", growing, lasting},
	{code.TLSHandshake, reported, "yes, with the error of TLS", "no: fix the certificate or the clock first", problem},
	{code.Unauthorized, "a server, before a login or when it expires", "yes, as a count", "no: log in first", "a login"},
	{code.Forbidden, "a server", "yes, as a count", never, "that access is denied"},
	{code.Timeout, "a server, when the client is too slow", "yes, as a count", delayed, lasting},
}

// adviceOf returns the advice for any code. Unnamed codes have that of their class.
func adviceOf(c code.Code) advice {
	for _, a := range advices {
		if a.code == c {
			return a
		}
	}
	if c.IsSendable() {
		return advice{c, "the application, or the framework that it uses", "yes, with the reason", "as its documentation says", "as its documentation says"}
	}
	return advice{c, "no conforming stack", aBug, never, problem}
}
