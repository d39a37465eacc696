//go:build go1.22

package closetest

import (
	"bufio"
	"context"
	"crypto/tls"
	"io"
	"net"
	"net/http"
	"net/url"
)

var insecure = &tls.Config{InsecureSkipVerify: true}

// dialStack connects a stack as a client and serves the connection to its end.
func dialStack(ctx context.Context, s stack, app *App, row, addr string) error {
	u, err := url.Parse(addr)
	if err != nil {
		return err
	}
	tcp, err := new(net.Dialer).DialContext(ctx, "tcp", u.Host)
	if err != nil {
		return err
	}
	if u.Scheme == "wss" {
		tcp = tls.Client(tcp, insecure)
	}
	defer tcp.Close()
	io.WriteString(tcp, "GET "+u.RequestURI()+" HTTP/1.1\r\nHost: "+u.Host+"\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"+
		"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"+
		"Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n\r\n")
	r := bufio.NewReader(tcp)
	res, err := http.ReadResponse(r, nil)
	if err != nil {
		return err
	}
	if s.faults.lateBytes {
		r.Discard(r.Buffered())
	}
	s.start(tcp, r, res.Header.Get("Sec-WebSocket-Extensions") != "", app, row).serve()
	return nil
}
