package nbio_test

import (
	"net/http"
	"testing"

	"github.com/lesismal/nbio/nbhttp/websocket"

	"example.com/closeframe/bench/embed/nbio"
	"example.com/closeframe/bench/embed/recipetest"
	"example.com/closeframe/code"
	"example.com/closeframe/event"
)

// Without 5.5/1: the stack hides the reason of a close with 1000.
func TestRows(t *testing.T) {
	recipetest.Run(t, "5.5/1", func(w http.ResponseWriter, r *http.Request, use func(recipetest.Conn)) {
		end := make(chan event.CloseEvent, 1)
		u := websocket.NewUpgrader()
		u.BlockingModAsyncWrite = false
		u.OnClose(func(_ *websocket.Conn, err error) { end <- nbio.Event(err) })
		c, err := u.Upgrade(w, r, nil)
		if err != nil {
			return
		}
		use(recipetest.Conn{
			Close: func(cc code.Code, reason string) error { return nbio.Close(c, cc, reason, recipetest.Timeout) },
			End:   func() event.CloseEvent { return <-end },
		})
	})
}
