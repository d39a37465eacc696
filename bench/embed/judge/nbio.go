package main

import (
	"context"
	"errors"
	"net/http"
	"sync"

	"github.com/lesismal/nbio/logging"
	"github.com/lesismal/nbio/nbhttp"
	"github.com/lesismal/nbio/nbhttp/websocket"
)

// As a server nbio reads each connection of net/http in its own goroutine, as a client
// in its poller.
type nbioConn struct {
	*websocket.Conn
	ended chan *websocket.CloseError
}

func (c nbioConn) Read() (int, string) {
	if ce := <-c.ended; ce != nil {
		return ce.Code, ce.Reason
	}
	return abnormal, ""
}

func (c nbioConn) Close(code int, reason string) error { return c.WriteClose(code, reason) }

// newNbio returns an Upgrader for one connection, and the channel of its end.
func newNbio() (*websocket.Upgrader, chan *websocket.CloseError) {
	ended := make(chan *websocket.CloseError, 1)
	u := websocket.NewUpgrader()
	u.BlockingModAsyncWrite = false // otherwise it is a race what is sent before TCP is closed
	u.EnableCompression(true)
	u.OnMessage(func(*websocket.Conn, websocket.MessageType, []byte) {})
	u.OnClose(func(_ *websocket.Conn, err error) {
		var ce *websocket.CloseError
		errors.As(err, &ce)
		ended <- ce
	})
	return u, ended
}

func serveNbio(w http.ResponseWriter, r *http.Request, use func(conn)) {
	u, ended := newNbio()
	if c, err := u.Upgrade(w, r, nil); err == nil {
		use(nbioConn{c, ended})
	}
}

// nbioEngine is the poller that clients of nbio need.
var nbioEngine = sync.OnceValues(func() (*nbhttp.Engine, error) {
	logging.SetLevel(logging.LevelNone)
	e := nbhttp.NewEngine(nbhttp.Config{NPoller: 1})
	return e, e.Start()
})

func dialNbio(ctx context.Context, url string) (conn, error) {
	e, err := nbioEngine()
	if err != nil {
		return nil, err
	}
	o, ended := newNbio()
	c, _, err := (&websocket.Dialer{Engine: e, Options: o, EnableCompression: true}).DialContext(ctx, url, nil)
	if err != nil {
		return nil, err
	}
	return nbioConn{c, ended}, nil
}
