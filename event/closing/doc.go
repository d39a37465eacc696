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
// Receive, Fail and End return the *event.Error of the connection: [event.From] finds the
// event, and errors.Is(err, io.EOF) holds if the peer was done.
//
// # What is bounded
//
// The end begins with the first of Close, Receive, Fail, End, Terminate, or a write that
// fails. This sets one instant, [Conn.CloseTimeout] later, which nothing moves. By then,
// whatever the peer does and the program forgets, the transport is closed, the listeners
// have been called, every call has returned, and no goroutine or timer is left. Only a
// function that hangs in Send by itself, not in a write, keeps that Send.
//
// An open connection has no bound: Send waits for a peer that does not read, and the
// reader for one that does not send. Use SetReadDeadline, or send pings and close. A pong
// is the exception: if the peer does not read it within CloseTimeout, the connection ends
// a moment later.
//
// # What is still sent
//
// A message that Send is writing when the end begins is finished first, also before the
// reply to the peer's close frame (RFC 6455, section 5.5.1). It has no bound of its own:
// if it takes longer than CloseTimeout it is cut, and no close frame follows. To be sure
// of a slow message, wait for Send before you call Close. All other messages are
// rejected, also those whose Send waits for its turn.
//
// Pings are answered until the peer's close frame arrives. The reader leaves a pong to
// the Send that is writing, which sends the latest one and returns; meanwhile the reader
// waits, so a flood of pings slows down nobody but its sender. After a failed write
// nothing is sent any more, and what the peer has sent still counts.
//
// Only Receive finds the peer's close frame. If nobody reads after Close, the timer ends
// the connection with 1006, even if the peer has replied.
//
// # Rules for the program
//
//   - Give every error of a read to End or Fail.
//   - Write through Send only, and set deadlines through SetReadDeadline only: one that
//     is set on the net.Conn undoes ours.
//   - Listeners run on the goroutine that calls Receive, Fail, End or Terminate, or on
//     that of a timer if nobody reads. A panic in a listener continues there.
//   - A wrapper hides methods of its net.Conn. Without CloseWrite, TCP may be reset
//     before the peer has read our close frame. Without NetConn, which *tls.Conn has, a
//     peer that does not read can delay the end of TLS by five seconds. A net.Pipe has
//     neither and needs neither.
//
// # Cost
//
// An idle Conn has 304 bytes. Nothing allocates between the wire and the listener; after
// the listeners the *event.Error is allocated. Close allocates a timer, and so do Receive
// and Fail over TLS or if they have to wait for Send.
package closing
