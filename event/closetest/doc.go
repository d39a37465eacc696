// Package closetest tests how a WebSocket stack ends connections. It is for authors
// of stacks in any language.
//
// closetest plays the other end of the connection and runs about a hundred rows. A row
// sends a close frame with an unusual payload or header, splits it over TCP segments,
// sends it before, behind or between other frames, or ends TCP early, late or never.
// closetest then judges the stack's frames and how TCP ends. It also judges what the
// stack reported, if the application under test passes that on.
//
// This test judges the wire alone:
//
//	func TestClose(t *testing.T) {
//		srv := httptest.NewServer(handler)
//		defer srv.Close()
//		if err := closetest.TestServer(srv.URL); err != nil {
//			t.Fatal(err)
//		}
//	}
//
// The examples of [Server] and [Client] judge reports too, and run the rows in which
// the application closes. For other languages there is a command:
//
//	closeframe probe ws://127.0.0.1:8080/    tests a server
//	closeframe probe -listen 127.0.0.1:9000  tests the clients that connect to it
//
// # Rows
//
// A row is one test case, with a connection of its own. The value of "row" in the URL's
// query is the row's name: a section of RFC 6455 and a number, such as 7.4.1/3. Names do
// not change between releases.
//
// The application under test needs no special behaviour. It may greet, echo or send
// pings: closetest ignores data and pings before the stack's close frame.
//
// # Levels
//
// A [Finding] has the level of the demand that the stack did not meet.
//
// Must and Should have the meaning of RFC 2119. A demand is a Must only if the RFC
// makes it of the endpoint under test. The RFC forbids a peer to send code 1004, or a
// close frame of one byte, but does not say what the receiver must do. To fail the
// connection with 1002 is then a Should.
//
// A receiver must fail the connection (RFC 6455, 7.1.7) for reserved bits, a wrong
// mask, an unknown opcode, and a reason that is not UTF-8. A stack that answers such a
// frame as if it were good breaks a Must. A stack that does not answer, or answers with
// the code of another fault, breaks a Should.
//
// May marks a note: what the stack did is allowed, but unusual.
//
// In every row the stack's own frames are judged as well:
//
//   - A client masks its close frame, and a server does not (5.1).
//   - A close frame has FIN, no reserved bits, the shortest form of its length, and at
//     most 125 bytes (5.2, 5.5).
//   - Its payload is not a single byte (5.5.1).
//   - Its code is not 1005, 1006 or 1015 (7.4.1), and its reason is UTF-8 (5.5.1).
//   - No data follows it (5.5.1), and TCP does not end inside a frame (5.2).
//   - A second close frame does not follow it (5.5.1); this is a Should.
//
// Most rows demand that the stack ends TCP ([Want].TCP). A server should end it first,
// without a reset (7.1.1), unless the row allows one ([Want].Reset). A client that ends
// TCP first is not judged. Rows in which the peer sends RST demand nothing of TCP.
//
// # Bounds
//
// A peer cannot make a row hang or grow. A row waits at most Timeout for each event, a
// few times in all. It reads answers of any size in constant memory, and closes its
// connection. Only a hook that ignores its context can leave a goroutine behind.
package closetest
