package code

// To add a code that IANA has registered:
//
//  1. a line in testdata/registry.csv, as the registry prints it;
//  2. a case in label, and one in Description;
//  3. a constant in code.go, if it is to be used by name.
//
// TestNames fails until the first two agree.

// Name returns the name of c in IANA's WebSocket Close Code Number Registry, as
// the registry spells it, or "" where it has none. The registry of 2026-06-10
// names 19 codes. Name does not allocate.
func (c Code) Name() string {
	s := label(c)
	if s == "" {
		return ""
	}
	return s[len("1000 (") : len(s)-len(")")]
}

// label returns number and name of a code in the registry, else "". It holds
// both so that String of a named code is a constant.
func label(c Code) string {
	switch c {
	case NormalClosure:
		return "1000 (Normal Closure)" // RFC 6455
	case GoingAway:
		return "1001 (Going Away)" // RFC 6455
	case ProtocolError:
		return "1002 (Protocol error)" // RFC 6455
	case UnsupportedData:
		return "1003 (Unsupported Data)" // RFC 6455
	case 1004:
		return "1004 (Reserved)" // RFC 6455
	case NoStatus:
		return "1005 (No Status Rcvd)" // RFC 6455
	case AbnormalClosure:
		return "1006 (Abnormal Closure)" // RFC 6455
	case InvalidPayload:
		return "1007 (Invalid frame payload data)" // RFC 6455
	case PolicyViolation:
		return "1008 (Policy Violation)" // RFC 6455
	case MessageTooBig:
		return "1009 (Message Too Big)" // RFC 6455
	case MandatoryExtension:
		return "1010 (Mandatory Ext.)" // RFC 6455
	case InternalError:
		return "1011 (Internal Error)" // RFC 6455, erratum 3227 dropped "Server"
	case ServiceRestart:
		return "1012 (Service Restart)" // hybi list, msg09670
	case TryAgainLater:
		return "1013 (Try Again Later)" // hybi list, msg09670
	case BadGateway:
		return "1014 (Bad Gateway)" // hybi list, msg10748
	case TLSHandshake:
		return "1015 (TLS handshake)" // RFC 6455
	case Unauthorized:
		return "3000 (Unauthorized)" // IANA
	case Forbidden:
		return "3003 (Forbidden)" // IANA
	case Timeout:
		return "3008 (Timeout)" // IANA
	default:
		return ""
	}
}

// Description returns what c tells about the end of a connection, one sentence
// in plain English, for every one of the 65,536 codes. The wording may change
// between releases. It does not allocate.
func (c Code) Description() string {
	switch c {
	case NormalClosure:
		return "The connection has done what it was opened for."
	case GoingAway:
		return "The endpoint leaves: a server shuts down or a page is left."
	case ProtocolError:
		return "The peer broke a rule of the WebSocket protocol."
	case UnsupportedData:
		return "The peer sent a type of data that is not accepted here."
	case 1004:
		return "Kept back by RFC 6455; no meaning has been given to it."
	case NoStatus:
		return "The close frame was empty, so no status is known."
	case AbnormalClosure:
		return "The connection ended without a close frame."
	case InvalidPayload:
		return "The data does not fit its type, such as text that is not UTF-8."
	case PolicyViolation:
		return "The peer broke a rule of the application; the catch-all refusal."
	case MessageTooBig:
		return "The message is larger than this endpoint can handle."
	case MandatoryExtension:
		return "The client needs an extension that the server did not agree to."
	case InternalError:
		return "An unexpected condition kept the endpoint from going on."
	case ServiceRestart:
		return "The service restarts; connect again after a random delay."
	case TryAgainLater:
		return "The service is overloaded; come back later or elsewhere."
	case BadGateway:
		return "A gateway or proxy got an invalid answer from its upstream."
	case TLSHandshake:
		return "The TLS handshake failed, so no connection was opened."
	case Unauthorized:
		return "The peer has not shown who it is, and has to."
	case Forbidden:
		return "The peer may not do this, whoever it is."
	case Timeout:
		return "The peer took too long."
	}
	switch {
	case c < firstCode:
		return "Below the protocol's numbers; never used."
	case c < firstLibrary:
		return "For future versions of the protocol and for its extensions."
	case c < firstPrivate:
		return "For libraries, frameworks and applications to register with IANA."
	case c < firstBeyond:
		return "For private use, by agreement between both ends."
	default:
		return "Past the protocol's numbers, which end at 4999."
	}
}
