// Package gobwas is an adapter for github.com/gobwas/ws: package closing closes the
// connections, and this package reads frames and writes messages. It is an example to
// copy.
//
// There are two ways to read. [Conn.ReadMessage] is a loop over [ws.ReadHeader]. A
// program that keeps [wsutil.Reader] passes the control frames to [Conn.HandleFrame]
// and every error to [Conn.End]:
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
// Source is conn only if nothing has been read ahead. [ws.UpgradeHTTP] and [ws.Dial]
// return a reader that may hold the first frames; then use that as Source. Without
// MaxMessageSize a peer can exhaust the memory. Only ReadMessage rejects a length in
// more bytes than necessary (RFC 6455, section 5.2), because [ws.Header] does not show
// it. After an error of the application in serve, End sends no close frame: call Close
// first.
//
// In both ways use the [Conn] for all writes and deadlines. Package closing describes
// why, and bounds the end.
package gobwas
