// Package live watches how a WebSocket stack ends connections, over TCP and from
// both sides, without any code of the stack or of closeframe on the other side: a
// raw [Peer] writes and reads the bytes.
//
// A [Stack] is described by two functions: one serves a listener, one dials. What
// they hand out is a [Conn], one connection as its application sees it.
//
// [Receive] sends the close frames of [Rows] to a stack, each on a connection of
// its own, and notes what the application is told, what is answered and whether
// TCP ends. [Send] has the stack's application close with the codes and reasons
// of [SendRows] and notes what is on the wire and what the caller is told. What is
// right stands in the rows, written down from RFC 6455; [Row.Judge] and
// [SendRow.Judge] compare.
package live
