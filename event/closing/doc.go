// Package closing closes WebSocket connections for programs that read frames from a
// net.Conn: TCP, TLS or net.Pipe, server or client. It sends close frames, replies to
// the peer's, closes TCP in the order of RFC 6455, section 7.1.1, and calls the listeners
// of the close event once, all within a bounded time.
//
// The program does the opening handshake, reads frames, and writes its messages
// through [Conn.Send]:
//
//	func chat(conn net.Conn, r *bufio.Reader, messages <-chan []byte) error {
//		c := closing.Server(conn) // or Client
//		c.CloseTimeout = 3 * time.Second
//		c.OnClose(func(e event.CloseEvent) { log.Println("closed:", e) })
//
//		go func() {
//			for m := range messages {
//				err := c.Send(func(w io.Writer) error { return writeFrame(w, text, m) })
//				if err != nil {
//					return // errors.Is(err, net.ErrClosed): the connection is closing
//				}
//			}
//			c.Close(code.NormalClosure, "done") // the loop below reads the reply
//		}()
//
//		for {
//			c.SetReadDeadline(time.Now().Add(time.Minute)) // for a peer that is gone
//			opcode, payload, err := readFrame(r)
//			switch {
//			case errors.Is(err, errProtocol):
//				return c.Fail(code.ProtocolError, "", err)
//			case err != nil:
//				return c.End(err)
//			case opcode == closeFrame:
//				return c.Receive(payload)
//			case opcode == ping:
//				c.Pong(payload)
//			case opcode == text:
//				log.Printf("message: %q", payload)
//			}
//		}
//	}
//
// Receive, Fail and End always return an *event.Error, also after a clean end:
// [event.From] finds the event in it. errors.Is(err, io.EOF) is true if Receive accepted a
// close frame with 1000 or 1001, or an empty one.
//
// # Bounds
//
// The end begins with the first call of Close, Receive, Fail, End or Terminate, or with a
// failed write. A Close that returns a frame.Error does not count. At most
// [Conn.CloseTimeout] later, the transport is closed, the listeners have been called, every
// call has returned, and no goroutine or timer is left. Neither the peer nor the program can
// prolong this, with three exceptions. A Send whose function does not return takes longer,
// but delays nothing else. A listener that does not return blocks the goroutine that calls
// it and the listeners after it. If a type without a NetConn method wraps a TLS connection,
// the end can be delayed (see Rules).
//
// On an open connection, only a pong is bounded: if the peer does not read it within
// CloseTimeout, the connection ends. To bound a Send, call time.AfterFunc(d, c.Terminate)
// before it and stop that timer after it. To bound a read, call SetReadDeadline, and send
// pings to an idle peer.
//
// # Rules
//
//   - Call Pong, Receive, Fail and End on the goroutine that reads. Pass every error of a
//     read to Fail, if the peer broke the protocol, or to End. Any goroutine may call the
//     other methods. To end the connection from another goroutine, call Close or
//     Terminate.
//   - Write only through Send. Set deadlines only through SetReadDeadline: one that is set
//     on the net.Conn itself would replace ours. SetDeadline of the net.Conn must work, or
//     return an error.
//   - Listeners run on the goroutine that calls Receive, Fail, End or Terminate. If none of
//     these ends the connection in time, they run on the goroutine of a timer.
//     [event.Target] documents late listeners and panics.
//   - If you wrap a net.Conn that has a CloseWrite or a NetConn method, your type must have
//     that method too. Without CloseWrite, TCP may be reset before the peer has read our
//     close frame. Without NetConn, a TLS peer that does not read can delay the end by five
//     seconds.
//   - Over a net.Pipe, only one endpoint may send pings. A pipe has no buffer: two readers
//     could wait in Pong for each other until the connection ends.
package closing
