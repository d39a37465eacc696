package embed_test

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"testing"

	"github.com/gobwas/ws"
	"github.com/gobwas/ws/wsutil"

	"example.com/closeframe/bench/embed/gobwas"
	"example.com/closeframe/bench/embed/live"
)

var gobwasBefore = gobwasRaw(func(conn net.Conn, r io.Reader, st ws.State) live.Conn {
	return gobwasConn{conn, readWriter{r, conn}, st}
})

// gobwasRaw has gobwas do the opening handshake; r has what it has read too far.
func gobwasRaw(newConn func(conn net.Conn, r io.Reader, st ws.State) live.Conn) live.Stack {
	return live.Stack{
		Name: "gobwas",
		Serve: func(l net.Listener, app func(live.Conn)) func() {
			return live.ServeHTTP(l, func(w http.ResponseWriter, r *http.Request) {
				conn, rw, _, err := ws.UpgradeHTTP(r, w)
				switch {
				case err == nil:
					app(newConn(conn, rw, ws.StateServerSide))
				case conn != nil:
					conn.Close()
				}
			})
		},
		Dial: func(ctx context.Context, url string) (live.Conn, error) {
			conn, r, _, err := ws.Dial(ctx, url)
			switch {
			case err != nil:
				return nil, err
			case r == nil:
				return newConn(conn, conn, ws.StateClientSide), nil
			}
			return newConn(conn, r, ws.StateClientSide), nil
		},
	}
}

type readWriter struct {
	io.Reader
	io.Writer
}

// gobwasAfter has no limits: every cell must be right.
var gobwasAfter = live.NewStack("gobwas", gobwas.Upgrade, gobwas.Dial, adaptGobwas)

func adaptGobwas(c *gobwas.Conn) live.Conn {
	read := func() error { _, _, err := c.ReadMessage(); return err }
	return live.Adapt(c, read, gobwasSend(c))
}

func gobwasSend(c *gobwas.Conn) func(string) error {
	return func(text string) error { return c.WriteMessage(ws.OpText, []byte(text)) }
}

// A gobwasConn uses what gobwas offers by itself.
type gobwasConn struct {
	net.Conn
	rw    io.ReadWriter
	state ws.State
}

func (c gobwasConn) Read() live.Told {
	defer c.Conn.Close()
	for {
		_, _, err := wsutil.ReadData(c.rw, c.state)
		var ce wsutil.ClosedError
		switch {
		case err == nil:
		case errors.As(err, &ce):
			return live.Told{Verdict: live.Taken, Code: int(ce.Code), Reason: ce.Reason, Err: err}
		default:
			return live.Told{Verdict: live.Refused, Err: err}
		}
	}
}

func (c gobwasConn) Close(code int, reason string) error {
	f := ws.NewCloseFrame(ws.NewCloseFrameBody(ws.StatusCode(code), reason))
	if c.state.ClientSide() {
		f = ws.MaskFrameInPlace(f)
	}
	return ws.WriteFrame(c.Conn, f)
}

func (c gobwasConn) Send(text string) error {
	return wsutil.WriteMessage(c.Conn, c.state, ws.OpText, []byte(text))
}

// gobwasHandlerStack reads with wsutil.Reader, as the package's documentation shows.
func gobwasHandlerStack(serve func(c *gobwas.Conn, op ws.OpCode, p []byte)) live.Stack {
	return gobwasRaw(func(conn net.Conn, r io.Reader, st ws.State) live.Conn {
		c := gobwas.NewConn(conn, st)
		read := func() error { return readFrames(c, r, st, serve) }
		return live.Adapt(c, read, gobwasSend(c))
	})
}

func readFrames(c *gobwas.Conn, source io.Reader, st ws.State, serve func(*gobwas.Conn, ws.OpCode, []byte)) error {
	r := wsutil.Reader{Source: source, State: st, CheckUTF8: true, OnIntermediate: c.HandleFrame}
	for {
		h, err := r.NextFrame()
		if err == nil && h.OpCode.IsControl() {
			err = c.HandleFrame(h, &r)
		} else if err == nil {
			var p []byte
			if p, err = io.ReadAll(&r); err == nil {
				serve(c, h.OpCode, p)
			}
		}
		if err != nil {
			return c.End(err)
		}
	}
}

// Who keeps wsutil.Reader gets everything right too.
func TestGobwasFrameHandler(t *testing.T) {
	s := gobwasHandlerStack(func(*gobwas.Conn, ws.OpCode, []byte) {})
	for _, role := range roles {
		for i, c := range receive(t, s, role) {
			if c.wrong != 0 {
				t.Errorf("as %s, %s: %q, want %q", role, live.Rows[i].Name, c.text, live.Rows[i].Right())
			}
		}
		for i, c := range send(t, s, role) {
			if c.wrong != 0 {
				t.Errorf("as %s, %s: %q, want %q", role, live.SendRows[i].Name, c.text, live.SendRows[i].Right())
			}
		}
	}
}
