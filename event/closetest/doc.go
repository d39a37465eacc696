// Package closetest tests how a WebSocket stack ends connections. The stack may be written
// in any language.
//
// closetest is the peer of the stack and runs test cases, called rows: about 80, and about
// 25 more with a Close hook. A row sends a close frame with an unusual payload or header,
// splits it over TCP segments, sends it between other frames, or ends TCP early, late or
// never. closetest then checks the stack's frames, how TCP ends and, with [Hooks], what the
// stack reports to the application.
//
// This test checks frames and TCP:
//
//	func TestClose(t *testing.T) {
//		srv := httptest.NewServer(handler)
//		defer srv.Close()
//		if err := closetest.TestServer(srv.URL); err != nil {
//			t.Fatal(err)
//		}
//	}
//
// The examples of [Server] and [Client] have hooks. With a Close hook, the application closes
// in the further rows. For other languages there is a command:
//
//	closeframe probe ws://127.0.0.1:8080/    tests a server
//	closeframe probe -listen 127.0.0.1:9000  tests the clients that connect to it
//
// # Rows
//
// A row is one test case, with a connection of its own. Its name is a section of RFC 6455
// and a number, such as 7.4.1/3. Names do not change between releases. The connection's
// URL has the name in its query, as in /?row=7.4.1/3. A client that connects by itself may
// omit it ([Client]).
//
// The application under test needs no special behaviour. closetest ignores data and pings
// before the stack's close frame.
//
// # Levels
//
// A [Finding] has a level:
//
//   - Must: the stack broke a rule that RFC 6455 requires of it.
//   - Should: the stack broke a recommendation, or did something unsuitable where the RFC
//     has no rule. For example, a peer must not send code 1005, but the RFC does not say
//     what the receiver must do. closetest expects it to fail the connection with 1002.
//   - May: a note. What the stack did is allowed, but unusual.
//
// A receiver must fail the connection (7.1.7) for reserved bits, an unknown opcode, and a
// reason that is not UTF-8, and close it for a wrong mask (5.1). A stack breaks a Must if it
// replies as if the frame were valid. It breaks a Should if its close frame has the wrong
// code. It also breaks a Should if it sends no close frame, except after a wrong mask (5.1).
// If the peer's
// close frame has both an illegal code and a reason that is not UTF-8, each of these faults
// breaks only a Should.
//
// In every row, closetest also checks the stack's own close frame. These rules are a Must:
//
//   - A client masks it, and a server does not (5.1).
//   - It has FIN, no reserved bits, the shortest form of its length, and a payload of 0
//     or 2 to 125 bytes (5.2, 5.5, 5.5.1).
//   - Its code is not 1005, 1006 or 1015 (7.4.1), and its reason is UTF-8 (5.5.1).
//   - No data follows it (5.5.1), and TCP does not end inside a frame (5.2).
//
// A second close frame breaks a Should (5.5.1). A stack that has sent its close frame still
// has to reply to a ping until it receives the peer's close frame. A missing pong breaks
// only a Should: 5.5.2 requires the pong, but 1.4 can be read to forbid it.
//
// In most rows, the stack must also close TCP ([Want].TCP). A server must close it without
// waiting for the client, and a client may close it first (5.5.1, 7.1.1). A reset breaks a
// Should, unless the row allows it ([Want].Reset).
//
// # Bounds
//
// Whatever the stack does, a row uses constant memory and closes its connection. Each wait
// is bounded, at most by 1.1 times Timeout, and a row has only a few. A [Flood] takes at
// most 13 times Timeout, if the stack reads slowly. Only a hook that
// ignores its context can leave a goroutine behind.
package closetest
