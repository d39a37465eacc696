package embed_test

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/gorilla/websocket"

	"example.com/closeframe/bench/embed/gorilla"
	"example.com/closeframe/bench/embed/live"
)

var gorillaBefore = live.NewStack("gorilla",
	func(w http.ResponseWriter, r *http.Request) (*websocket.Conn, error) {
		return new(websocket.Upgrader).Upgrade(w, r, nil)
	},
	func(ctx context.Context, url string) (*websocket.Conn, error) {
		c, _, err := websocket.DefaultDialer.DialContext(ctx, url, nil)
		return c, err
	},
	func(c *websocket.Conn) live.Conn { return gorillaConn{c} },
)

var gorillaAfter = func() live.Stack {
	s := live.NewStack("gorilla", upgradeGorilla, gorilla.Dial, adaptGorilla)
	s.Limits = gorillaLimits
	return s
}()

func upgradeGorilla(w http.ResponseWriter, r *http.Request) (*gorilla.Conn, error) {
	return gorilla.Upgrade(new(websocket.Upgrader), w, r)
}

// gorillaLimits are those of gorilla and its forks.
var gorillaLimits = []live.Limit{
	{
		Why: "A payload of one byte is taken for an empty one before the close handler is called.",
		Receive: func(r live.Row, _ live.Role) live.Facets {
			return live.If(len(r.Payload) == 1, live.Tells|live.Answers)
		},
	},
	{
		Why: "1014 is refused before the close handler is called.",
		Receive: func(r live.Row, _ live.Role) live.Facets {
			return live.If(r.Take && r.Code == 1014, live.Tells|live.Answers)
		},
	},
	{
		Why: "A reason that is not UTF-8 is answered with 1002 before the close handler is called.",
		Receive: func(r live.Row, _ live.Role) live.Facets {
			return live.If(r.Answer == 1007 && !r.Take, live.Answers)
		},
	},
}

func adaptGorilla(c *gorilla.Conn) live.Conn {
	read := func() error { _, _, err := c.ReadMessage(); return err }
	send := func(text string) error { return c.WS().WriteMessage(websocket.TextMessage, []byte(text)) }
	return live.Adapt(c, read, send)
}

// A gorillaConn uses what gorilla offers by itself.
type gorillaConn struct{ *websocket.Conn }

func (c gorillaConn) Read() live.Told {
	defer c.Conn.Close()
	for {
		_, _, err := c.ReadMessage()
		var ce *websocket.CloseError
		switch {
		case err == nil:
		case errors.As(err, &ce):
			return live.Told{Verdict: live.Taken, Code: ce.Code, Reason: ce.Text, Err: err}
		default:
			return live.Told{Verdict: live.Refused, Err: err}
		}
	}
}

func (c gorillaConn) Close(code int, reason string) error {
	return c.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(code, reason), time.Now().Add(time.Second))
}

func (c gorillaConn) Send(text string) error {
	return c.WriteMessage(websocket.TextMessage, []byte(text))
}
