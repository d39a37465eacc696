package main

import (
	"context"
	"errors"
	"net/http"

	"github.com/lxzan/gws"
)

type gwsConn struct {
	*gws.Conn
	h *gwsHandler
}

// A gwsHandler keeps the error of OnClose.
type gwsHandler struct {
	gws.BuiltinEventHandler
	code   int
	reason string
}

func (h *gwsHandler) OnPing(c *gws.Conn, payload []byte) { _ = c.WritePong(payload) }

func (h *gwsHandler) OnClose(_ *gws.Conn, err error) {
	h.code = abnormal
	var ce *gws.CloseError
	if errors.As(err, &ce) {
		h.code, h.reason = int(ce.Code), string(ce.Reason)
	}
}

func (c gwsConn) Read() (int, string) {
	c.ReadLoop()
	return c.h.code, c.h.reason
}

func (c gwsConn) Close(code int, reason string) error {
	return c.WriteClose(uint16(code), []byte(reason))
}

var gwsDeflate = gws.PermessageDeflate{Enabled: true}

func serveGws(w http.ResponseWriter, r *http.Request, use func(conn)) {
	h := new(gwsHandler)
	if c, err := gws.NewUpgrader(h, &gws.ServerOption{PermessageDeflate: gwsDeflate}).Upgrade(w, r); err == nil {
		use(gwsConn{c, h})
	}
}

func dialGws(_ context.Context, url string) (conn, error) {
	h := new(gwsHandler)
	c, _, err := gws.NewClient(h, &gws.ClientOption{Addr: url, PermessageDeflate: gwsDeflate})
	if err != nil {
		return nil, err
	}
	return gwsConn{c, h}, nil
}
