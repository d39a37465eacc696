package code

// To add a code that IANA has registered, add a constant in code.go, a case in entry,
// and the registry's row in testdata/registry.csv, which TestNames compares with entry.
// CONTRIBUTING.md has the rest.

// Name returns the name of c as IANA's registry spells it, or "".
func (c Code) Name() string {
	s, _ := entry(c)
	if s == "" {
		return ""
	}
	return s[len("1000 (") : len(s)-len(")")]
}

// Description returns the meaning of c in one sentence. The wording may change between
// releases.
func (c Code) Description() string {
	if _, s := entry(c); s != "" {
		return s
	}
	switch {
	case c < firstCode:
		return "Unused: below the protocol's numbers."
	case c < firstLibrary:
		return "Reserved for future versions of the protocol and for its extensions."
	case c < firstPrivate:
		return "For a library, framework or application; not in IANA's registry."
	case c < firstBeyond:
		return "For private use, by agreement between both ends."
	default:
		return "Unused: past the protocol's numbers, which end at 4999."
	}
}

// entry returns the label of a code in the registry, which is its String, and its
// description. Both are "" for any other code. The source of each name is beside it.
func entry(c Code) (label, description string) {
	switch c {
	case NormalClosure: // RFC 6455
		return "1000 (Normal Closure)", "The connection has served its purpose."
	case GoingAway: // RFC 6455
		return "1001 (Going Away)", "The endpoint is leaving: a server shuts down, or a user leaves the page."
	case ProtocolError: // RFC 6455
		return "1002 (Protocol error)", "The peer broke a rule of the WebSocket protocol."
	case UnsupportedData: // RFC 6455
		return "1003 (Unsupported Data)", "The peer sent a type of data that is not accepted here."
	case 1004: // RFC 6455
		return "1004 (Reserved)", "Reserved by RFC 6455 without a meaning."
	case NoStatus: // RFC 6455
		return "1005 (No Status Rcvd)", "The close frame was empty, so no status is known."
	case AbnormalClosure: // RFC 6455
		return "1006 (Abnormal Closure)", "The connection ended without a valid close frame."
	case InvalidPayload: // RFC 6455
		return "1007 (Invalid frame payload data)", "The data does not fit its type, such as text that is not UTF-8."
	case PolicyViolation: // RFC 6455
		return "1008 (Policy Violation)", "The peer broke a rule of the application; also used when no other code fits."
	case MessageTooBig: // RFC 6455
		return "1009 (Message Too Big)", "The message is larger than this endpoint can handle."
	case MandatoryExtension: // RFC 6455
		return "1010 (Mandatory Ext.)", "The client needs an extension that the server did not agree to."
	case InternalError: // RFC 6455, erratum 3227 dropped "Server"
		return "1011 (Internal Error)", "An unexpected condition kept the endpoint from going on."
	case ServiceRestart: // hybi list, msg09670
		return "1012 (Service Restart)", "The service restarts; connect again after a random delay."
	case TryAgainLater: // hybi list, msg09670
		return "1013 (Try Again Later)", "The service is overloaded; come back later or elsewhere."
	case BadGateway: // hybi list, msg10748
		return "1014 (Bad Gateway)", "A gateway or proxy got an invalid answer from its upstream."
	case TLSHandshake: // RFC 6455
		return "1015 (TLS handshake)", "The TLS handshake failed, so no connection was opened."
	case Unauthorized: // IANA
		return "3000 (Unauthorized)", "The peer must authenticate first."
	case Forbidden: // IANA
		return "3003 (Forbidden)", "The peer is known, but may not do this."
	case Timeout: // IANA
		return "3008 (Timeout)", "The peer took too long."
	}
	return "", ""
}
