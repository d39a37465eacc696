package closetest

import "strings"

const (
	mustFail = "RFC 6455, 5.2: a receiver must fail the connection"
	stream   = "RFC 6455, 5.2: frames are parts of a stream"
)

// headers adds the rows that vary the header of the close frame.
func (l *list) headers() {
	l.kind = Header
	add := func(section, title, source string, w Want, b []byte) { l.add(section, title, source, w, send(b)) }
	p := payload(1000, "")
	bits := []struct {
		name string
		bit  byte
	}{{"RSV1", 0x40}, {"RSV2", 0x20}, {"RSV3", 0x10}}
	for _, r := range bits {
		add("5.2", "a close frame with "+r.name, mustFail, failed(1000, 1002), l.role.frame(opClose|r.bit, p))
	}
	for i, r := range bits {
		source := mustFail
		if i == 0 {
			source = "RFC 7692, 6: RSV1 is for data frames, a receiver must fail the connection"
		}
		l.add("5.2", "a close frame with "+r.name+" after permessage-deflate was agreed on", source, failed(1000, 1002),
			send(l.role.frame(opClose|r.bit, p))).Deflate = true
	}
	add("5.2", "a frame with opcode 11 before the close frame", mustFail, failed(1000, 1002), append(l.frame(0x8b, ""), l.closing(1000, "")...))
	add("5.2", "a close frame whose length of 2 is written as 126", "RFC 6455, 5.2 and 5.5", rejected(1002), l.role.sized(opClose, 2, p))
	add("5.2", "a close frame whose length of 2 is written as 127", "RFC 6455, 5.2 and 5.5", rejected(1002), l.role.sized(opClose, 8, p))

	// A control frame has at most 125 bytes (RFC 6455, 5.5), so no valid one has an
	// extended length.
	long := payload(1000, strings.Repeat("*", 65534))
	w := rejected(1002)
	w.Reset = true // the stack need not read the payload
	add("5.5", "a close frame of 65536 bytes", "", w, l.role.sized(opClose, 8, long))
	add("5.5", "a close frame of 126 bytes whose length is written as 127", "RFC 6455, 5.2 and 5.5", rejected(1002), l.role.sized(opClose, 8, long[:126]))
	add("5.5", "a close frame without FIN", "RFC 6455, 5.4 and 5.5", rejected(1002), l.role.frame(opClose&^finBit, p))

	// Each role has its own row, so the names differ.
	const mask = "RFC 6455, 5.1: the connection must be closed, with 1002 or without a close frame"
	if l.role == ServerRole {
		add("5.1", "an unmasked close frame from a client", mask, failed(1000, 1002, noFrame), ClientRole.frame(opClose, p))
		return
	}
	l.numbers["5.1"]++
	add("5.1", "a masked close frame from a server", mask, failed(1000, 1002, noFrame), ServerRole.frame(opClose, p))
}

// splits adds the rows that split a valid close frame over TCP segments. TCP is a stream,
// so this must not matter.
func (l *list) splits() {
	l.kind = Split
	f, w := l.closing(4000, "split"), accepted(4000, "split")
	l.add("5.2", "a close frame in writes of one byte", stream, w, Step{Do: DripBytes, Bytes: f})
	l.add("5.2", "a close frame's header and payload in two writes", stream, w, send(f[:2]), Step{Do: Pause}, send(f[2:]))
	l.add("5.2", "data and a close frame in one write", stream, w, send(l.frame(opText, "hi"), f))
	// A stack that reads frame by frame may close TCP with data unread, which resets
	// it.
	w.Reset = true
	l.add("1.4", "a close frame and 64 bytes that are no frame in one write", "RFC 6455, 1.4 and 7.1.1: what follows is discarded", w,
		send(f, []byte(strings.Repeat("\xff", 64))))
	if l.role == ClientRole { // a client must not send before the response (4.1)
		l.add("4.2.2", "a close frame in one write with the answer of the opening handshake", "", accepted(4000, "split"), Step{Do: WithHandshake, Bytes: f})
	}
}
