// Package closing closes WebSocket connections for programs that read frames from a
// net.Conn: TCP, TLS or net.Pipe, server or client. It sends and answers close frames,
// ends TCP in the order of RFC 6455, section 7.1.1, and calls the listeners of the close
// event once, all within a bounded time.
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
//			c.Close(code.NormalClosure, "done") // the loop below reads the answer
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
// Receive, Fail and End return the *event.Error of the connection: [event.From] finds the
// event, and errors.Is(err, io.EOF) holds if the peer was done.
//
// # What is bounded
//
// The end begins with the first call of Close, Receive, Fail, End or Terminate, or with
// a write that fails. It takes at most [Conn.CloseTimeout], and nothing prolongs it.
// Then the transport is closed, the listeners have been called, every call has
// returned, and no goroutine or timer is left, whatever the peer does and the program
// forgets.
//
// The program's own functions are not bounded. If the function of a Send hangs outside of
// a write, that Send does not return. If a listener hangs, the goroutine that calls it
// hangs too, and the listeners after it are not called. Once the end has begun, all other
// calls still return.
//
// An open connection has no bound. Send waits while the peer does not read. There is no
// write deadline: to bound one message, call time.AfterFunc(d, c.Terminate) before Send
// and stop that timer after it. The reader waits while the peer does not send: call
// SetReadDeadline, and send pings to an idle peer. Only a pong has a bound: if the peer
// does not read it within CloseTimeout, the connection ends a moment later.
//
// # What is still sent
//
// Close, Receive and Fail let a Send finish the message that it is writing; then the
// close frame follows (RFC 6455, section 5.5.1). The message has no bound of its own:
// if CloseTimeout runs out first, it is cut, and no close frame follows. End and
// Terminate cut it at once. To be sure of a slow message, wait for Send before you call
// Close. All other messages are rejected, also those whose Send waits for its turn.
//
// Pings are answered until the peer's close frame arrives. While Send is writing a
// message, Pong returns at once, and that Send writes the latest pong after its message.
// While a pong is being written, the next Pong waits, so a flood of pings slows down only
// its sender. After a failed write nothing more is sent, and what the peer has sent still
// counts.
//
// Only Receive finds the peer's close frame. If nobody reads after Close, the timer ends
// the connection with 1006, even if the peer has replied.
//
// # Rules for the program
//
//   - Call Pong, Receive, Fail and End on the goroutine that reads. Give every error of a
//     read to Fail, if the peer broke the protocol, or to End. Any goroutine may call the
//     other methods: to end the connection from outside, call Close or Terminate.
//   - Write through Send only, and set deadlines through SetReadDeadline only: one that
//     is set on the net.Conn undoes ours. The deadlines of the net.Conn must work, or
//     return an error.
//   - The function of a Send must return every error of a write. It must not call Send,
//     which would wait for itself, nor Close, which would wait for CloseTimeout.
//   - Listeners run on the goroutine that calls Receive, Fail, End or Terminate, or on that
//     of a timer if nobody reads. After the end, AddEventListener and OnClose call the
//     listener themselves. A panic in a listener continues on its goroutine.
//   - A wrapper hides methods of its net.Conn. Without CloseWrite, TCP may be reset
//     before the peer has read our close frame. Without NetConn, which *tls.Conn has, a
//     peer that does not read can delay the end of TLS by five seconds. A net.Pipe has
//     neither and needs neither.
//   - A net.Pipe has no buffer. If both ends send pings, both readers may wait in Pong for
//     each other, and the connection ends. Let only one end send pings.
//
// Once our close frame has left, and unless a write failed, Receive, Fail and End read
// from the net.Conn until the peer closes TCP or the time is over, and discard the
// bytes, so that TCP is not reset. A server needs CloseWrite for this. They do not see
// the bytes that a bufio.Reader still holds. These are lost, and need not be read:
// nothing that follows the peer's close frame counts, nor anything after Fail or End.
//
// # Cost
//
// An idle Conn has 304 bytes. A connection that ends uses an object from a sync.Pool.
// Apart from that, only a timer is allocated before the listeners are called: in Close,
// after a failed write, and in Receive or Fail over TLS or while Send is writing. The
// *event.Error is allocated after them.
package closing
