// Package closetest tests how a WebSocket stack ends connections. It is for
// authors of stacks, in any language: the stack need not use closeframe.
//
// It plays the other end of the connection, byte by byte, and runs about a hundred
// rows: close frames with every kind of payload and header, spread over TCP segments
// in odd ways, before, behind and between other frames, and TCP that ends early,
// late or never. A row judges the wire, the end of TCP, and, where the application
// under test passes it on, what the stack reported to the application.
//
// This tests a server by the wire alone:
//
//	func TestClose(t *testing.T) {
//		srv := httptest.NewServer(handler)
//		defer srv.Close()
//		if err := closetest.TestServer(srv.URL); err != nil {
//			t.Fatal(err)
//		}
//	}
//
// [Server], [Client] and [App] do more, as their examples show. For other languages
// there is the command:
//
//	closeframe probe ws://127.0.0.1:8080/    tests a server
//	closeframe probe -listen 127.0.0.1:9000  tests the clients that connect to it
//
// # Rows
//
// Each row has a connection of its own, and its name is in the URL's query as
// "row". A name is a section of RFC 6455 and a number, such as 7.4.1/3, and does not
// change between releases. The application under test may greet, echo or ping: data
// before its close frame is ignored.
//
// # Levels
//
// A finding has the level of the demand that is not met.
//
// Must and Should are the RFC's own words where they bind the endpoint under test.
// For most of what a peer must not send, such as code 1004 or a close frame of one
// byte, the RFC binds the sender alone. To fail the connection with 1002 is then a
// Should.
//
// A receiver must fail the connection for reserved bits, a wrong mask, an unknown
// opcode and a reason that is not UTF-8. If the answer is one that a good close frame
// would get, the receiver accepted the frame, which breaks a Must. No answer, or
// another code than the one for the fault, breaks a Should (7.1.7).
//
// May marks what is allowed and worth knowing. It is never an error.
//
// These demands hold in all rows. A client masks its frames, a server does not (5.1).
// A close frame has no reserved bits, has FIN, the shortest length, at most 125 bytes,
// and never a body of one byte (5.2, 5.5, 5.5.1). Its code is not 1005, 1006 or 1015
// (7.4.1), and its reason is UTF-8 (8.1). No data follows it (5.5.1). TCP ends, from
// the server first, and is not reset (5.5.1, 7.1.1).
//
// # Bounds
//
// A peer cannot make a run hang or grow. A row waits at most Timeout for each thing
// that has to happen, a few times in all; it reads answers of any size in constant
// memory; and it closes its connection. Only a hook that ignores its context can
// leave a goroutine behind.
package closetest
