package gorilla_test

import (
	"net/http"
	"testing"

	"github.com/gorilla/websocket"

	"example.com/closeframe/bench/embed/gorilla"
	"example.com/closeframe/bench/embed/recipetest"
	"example.com/closeframe/code"
	"example.com/closeframe/event"
)

func TestRows(t *testing.T) {
	recipetest.Run(t, "", func(w http.ResponseWriter, r *http.Request, use func(recipetest.Conn)) {
		c, err := new(websocket.Upgrader).Upgrade(w, r, nil)
		if err != nil {
			return
		}
		use(recipetest.Conn{
			Close: func(cc code.Code, reason string) error { return gorilla.Close(c, cc, reason, recipetest.Timeout) },
			End: func() event.CloseEvent {
				defer c.Close()
				for {
					if _, _, err := c.ReadMessage(); err != nil {
						return gorilla.Event(err)
					}
				}
			},
		})
	})
}
