package coder_test

import (
	"context"
	"net/http"
	"testing"

	"github.com/coder/websocket"

	"example.com/closeframe/bench/embed/coder"
	"example.com/closeframe/bench/embed/recipetest"
	"example.com/closeframe/code"
	"example.com/closeframe/event"
)

// Without 8.1/1: the stack replies to a reason that is not UTF-8 with the same reason.
func TestRows(t *testing.T) {
	recipetest.Run(t, "8.1/1", func(w http.ResponseWriter, r *http.Request, use func(recipetest.Conn)) {
		c, err := websocket.Accept(w, r, nil)
		if err != nil {
			return
		}
		use(recipetest.Conn{
			Close: func(cc code.Code, reason string) error { return coder.Close(c, cc, reason, recipetest.Timeout) },
			End: func() event.CloseEvent {
				defer c.CloseNow()
				for {
					if _, _, err := c.Read(context.Background()); err != nil {
						return coder.Event(err)
					}
				}
			},
		})
	})
}
