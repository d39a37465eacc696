package proxy_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"

	"example.com/closeframe/bench/embed/coder"
	"example.com/closeframe/bench/embed/gobwas"
	"example.com/closeframe/bench/embed/proxy"
)

// A client of gobwas, a proxy of gobwas and coder, and a back end of gobwas, which
// closes one connection and drops the other.
func Example() {
	back := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c, err := gobwas.Upgrade(w, r)
		if err != nil {
			return
		}
		_, p, _ := c.ReadMessage()
		if string(p) == "close" {
			c.Close(4000, "as you like")
		} else {
			c.Terminate()
		}
		c.ReadMessage()
	}))
	defer back.Close()
	front := httptest.NewServer(proxy.Proxy{
		Upgrade: func(w http.ResponseWriter, r *http.Request) (proxy.Side, error) {
			c, err := gobwas.Upgrade(w, r)
			return proxy.Gobwas{Conn: c}, err
		},
		Dial: func(ctx context.Context) (proxy.Side, error) {
			c, err := coder.Dial(ctx, websocketURL(back), nil)
			return proxy.Coder{Conn: c}, err
		},
	})
	defer front.Close()

	for _, wish := range []string{"close", "drop"} {
		c, err := gobwas.Dial(context.Background(), websocketURL(front))
		if err != nil {
			fmt.Println(err)
			return
		}
		c.WriteMessage(1, []byte(wish))
		_, _, err = c.ReadMessage()
		fmt.Println(wish+":", err)
	}
	// Output:
	// close: closeframe: connection closed: 4000 (private use) "as you like", clean
	// drop: closeframe: connection closed: 1014 (Bad Gateway), clean
}

func websocketURL(s *httptest.Server) string {
	return "ws" + strings.TrimPrefix(s.URL, "http") + "/"
}
