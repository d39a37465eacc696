// Package gobwas ends connections of github.com/gobwas/ws as RFC 6455 has it, and
// tells once and rightly how they ended. It is an example to be copied.
//
// gobwas lets a foreign codec in everywhere: close frames are read and written by
// package frame, [event.Handshake] says what is owed and [event.Target] has the
// listeners.
//
// There are two ways to read. [Conn.ReadMessage] is a loop of its own over
// [ws.ReadHeader]. Who keeps [wsutil.Reader] gives it [Conn.HandleFrame] for the
// control frames and every error to [Conn.End]:
//
//	r := wsutil.Reader{
//		Source: conn, State: ws.StateServerSide, CheckUTF8: true, MaxMessageSize: 1 << 20,
//		OnIntermediate: c.HandleFrame,
//	}
//	for {
//		h, err := r.NextFrame()
//		if err == nil && h.OpCode.IsControl() {
//			err = c.HandleFrame(h, &r)
//		} else if err == nil {
//			err = serve(h, &r)
//		}
//		if err != nil {
//			return c.End(err)
//		}
//	}
//
// Source is conn only where nothing has been read ahead: [ws.UpgradeHTTP] and
// [ws.Dial] return a reader that may hold the first frames, which is the Source
// then. Without MaxMessageSize a peer can fill the memory. One thing is out of
// reach here: [ws.Header] does not tell that a length takes more bytes than it
// needs (RFC 6455, section 5.2), which ReadMessage refuses. And End drops TCP
// without a close frame for an error that is not of the connection, such as one of
// the application in serve: call [Conn.Close] first.
//
// Either way all writes go through the [Conn], for its lock is what keeps frames
// from following a close frame, and so do read deadlines: one that is renewed on
// the net.Conn undoes Conn.CloseTimeout, [Conn.SetReadDeadline] does not.
//
// [Conn.Close] starts the closing handshake, [Conn.CloseFrame] does so for many
// connections with bytes that were made once, and [Conn.Terminate] drops TCP.
//
// Who ends TCP: the server, once both close frames have passed; the client waits
// for that. After a malformed frame it is the side that found it, once its own
// close frame is written. Both read on until the other side has closed too, as RFC
// 6455, section 7.1.1, advises: a socket closed with bytes unread is reset, and a
// reset can destroy the close frame on its way. Every wait ends after
// Conn.CloseTimeout.
package gobwas
