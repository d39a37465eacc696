// Package closetest tests how a WebSocket stack ends connections. It is for
// authors of stacks, in any language: the stack need not use closeframe.
//
// It plays the other end of the connection, byte by byte, and runs about a hundred
// rows: close frames with every kind of payload and header, spread over TCP segments
// in odd ways, before, behind and between other frames, and TCP that ends early,
// late or never. A row judges the wire, the end of TCP, and, where the application
// under test passes it on, what the stack reported to the application.
//
// A test of a server that runs, which judges the wire alone:
//
//	func TestClose(t *testing.T) {
//		srv := httptest.NewServer(handler)
//		defer srv.Close()
//		if err := closetest.TestServer(srv.URL); err != nil {
//			t.Fatal(err)
//		}
//	}
//
// [Server], [Client] and [App] do more, as their examples show. For what is not
// written in Go there is the command:
//
//	closeframe probe ws://127.0.0.1:8080/    tests a server
//	closeframe probe -listen 127.0.0.1:9000  tests the clients that connect to it
//
// # Rows
//
// Each row has a connection of its own, and its name is in the URL's query as
// "row". Names are a section of RFC 6455 and a number, such as 7.4.1/3; they do not
// change. The server sends no more than it needs: a connection that greets, echoes
// or pings is fine.
//
// # Levels
//
// A finding has the level of the demand that is not met. Must and Should are those
// words of RFC 6455 where it has them for the endpoint under test. It has none for
// most of what a peer must not send, such as code 1004 or a close frame of one byte:
// to fail the connection with 1002 is then a Should. Where the RFC demands that the
// connection fails (RSV bits, masks, unknown opcodes, a reason that is not UTF-8),
// an answer as to a good close frame shows that it did not, and breaks a Must; no
// answer, or another code than the one for it, breaks a Should (7.1.7). May marks
// what is allowed and worth knowing.
//
// These hold in all rows: a client masks its frames and a server does not (5.1); a
// close frame has no reserved bit, FIN, the shortest length, at most 125 bytes, and no
// body of one byte (5.2, 5.5, 5.5.1); its code is not 1005, 1006 or 1015 (7.4.1) and
// its reason is UTF-8 (8.1); no data follows it (5.5.1); TCP ends, without a reset and
// from the server first (5.5.1, 7.1.1).
//
// # Bounds
//
// No peer can make a run hang or grow: a row waits at most Timeout for each thing
// that has to happen, a few times in all, reads answers of any size in constant
// memory, and closes its connection. Only a hook that ignores its context can keep a
// goroutine.
package closetest
