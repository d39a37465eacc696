package main

import (
	"fmt"
	"strings"

	"example.com/closeframe/code"
)

// documented has the meaning of codes in frameworks and services, from their documentation.
// The same number may have several meanings.
//
//	Centrifugo   centrifugal.dev, Error and disconnect codes; centrifuge, disconnect.go
//	Discord      docs.discord.com, Opcodes and Status Codes, Gateway
//	graphql-ws   PROTOCOL.md of graphql-transport-ws and its enumeration CloseCode
//	Hocuspocus   @hocuspocus/common, CloseEvents.ts
//	Pusher       pusher-js, protocol.ts, after the Channels protocol
//	SockJS       sockjs-protocol; what servers send by default
var documented = []struct{ who, codes string }{
	{"SockJS", `3000 Go away!: the server closed the session`},
	{"Centrifugo", `3000 connection closed | 3001 shutdown; reconnect | 3004 internal server error; reconnect |
		3005 connection expired; reconnect | 3006 subscription expired; reconnect |
		3008 slow: the client reads too slowly; reconnect | 3009 write error; reconnect |
		3010 insufficient state; reconnect | 3011 force reconnect | 3012 no pong: timeout of a ping; reconnect |
		3500 invalid token; do not reconnect | 3501 bad request; do not reconnect |
		3502 stale: authentication timeout; do not reconnect | 3503 force disconnect; do not reconnect |
		3504 connection limit; do not reconnect | 3505 channel limit; do not reconnect |
		4000-4499 of the application; reconnect | 4500-4999 of the application; do not reconnect`},
	{"Discord", `4000 unknown error; reconnect | 4001 unknown opcode; reconnect | 4002 decode error; reconnect |
		4003 not authenticated; reconnect | 4004 authentication failed; do not reconnect |
		4005 already authenticated; reconnect | 4007 invalid sequence; reconnect with a new session |
		4008 rate limited; reconnect | 4009 session timeout; reconnect with a new session |
		4010 invalid shard; do not reconnect | 4011 sharding required; do not reconnect |
		4012 invalid API version; do not reconnect | 4013 invalid intents; do not reconnect |
		4014 disallowed intents; do not reconnect`},
	{"graphql-ws", `4004 bad response | 4005 internal client error | 4400 bad request: an invalid message |
		4401 unauthorized: an operation before the acknowledgement | 4403 forbidden: the server rejected the connection |
		4406 subprotocol not acceptable | 4408 connection initialisation timeout | 4409 subscriber already exists |
		4429 too many initialisation requests | 4500 internal server error | 4504 connection acknowledgement timeout`},
	{"Hocuspocus", `4205 reset connection | 4401 unauthorized | 4403 forbidden | 4408 connection timeout`},
	{"Pusher", `4000 TLS only: reconnect with it | 4001-4099 rejected; do not reconnect as before |
		4100-4199 reconnect after a pause | 4200-4299 reconnect at once`},
}

// A use is the meaning of a code, or of a range, in a framework.
type use struct {
	first, last code.Code
	who, what   string
}

// uses parses the table.
func uses() (all []use) {
	for _, d := range documented {
		for _, item := range strings.Split(d.codes, "|") {
			number, what, _ := strings.Cut(strings.TrimSpace(item), " ")
			u := use{who: d.who, what: what}
			if n, _ := fmt.Sscanf(number, "%d-%d", &u.first, &u.last); n == 1 {
				u.last = u.first
			}
			all = append(all, u)
		}
	}
	return all
}
