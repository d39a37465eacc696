package embed_test

import (
	"context"
	"errors"
	"net/http"

	"github.com/coder/websocket"

	"example.com/closeframe/bench/embed/coder"
	"example.com/closeframe/bench/embed/live"
	"example.com/closeframe/event"
)

var coderBefore = live.NewStack("coder",
	func(w http.ResponseWriter, r *http.Request) (*websocket.Conn, error) {
		return websocket.Accept(w, r, nil)
	},
	func(ctx context.Context, url string) (*websocket.Conn, error) {
		ws, _, err := websocket.Dial(ctx, url, nil)
		return ws, err
	},
	func(ws *websocket.Conn) live.Conn { return coderConn{ws} },
)

var coderAfter = func() live.Stack {
	s := live.NewStack("coder",
		func(w http.ResponseWriter, r *http.Request) (*coder.Conn, error) { return coder.Accept(w, r, nil) },
		func(ctx context.Context, url string) (*coder.Conn, error) { return coder.Dial(ctx, url, nil) },
		adaptCoder)
	s.Limits = []live.Limit{{
		Why: "coder answers before it tells anybody what came, with the reason that came: " +
			"where that is not UTF-8, so is the answer's, and its code is not 1007.",
		Receive: func(r live.Row, _ live.Role) live.Facets {
			return live.If(r.Answer == 1007 && !r.Take, live.Answers)
		},
	}}
	return s
}()

func adaptCoder(c *coder.Conn) live.Conn {
	told := make(chan struct{})
	read := func() error {
		_, _, err := c.Read(context.Background())
		if err != nil {
			<-told // Close may still be calling the listeners
		}
		return err
	}
	send := func(text string) error {
		return c.Write(context.Background(), websocket.MessageText, []byte(text))
	}
	a := live.Adapt(c, read, send)
	c.AddEventListener(func(event.CloseEvent) { close(told) }) // the last
	return a
}

// A coderConn uses what coder offers by itself.
type coderConn struct{ *websocket.Conn }

func (c coderConn) Read() live.Told {
	defer c.CloseNow()
	for {
		_, _, err := c.Conn.Read(context.Background())
		var ce websocket.CloseError
		switch {
		case err == nil:
		case errors.As(err, &ce):
			return live.Told{Verdict: live.Taken, Code: int(ce.Code), Reason: ce.Reason, Err: err}
		default:
			return live.Told{Verdict: live.Refused, Err: err}
		}
	}
}

// Close leaves out what coder says where the peer answers with another code.
func (c coderConn) Close(code int, reason string) error {
	err := c.Conn.Close(websocket.StatusCode(code), reason)
	if websocket.CloseStatus(err) != -1 {
		return nil
	}
	return err
}

func (c coderConn) Send(text string) error {
	return c.Write(context.Background(), websocket.MessageText, []byte(text))
}
