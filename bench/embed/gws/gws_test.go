package gws_test

import (
	"net/http"
	"testing"

	stack "github.com/lxzan/gws"

	"example.com/closeframe/bench/embed/gws"
	"example.com/closeframe/bench/embed/recipetest"
	"example.com/closeframe/code"
	"example.com/closeframe/event"
)

type handler struct {
	stack.BuiltinEventHandler
	end event.CloseEvent
}

func (h *handler) OnClose(_ *stack.Conn, err error) { h.end = gws.Event(err) }

// Without 8.1/1: the stack replies to a reason that is not UTF-8 as to a valid one.
func TestRows(t *testing.T) {
	recipetest.Run(t, "8.1/1", func(w http.ResponseWriter, r *http.Request, use func(recipetest.Conn)) {
		h := new(handler)
		c, err := stack.NewUpgrader(h, nil).Upgrade(w, r)
		if err != nil {
			return
		}
		use(recipetest.Conn{
			Close: func(cc code.Code, reason string) error { return gws.Close(c, cc, reason, recipetest.Timeout) },
			End: func() event.CloseEvent {
				c.ReadLoop()
				return h.end
			},
		})
	})
}
