package interop

// differ has every difference that the tables show.
var differ = explanations{
	{
		table:       "receives",
		peers:       []string{"Chromium", "ws client", "ws server", "websockets client", "websockets server"},
		differences: []string{"replies with code and reason"},
		why: "Sends the reason back with the code. [RFC 6455, section 5.5.1](https://www.rfc-editor.org/rfc/rfc6455#section-5.5.1), " +
			"says that a reply typically has the same code, and does not mention the reason. " +
			"See `RespondToClosingHandshake` in Chromium's [websocket_channel.cc](https://chromium.googlesource.com/chromium/src/+/main/net/websockets/websocket_channel.cc), " +
			"`receiverOnConclude` in ws' [websocket.js](https://github.com/websockets/ws/blob/8.23.0/lib/websocket.js), " +
			"`read_data_frame` in websockets' [protocol.py](https://github.com/python-websockets/websockets/blob/10.4/src/websockets/legacy/protocol.py).",
	},
	{
		table:       "receives",
		peers:       []string{"undici"},
		differences: []string{"reports the code", "reports code and reason without byte order marks"},
		why: "Loses up to two byte order marks at the start of a reason: `parseCloseBody` in undici's " +
			"[receiver.js](https://github.com/nodejs/undici/blob/v6.24.1/lib/web/websocket/receiver.js) removes one, and the decoder that it calls removes another. " +
			"The standard requires \"UTF-8 decode without BOM\", which keeps U+FEFF " +
			"([WHATWG WebSockets, section 4](https://websockets.spec.whatwg.org/#feedback-from-the-protocol)).",
	},
	{
		table:       "sends",
		peers:       []string{"websockets client", "websockets server"},
		differences: []string{"reports 1000", "sends 1000"},
		why: "`close()` without a code sends 1000, and `close(1005)` is rejected, so no call sends an empty close frame " +
			"(`close` in [protocol.py](https://github.com/python-websockets/websockets/blob/10.4/src/websockets/legacy/protocol.py)).",
	},
	{
		table:       "malformed",
		peers:       []string{"Chromium"},
		differences: []string{"reports the code", "replies with the code"},
		why: "Accepts all codes but 1005, 1006 and 1015, and sends them back. " +
			"[RFC 6455, section 7.4](https://www.rfc-editor.org/rfc/rfc6455#section-7.4), does not permit 0-999, 1004, 1016-2999 and 5000-65535. " +
			"See `ParseClose` in [websocket_channel.cc](https://chromium.googlesource.com/chromium/src/+/main/net/websockets/websocket_channel.cc).",
	},
	{
		table:       "malformed",
		peers:       []string{"Chromium"},
		differences: []string{`replies with 1002 "Invalid UTF-8 in Close frame"`},
		why: "Replies to invalid UTF-8 with 1002 (`ParseClose`, as above). " +
			"[RFC 6455, section 7.4.1](https://www.rfc-editor.org/rfc/rfc6455#section-7.4.1), defines 1007 for it. The page sees no difference.",
	},
	{
		table:       "malformed",
		peers:       []string{"Chromium", "undici"},
		differences: []string{"adds a reason"},
		why: "Replies with our code, and with the error as the reason (`FailChannel` in Chromium's websocket_channel.cc, `parseCloseBody` in undici's receiver.js). " +
			"`Handshake.Reply` returns only a code, so that the peer learns nothing about the stack.",
	},
	{
		table:       "malformed",
		peers:       []string{"undici"},
		differences: []string{"sends nothing"},
		why: "Closes TCP at once: `failWebsocketConnection` in undici's " +
			"[util.js](https://github.com/nodejs/undici/blob/v6.24.1/lib/web/websocket/util.js). [RFC 6455, section 7.1.7](https://www.rfc-editor.org/rfc/rfc6455#section-7.1.7), " +
			"says that a close frame SHOULD be sent first; undici 7 does so ([pull request 3628](https://github.com/nodejs/undici/pull/3628)).",
	},
	{
		table:       "malformed",
		peers:       []string{"websockets client", "websockets server"},
		differences: []string{"replies with 1007"},
		why: "Replies with 1007. In this frame both the code and the reason are invalid, and RFC 6455 does not say which to check first. " +
			"`Close.parse` in websockets' [frames.py](https://github.com/python-websockets/websockets/blob/10.4/src/websockets/frames.py) " +
			"decodes the reason first; closeframe checks the code first.",
	},
}
