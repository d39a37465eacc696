// Package closing carries out the end of a WebSocket connection, for a program that
// owns its net.Conn: plain TCP, TLS or net.Pipe, as a server or as a client. It sends
// and answers close frames, ends TCP in the order of RFC 6455, section 7.1.1, calls the
// listeners of the close event once, and bounds all of that in time.
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
// Fail, End and Receive return the *event.Error of the connection: it is io.EOF if the
// peer was done, and [event.From] finds the event.
//
// # What is bounded
//
// The end begins with the first of Close, Receive, Fail, End, Terminate, or a write that
// fails. From then on, within [Conn.CloseTimeout] and whatever the peer does: the
// transport is closed, every call has returned, and the listeners were called. Nothing
// prolongs it: the instant is set once. That holds also if the program never reads
// again, or hangs in the function that it gave to Send. Nothing is left then, no
// goroutine and no timer.
//
// An open connection is not bounded: a message to a peer that does not read waits, and
// a peer that sends nothing is waited for, until the program closes. So it should use
// SetReadDeadline, or send pings and close. The one exception is a pong: a peer that
// reads none of it for CloseTimeout ends the connection at once.
//
// # What may still be sent
//
// When the end begins, the message that Send is writing is finished first, also before
// the peer's close frame is answered (RFC 6455, section 5.5.1). It has no bound of its
// own: what is not written within CloseTimeout is cut off, and then no close frame
// follows it. A program that must not lose a slow message waits for Send before it
// calls Close. Other messages are refused, those whose Send waits for its turn too.
// Pings are answered until the peer's close frame arrives. After a write that failed
// nothing is sent any more, and what the peer has sent is still read.
//
// Only Receive can find the peer's close frame. If nobody reads after Close, the timer
// ends the connection with 1006, even if the peer has answered.
//
// # Rules for the program
//
//   - All writes go through a Conn, and all deadlines: one set on the net.Conn itself
//     undoes ours.
//   - The listeners run on the goroutine of Receive, Fail, End or Terminate, or on that
//     of a timer if nobody reads. A panic in a listener goes on from there.
//   - Wrappers of a net.Conn hide its methods. CloseWrite is needed to end TCP without
//     a reset; NetConn, as *tls.Conn has it, to end TLS in time if the peer does not
//     read. A net.Pipe has neither, and works without.
//
// # Cost
//
// An idle Conn has 304 bytes. Between the peer's close frame and the listeners nothing
// allocates on a connection that keeps deadlines; Close allocates a timer, and the end
// the *event.Error that it returns.
package closing
