package interop

// differ has every difference that the tables show.
var differ = explanations{
	{
		table:       "receives",
		peers:       []string{"Chromium", "ws client", "ws server", "websockets client", "websockets server"},
		differences: []string{"answers code and reason"},
		why: "Sends the reason back with the code. [RFC 6455, section 5.5.1](https://www.rfc-editor.org/rfc/rfc6455#section-5.5.1), " +
			"asks for the code (\"typically echos the status code it received\") and says nothing of the reason; " +
			"`Handshake.Reply` gives the code, and who wants the reason in the answer may add it. " +
			"See `RespondToClosingHandshake` in Chromium's [websocket_channel.cc](https://chromium.googlesource.com/chromium/src/+/main/net/websockets/websocket_channel.cc), " +
			"`receiverOnConclude` in ws' [websocket.js](https://github.com/websockets/ws/blob/8.23.0/lib/websocket.js), " +
			"`read_data_frame` in websockets' [protocol.py](https://github.com/python-websockets/websockets/blob/10.4/src/websockets/legacy/protocol.py).",
	},
	{
		table:       "receives",
		peers:       []string{"undici"},
		differences: []string{"told the code", "told code and reason without byte order marks"},
		why: "Loses up to two byte order marks at the start of a reason: `parseCloseBody` in undici's " +
			"[receiver.js](https://github.com/nodejs/undici/blob/v6.24.1/lib/web/websocket/receiver.js) cuts one, and the decoder that it then calls takes the other for one too. " +
			"The standard wants \"UTF-8 decode without BOM\", which keeps U+FEFF " +
			"([WHATWG WebSockets, section 4](https://websockets.spec.whatwg.org/#feedback-from-the-protocol), " +
			"[Encoding, section 6](https://encoding.spec.whatwg.org/#utf-8-decode-without-bom)).",
	},
	{
		table:       "sends",
		peers:       []string{"websockets client", "websockets server"},
		differences: []string{"told 1000", "sends 1000"},
		why: "`close()` without a code sends 1000, its default, and `close(1005)` is refused, so that no call sends an empty close frame " +
			"(`close` in [protocol.py](https://github.com/python-websockets/websockets/blob/10.4/src/websockets/legacy/protocol.py)). What it is told is the answer to that.",
	},
	{
		table:       "malformed",
		peers:       []string{"Chromium"},
		differences: []string{"told the code", "answers the code"},
		why: "Takes every code but 1005, 1006 and 1015, and sends it back: so 0-999, 1004, 1016-2999 and 5000-65535 get through, " +
			"which [RFC 6455, section 7.4](https://www.rfc-editor.org/rfc/rfc6455#section-7.4), does not let stand in a close frame. " +
			"See the `switch` of `ParseClose` in [websocket_channel.cc](https://chromium.googlesource.com/chromium/src/+/main/net/websockets/websocket_channel.cc). " +
			"closeframe is strict on receipt too.",
	},
	{
		table:       "malformed",
		peers:       []string{"Chromium"},
		differences: []string{`answers 1002 "Invalid UTF-8 in Close frame"`},
		why: "Answers a reason that is not UTF-8 with 1002 (`ParseClose`, as above); [RFC 6455, section 7.4.1](https://www.rfc-editor.org/rfc/rfc6455#section-7.4.1), " +
			"has 1007 for data that is not consistent with its type. The page sees no difference.",
	},
	{
		table:       "malformed",
		peers:       []string{"Chromium", "undici"},
		differences: []string{"adds a text"},
		why: "The code is ours; a text says what is wrong (`FailChannel` in Chromium's websocket_channel.cc, `parseCloseBody` in undici's receiver.js). " +
			"`Handshake.Reply` gives a code alone, so that nothing of the stack's insides is told to the peer.",
	},
	{
		table:       "malformed",
		peers:       []string{"undici"},
		differences: []string{"answers nothing"},
		why: "Drops TCP at once: `failWebsocketConnection` in undici's " +
			"[util.js](https://github.com/nodejs/undici/blob/v6.24.1/lib/web/websocket/util.js). [RFC 6455, section 7.1.7](https://www.rfc-editor.org/rfc/rfc6455#section-7.1.7), " +
			"says that a close frame SHOULD be sent first; undici 7 does so ([pull request 3628](https://github.com/nodejs/undici/pull/3628)).",
	},
	{
		table:       "malformed",
		peers:       []string{"websockets client", "websockets server"},
		differences: []string{"answers 1007"},
		why: "Both the code and the reason are wrong. `Close.parse` in websockets' " +
			"[frames.py](https://github.com/python-websockets/websockets/blob/10.4/src/websockets/frames.py) decodes the reason before it looks at the code; " +
			"closeframe looks at the code first. RFC 6455 has no order.",
	},
}
