package closetest

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
)

// accept serves connections until the listener is closed. A client that opens more
// than maxConns waits, so that it can exhaust neither memory nor descriptors.
func (c *clientRun) accept(ctx context.Context, l net.Listener) {
	defer c.conns.Done()
	slots := make(chan struct{}, maxConns)
	for {
		conn, err := l.Accept()
		if err != nil {
			c.serving(0, err)
			return
		}
		slots <- struct{}{}
		c.conns.Add(1)
		go func() {
			defer c.conns.Done()
			defer func() { <-slots }()
			c.serving(1, nil)
			c.serving(-1, c.handle(ctx, conn))
		}()
	}
}

// serving counts the connections. err is of one that was none for a row.
func (c *clientRun) serving(n int, err error) {
	c.slotsMu.Lock()
	defer c.slotsMu.Unlock()
	c.busy += n
	if err != nil {
		c.bad = err
	}
	select {
	case c.came <- struct{}{}:
	default:
	}
}

// handle serves one connection: the opening handshake (RFC 6455, 4.2), and the row
// that it asks for. The error says that it was none for a row; a browser that was
// pointed here sees it as a page.
func (c *clientRun) handle(ctx context.Context, conn net.Conn) error {
	p := newPeer(ctx, conn, ClientRole, c.runner.timeout)
	defer p.close()
	req, err := p.request()
	if err == nil {
		err = isWebSocket(req)
	}
	var s *slot
	if err == nil {
		s, err = c.take(req.URL.Query().Get("row"))
	}
	if err != nil {
		err = fmt.Errorf("closetest: opening handshake: %w", err)
		p.write([]byte("HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Type: text/plain\r\n\r\n" + err.Error() + "\n"))
		return err
	}
	deflate := offersDeflate(req)
	if s.row.Deflate && !deflate {
		p.respond(req, "", nil)
		p.leave()
		c.ran(s, notRun(s.row, ClientRole, noDeflate))
		return nil
	}
	// The parameters are such that every client accepts them: nothing that the
	// peer sends is compressed.
	extension := ""
	if s.row.Deflate {
		extension = deflateName + "; server_no_context_takeover; client_no_context_takeover"
	}
	var early []byte
	if first := s.row.Steps[0]; first.Do == WithHandshake {
		early = first.Bytes
	}
	p.respond(req, extension, early)
	if early == nil {
		p.pause(moment) // for clients that lose what comes with the handshake
	}
	p.upgraded()
	c.ran(s, c.run(ctx, s.row, p))
	return nil
}

// request reads the client's half of the opening handshake. A client that speaks
// HTTP/2 with prior knowledge begins with a line that would pass for a request.
func (p *peer) request() (*http.Request, error) {
	p.wait(p.timeout)
	if b, _ := p.r.Peek(3); string(b) == "PRI" {
		return nil, errHTTP2
	}
	return http.ReadRequest(p.r)
}

// isWebSocket returns what the request lacks (RFC 6455, 4.2.1).
func isWebSocket(req *http.Request) error {
	switch {
	case req.Method != http.MethodGet || !strings.EqualFold(req.Header.Get("Upgrade"), "websocket"):
		return fmt.Errorf("%s %s is no request for a WebSocket", req.Method, req.URL)
	case req.Header.Get("Sec-WebSocket-Key") == "":
		return errors.New("no Sec-WebSocket-Key")
	case req.Header.Get("Sec-WebSocket-Version") != "13":
		return fmt.Errorf("Sec-WebSocket-Version is %q, not 13", req.Header.Get("Sec-WebSocket-Version"))
	}
	return nil
}

// offersDeflate reports whether the client offers permessage-deflate without a
// window that the peer would have to agree on.
func offersDeflate(req *http.Request) bool {
	for _, offer := range strings.Split(strings.Join(req.Header.Values("Sec-WebSocket-Extensions"), ","), ",") {
		name := strings.TrimSpace(strings.SplitN(offer, ";", 2)[0])
		if name == deflateName && !strings.Contains(offer, "server_max_window_bits") {
			return true
		}
	}
	return false
}

// respond writes the peer's half of the opening handshake, and early behind it.
func (p *peer) respond(req *http.Request, extension string, early []byte) {
	h := http.Header{}
	h.Set("Upgrade", "websocket")
	h.Set("Connection", "Upgrade")
	h.Set("Sec-WebSocket-Accept", acceptKey(req.Header.Get("Sec-WebSocket-Key")))
	if extension != "" {
		h.Set("Sec-WebSocket-Extensions", extension)
	}
	if sub := strings.Split(req.Header.Get("Sec-WebSocket-Protocol"), ",")[0]; sub != "" {
		h.Set("Sec-WebSocket-Protocol", sub)
	}
	var b strings.Builder
	b.WriteString("HTTP/1.1 101 Switching Protocols\r\n")
	_ = h.Write(&b)
	b.WriteString("\r\n")
	p.write(append([]byte(b.String()), early...))
}
