// Package gobwas is an adapter for github.com/gobwas/ws: package closing ends the
// connections, and this package reads frames and writes messages. It is an example to
// be copied.
//
// There are two ways to read. [Conn.ReadMessage] is a loop of its own over
// [ws.ReadHeader]. A program that keeps [wsutil.Reader] gives it [Conn.HandleFrame] for
// the control frames, and every error to [Conn.End]:
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
// Source is conn only if nothing has been read ahead: [ws.UpgradeHTTP] and [ws.Dial]
// return a reader that may hold the first frames, which is the Source then. Without
// MaxMessageSize a peer can fill the memory. This way cannot reject a length in more
// bytes than it needs (RFC 6455, section 5.2), since [ws.Header] does not show it;
// ReadMessage does. For an error of the application in serve, End sends no close frame:
// call Close first.
//
// In either way all writes, and all deadlines, go through the [Conn]: see package
// closing, also for what bounds the end.
package gobwas
