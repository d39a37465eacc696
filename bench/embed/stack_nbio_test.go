package embed_test

import (
	"context"
	"errors"
	"net"
	"net/http"

	"github.com/lesismal/nbio/logging"
	"github.com/lesismal/nbio/nbhttp"
	"github.com/lesismal/nbio/nbhttp/websocket"

	"example.com/closeframe/bench/embed/live"
	"example.com/closeframe/bench/embed/nbio"
)

// As a server nbio reads connections of net/http with a goroutine each, as a client
// by its poller.

var nbioBefore = live.Stack{
	Name: "nbio",
	Serve: func(l net.Listener, app func(live.Conn)) func() {
		return live.ServeHTTP(l, func(w http.ResponseWriter, r *http.Request) {
			u, told := nbioUpgrader()
			if ws, err := u.Upgrade(w, r, nil); err == nil {
				app(nbioConn{ws, told})
			}
		})
	},
	Dial: func(ctx context.Context, url string) (live.Conn, error) {
		e, err := nbioEngine()
		if err != nil {
			return nil, err
		}
		o, told := nbioUpgrader()
		ws, _, err := (&websocket.Dialer{Engine: e, Options: o}).DialContext(ctx, url, nil)
		return stopping{nbioConn{ws, told}, e}, err
	},
}

// nbioUpgrader returns an Upgrader for one connection, and where it says how that
// ended.
func nbioUpgrader() (*websocket.Upgrader, chan live.Told) {
	told := make(chan live.Told, 1)
	u := websocket.NewUpgrader()
	u.BlockingModAsyncWrite = false // else what has left before TCP ends is a matter of time
	u.OnMessage(func(*websocket.Conn, websocket.MessageType, []byte) {})
	u.OnClose(func(_ *websocket.Conn, err error) { told <- nbioTold(err) })
	return u, told
}

func nbioTold(err error) live.Told {
	var ce *websocket.CloseError
	switch {
	case errors.As(err, &ce):
		return live.Told{Verdict: live.Taken, Code: ce.Code, Reason: ce.Reason, Err: err}
	case err == nil, errors.Is(err, net.ErrClosed): // what it says of a 1000
		return live.Told{Verdict: live.Silent, Err: err}
	}
	return live.Told{Verdict: live.Refused, Err: err}
}

type nbioConn struct {
	*websocket.Conn
	told chan live.Told
}

func (c nbioConn) Read() live.Told { return <-c.told }

func (c nbioConn) Close(code int, reason string) error { return c.WriteClose(code, reason) }

func (c nbioConn) Send(text string) error {
	return c.WriteMessage(websocket.TextMessage, []byte(text))
}

var nbioAfter = live.Stack{
	Name: "nbio",
	Serve: func(l net.Listener, app func(live.Conn)) func() {
		u := websocket.NewUpgrader()
		u.BlockingModAsyncWrite = false
		u.Engine = nbhttp.NewEngine(nbhttp.Config{})
		u.Engine.CheckUtf8 = nbio.CheckLater
		return live.ServeHTTP(l, func(w http.ResponseWriter, r *http.Request) {
			if c, err := nbio.Upgrade(u, nbioIgnore, w, r); err == nil {
				app(adaptNbio(c))
			}
		})
	},
	Dial: func(ctx context.Context, url string) (live.Conn, error) {
		e, err := nbioEngine()
		if err != nil {
			return nil, err
		}
		e.CheckUtf8 = nbio.CheckLater
		d := &websocket.Dialer{Engine: e, Options: websocket.NewOptions()}
		c, err := nbio.Dial(ctx, d, nbioIgnore, url)
		if err != nil {
			return nil, err
		}
		return stopping{adaptNbio(c), e}, nil
	},
	Limits: []live.Limit{{
		Why: "nbio refuses 1012 to 1014 itself, and answers 1002.",
		Receive: func(r live.Row, _ live.Role) live.Facets {
			return live.If(r.Code >= 1012 && r.Code <= 1014, live.Tells|live.Answers)
		},
	}, {
		Why: "nbio gives one byte to its close handler as 1002.",
		Receive: func(r live.Row, _ live.Role) live.Facets {
			return live.If(len(r.Payload) == 1, live.Tells)
		},
	}, {
		Why: "nbio refuses a frame of over 125 bytes itself, and answers 1009.",
		Receive: func(r live.Row, _ live.Role) live.Facets {
			return live.If(len(r.Payload) > 125, live.Answers)
		},
	}},
}

func nbioIgnore(*nbio.Conn, websocket.MessageType, []byte) {}

func adaptNbio(c *nbio.Conn) live.Conn {
	send := func(text string) error { return c.WriteMessage(websocket.TextMessage, []byte(text)) }
	return live.Adapt(c, c.Wait, send)
}

// nbioEngine starts the poller that a client of nbio needs.
func nbioEngine() (*nbhttp.Engine, error) {
	logging.SetLevel(logging.LevelNone)
	e := nbhttp.NewEngine(nbhttp.Config{NPoller: 1})
	return e, e.Start()
}

// stopping ends a client's engine with its only connection.
type stopping struct {
	live.Conn
	engine *nbhttp.Engine
}

func (c stopping) Read() live.Told {
	defer c.engine.Stop()
	return c.Conn.Read()
}
