package embed_test

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/url"

	"github.com/lxzan/gws"

	adapter "example.com/closeframe/bench/embed/gws"
	"example.com/closeframe/bench/embed/live"
)

var gwsBefore = live.NewStack("gws",
	func(w http.ResponseWriter, r *http.Request) (gwsConn, error) {
		h := new(gwsHandler)
		ws, err := gws.NewUpgrader(h, nil).Upgrade(w, r)
		return gwsConn{ws, h}, err
	},
	func(_ context.Context, url string) (gwsConn, error) {
		h := new(gwsHandler)
		ws, _, err := gws.NewClient(h, &gws.ClientOption{Addr: url})
		return gwsConn{ws, h}, err
	},
	func(c gwsConn) live.Conn { return c },
)

// gwsAfter has no limits: every cell must be right.
var gwsAfter = live.NewStack("gws", adapter.NewUpgrader(gwsIgnore, nil).Upgrade, dialGws, adaptGws)

func dialGws(ctx context.Context, addr string) (*adapter.Conn, error) {
	u, err := url.Parse(addr)
	if err != nil {
		return nil, err
	}
	tcp, err := new(net.Dialer).DialContext(ctx, "tcp", u.Host)
	if err != nil {
		return nil, err
	}
	return adapter.NewClient(gwsIgnore, &gws.ClientOption{Addr: addr}, tcp)
}

func gwsIgnore(*adapter.Conn, *gws.Message) {}

func adaptGws(c *adapter.Conn) live.Conn {
	send := func(text string) error { return c.WriteMessage(gws.OpcodeText, []byte(text)) }
	return live.Adapt(c, c.ReadLoop, send)
}

// A gwsConn uses what gws offers by itself.
type gwsConn struct {
	*gws.Conn
	h *gwsHandler
}

// A gwsHandler keeps what gws says at the end.
type gwsHandler struct {
	gws.BuiltinEventHandler
	told live.Told
}

func (h *gwsHandler) OnClose(_ *gws.Conn, err error) {
	h.told = live.Told{Verdict: live.Refused, Err: err}
	var ce *gws.CloseError
	if errors.As(err, &ce) {
		h.told = live.Told{Verdict: live.Taken, Code: int(ce.Code), Reason: string(ce.Reason), Err: err}
	}
}

func (c gwsConn) Read() live.Told {
	c.ReadLoop()
	return c.h.told
}

func (c gwsConn) Close(code int, reason string) error {
	return c.WriteClose(uint16(code), []byte(reason))
}

func (c gwsConn) Send(text string) error { return c.WriteString(text) }
