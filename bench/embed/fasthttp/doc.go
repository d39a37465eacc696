// Package fasthttp ends connections of github.com/fasthttp/websocket and tells how
// they ended. That package is a fork of gorilla/websocket with the same hooks and
// the same defects, so conn.go is the adapter of package gorilla with another
// import, written by its test; what cannot be reached stands there. What differs is
// here: a server of valyala/fasthttp.
//
// Set Server.KeepHijackedConns. Without it fasthttp makes the Close of a connection
// do nothing until the handler returns: [Conn.Terminate] drops nothing, and the
// event comes before TCP has ended.
package fasthttp

import (
	"github.com/fasthttp/websocket"
	"github.com/valyala/fasthttp"
)

// Serve takes over the connection of a request and calls f with it, on a goroutine
// of the server, once the handler that called Serve has returned. When f returns
// the connection ends, and the listeners are called, if neither has happened.
func Serve(u *websocket.FastHTTPUpgrader, ctx *fasthttp.RequestCtx, f func(*Conn)) error {
	return u.Upgrade(ctx, func(ws *websocket.Conn) {
		c := New(ws, true)
		defer c.Terminate()
		f(c)
	})
}
