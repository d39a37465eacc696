package main

import "example.com/closeframe/code"

// A use is the meaning that a framework or a service gives to codes: to those outside
// IANA's registry, or another one than the registry's.
type use struct {
	first, last code.Code
	who, what   string
}

// uses are from the documentation of the following. None is exclusive: the same number
// means something else to the next.
//
//	Centrifugo   centrifugal.dev, Error and disconnect codes; centrifuge, disconnect.go
//	Discord      docs.discord.com, Opcodes and Status Codes, Gateway
//	graphql-ws   PROTOCOL.md of graphql-transport-ws and its enumeration CloseCode
//	Hocuspocus   @hocuspocus/common, CloseEvents.ts
//	OBS          obs-websocket, protocol.md, WebSocketCloseCode
//	Pusher       pusher-js, protocol.ts, after the Channels protocol
//	SockJS       sockjs-protocol; what servers send by default
//	Twitch       dev.twitch.tv, EventSub, Handling WebSocket Events
var uses = []use{
	{3000, 3000, "SockJS", "Go away!: the server closed the session"},
	{3000, 3000, "Centrifugo", "connection closed"},
	{3001, 3001, "Centrifugo", "shutdown; reconnect"},
	{3004, 3004, "Centrifugo", "internal server error; reconnect"},
	{3005, 3005, "Centrifugo", "connection expired; reconnect"},
	{3006, 3006, "Centrifugo", "subscription expired; reconnect"},
	{3008, 3008, "Centrifugo", "slow: the client reads too slowly; reconnect"},
	{3009, 3009, "Centrifugo", "write error; reconnect"},
	{3010, 3010, "Centrifugo", "insufficient state; reconnect"},
	{3011, 3011, "Centrifugo", "force reconnect"},
	{3012, 3012, "Centrifugo", "no pong: timeout of a ping; reconnect"},
	{3500, 3500, "Centrifugo", "invalid token; do not reconnect"},
	{3501, 3501, "Centrifugo", "bad request; do not reconnect"},
	{3502, 3502, "Centrifugo", "stale: authentication timeout; do not reconnect"},
	{3503, 3503, "Centrifugo", "force disconnect; do not reconnect"},
	{3504, 3504, "Centrifugo", "connection limit; do not reconnect"},
	{3505, 3505, "Centrifugo", "channel limit; do not reconnect"},
	{4000, 4499, "Centrifugo", "of the application; reconnect"},
	{4500, 4999, "Centrifugo", "of the application; do not reconnect"},

	{4000, 4000, "Discord", "unknown error; reconnect"},
	{4001, 4001, "Discord", "unknown opcode; reconnect"},
	{4002, 4002, "Discord", "decode error; reconnect"},
	{4003, 4003, "Discord", "not authenticated; reconnect"},
	{4004, 4004, "Discord", "authentication failed; do not reconnect"},
	{4005, 4005, "Discord", "already authenticated; reconnect"},
	{4007, 4007, "Discord", "invalid sequence; reconnect with a new session"},
	{4008, 4008, "Discord", "rate limited; reconnect"},
	{4009, 4009, "Discord", "session timeout; reconnect with a new session"},
	{4010, 4010, "Discord", "invalid shard; do not reconnect"},
	{4011, 4011, "Discord", "sharding required; do not reconnect"},
	{4012, 4012, "Discord", "invalid API version; do not reconnect"},
	{4013, 4013, "Discord", "invalid intents; do not reconnect"},
	{4014, 4014, "Discord", "disallowed intents; do not reconnect"},

	{4004, 4004, "graphql-ws", "bad response"},
	{4005, 4005, "graphql-ws", "internal client error"},
	{4400, 4400, "graphql-ws", "bad request: an invalid message"},
	{4401, 4401, "graphql-ws", "unauthorized: an operation before the acknowledgement"},
	{4403, 4403, "graphql-ws", "forbidden: the server rejected the connection"},
	{4406, 4406, "graphql-ws", "subprotocol not acceptable"},
	{4408, 4408, "graphql-ws", "connection initialisation timeout"},
	{4409, 4409, "graphql-ws", "subscriber already exists"},
	{4429, 4429, "graphql-ws", "too many initialisation requests"},
	{4500, 4500, "graphql-ws", "internal server error"},
	{4504, 4504, "graphql-ws", "connection acknowledgement timeout"},

	{4205, 4205, "Hocuspocus", "reset connection"},
	{4401, 4401, "Hocuspocus", "unauthorized"},
	{4403, 4403, "Hocuspocus", "forbidden"},
	{4408, 4408, "Hocuspocus", "connection timeout"},

	{4002, 4002, "OBS", "message decode error"},
	{4003, 4003, "OBS", "missing data field"},
	{4004, 4004, "OBS", "invalid data field type"},
	{4005, 4005, "OBS", "invalid data field value"},
	{4006, 4006, "OBS", "unknown opcode"},
	{4007, 4007, "OBS", "not identified"},
	{4008, 4008, "OBS", "already identified"},
	{4009, 4009, "OBS", "authentication failed"},
	{4010, 4010, "OBS", "unsupported RPC version"},
	{4011, 4011, "OBS", "session invalidated: kicked; do not reconnect"},
	{4012, 4012, "OBS", "unsupported feature"},

	{4000, 4000, "Pusher", "TLS only: reconnect with it"},
	{4001, 4099, "Pusher", "refused; do not reconnect as before"},
	{4100, 4199, "Pusher", "reconnect after a pause"},
	{4200, 4299, "Pusher", "reconnect at once"},

	{4000, 4000, "Twitch", "internal server error"},
	{4001, 4001, "Twitch", "client sent inbound traffic"},
	{4002, 4002, "Twitch", "client failed ping-pong"},
	{4003, 4003, "Twitch", "connection unused: no subscription within 10 seconds"},
	{4004, 4004, "Twitch", "reconnect grace time expired"},
	{4005, 4005, "Twitch", "network timeout"},
	{4006, 4006, "Twitch", "network error"},
	{4007, 4007, "Twitch", "invalid reconnect URL"},
}
