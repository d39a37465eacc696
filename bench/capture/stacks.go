package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"strings"
	"time"

	coder "github.com/coder/websocket"
	gorilla "github.com/gorilla/websocket"
)

// An ending is the code and the reason that a stack is asked to close with.
type ending struct {
	code   int
	reason string
}

// endings begin with those that have a reason, the more informative ones.
var endings = []ending{
	{1000, "bye"},
	{1001, "going away"},
	{1002, "protocol error"},
	{1003, "text only"},
	{1007, "not UTF-8"},
	{1008, "policy"},
	{1009, "too big"},
	{1011, "internal error"},
	{1012, "restart"},
	{1013, "try again later"},
	{1014, "bad gateway"},
	{3000, "unauthorized"},
	{3003, "forbidden"},
	{3008, "timeout"},
	{4000, "à bientôt, señor"},
	{4001, "до свидания"},
	{4002, "再見"},
	{4003, "bye 👋"},
	{4004, `a "quoted" back\slash`},
	{4998, strings.Repeat("閉", 41)}, // 123 bytes, as many as fit
	{4999, strings.Repeat("0123456789", 12) + "012"},
	{4999, "last"},
	{1000, ""},
	{4000, ""},
	{1005, ""},
}

// A stack opens a connection in either role, closes it with e, and returns after the
// reply of the peer.
type stack struct {
	name  string
	path  string // of its module
	serve func(w http.ResponseWriter, r *http.Request, e ending) error
	dial  func(ctx context.Context, url string, e ending) error
}

var stacks = []stack{
	{
		name: "gorilla",
		path: "github.com/gorilla/websocket",
		serve: func(w http.ResponseWriter, r *http.Request, e ending) error {
			var u gorilla.Upgrader
			c, err := u.Upgrade(w, r, nil)
			if err != nil {
				return err
			}
			return closeGorilla(c, e)
		},
		dial: func(ctx context.Context, url string, e ending) error {
			c, _, err := gorilla.DefaultDialer.DialContext(ctx, url, nil)
			if err != nil {
				return err
			}
			return closeGorilla(c, e)
		},
	},
	{
		name: "coder",
		path: "github.com/coder/websocket",
		serve: func(w http.ResponseWriter, r *http.Request, e ending) error {
			c, err := coder.Accept(w, r, nil)
			if err != nil {
				return err
			}
			return c.Close(coder.StatusCode(e.code), e.reason)
		},
		dial: func(ctx context.Context, url string, e ending) error {
			c, _, err := coder.Dial(ctx, url, nil)
			if err != nil {
				return err
			}
			return c.Close(coder.StatusCode(e.code), e.reason)
		},
	},
}

func closeGorilla(c *gorilla.Conn, e ending) error {
	defer c.Close()
	deadline := time.Now().Add(timeout)
	c.SetReadDeadline(deadline)
	p := gorilla.FormatCloseMessage(e.code, e.reason)
	if err := c.WriteControl(gorilla.CloseMessage, p, deadline); err != nil {
		return err
	}
	_, _, err := c.ReadMessage()
	var ce *gorilla.CloseError
	if errors.As(err, &ce) && ce.Code == e.code {
		return nil
	}
	if e.code == 1014 && !errors.Is(err, os.ErrDeadlineExceeded) {
		return nil // gorilla sends 1014 but rejects it when received
	}
	return fmt.Errorf("the answer: %w", err)
}
