package closetest

import (
	"bufio"
	"context"
	"crypto/rand"
	"crypto/sha1"
	"crypto/tls"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"math"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"
)

const (
	deflateName  = "permessage-deflate"
	maxHandshake = 64 << 10 // bytes
	errHTTP2     = constError("it speaks HTTP/2 alone; RFC 6455 needs HTTP/1.1")
)

// handshakeError returns an error about the opening handshake.
func handshakeError(format string, args ...any) error {
	return fmt.Errorf("closetest: opening handshake: "+format, args...)
}

// dial connects to the server and does the opening handshake (RFC 6455, 4.1). deflate
// reports whether permessage-deflate was agreed on. The reader is limited for the
// handshake alone, so that a server cannot make http.ReadResponse read for ever.
func (s *Server) dial(ctx context.Context, u *url.URL, row Row, timeout time.Duration) (p *peer, deflate bool, err error) {
	connecting, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	conn, err := s.connect(connecting, u)
	if err != nil {
		return nil, false, fmt.Errorf("closetest: no connection: %w", err)
	}
	limit := &io.LimitedReader{R: conn, N: maxHandshake}
	p = newPeer(ctx, conn, bufio.NewReader(limit), ServerRole, timeout)
	p.wait(timeout)
	deflate, err = s.upgrade(p, u, row)
	limit.N = math.MaxInt64
	return p, deflate, err
}

// connect connects over TCP, and for wss over TLS. By ALPN it offers HTTP/1.1 only, since
// HTTP/2 opens a WebSocket in another way (RFC 8441).
func (s *Server) connect(ctx context.Context, u *url.URL) (net.Conn, error) {
	port := u.Port()
	if port == "" {
		port = map[string]string{"ws": "80", "wss": "443"}[u.Scheme]
	}
	addr := net.JoinHostPort(u.Hostname(), port)
	if u.Scheme == "ws" {
		return new(net.Dialer).DialContext(ctx, "tcp", addr)
	}
	config := s.TLSConfig.Clone()
	if config == nil {
		config = &tls.Config{}
	}
	if config.NextProtos == nil {
		config.NextProtos = []string{"http/1.1"}
	}
	conn, err := (&tls.Dialer{Config: config}).DialContext(ctx, "tcp", addr)
	if err != nil && strings.Contains(err.Error(), "no application protocol") {
		return nil, errHTTP2
	}
	return conn, err
}

// upgrade writes the request and checks the response.
func (s *Server) upgrade(p *peer, u *url.URL, row Row) (deflate bool, err error) {
	req, key := s.request(u, row)
	if err := req.Write(p); err != nil {
		return false, handshakeError("%w", err)
	}
	if err := notHTTP(p.r); err != nil {
		return false, err
	}
	res, err := http.ReadResponse(p.r, req)
	if err != nil {
		return false, handshakeError("%w", err)
	}
	if err := s.check(res, key); err != nil {
		return false, err
	}
	extension := res.Header.Get("Sec-WebSocket-Extensions")
	deflate = extension == deflateName || strings.HasPrefix(extension, deflateName+";")
	if extension != "" && !(row.Deflate && deflate) {
		return false, handshakeError("extension %.99q was not offered", extension)
	}
	return deflate, nil
}

// request returns the opening handshake of a row, and its key. Server.Header can replace
// Origin and User-Agent, but not the fields of a WebSocket request.
func (s *Server) request(u *url.URL, row Row) (req *http.Request, key string) {
	var nonce [16]byte
	_, _ = rand.Read(nonce[:])
	key = base64.StdEncoding.EncodeToString(nonce[:])
	h := http.Header{
		"Origin":     {map[string]string{"ws": "http://", "wss": "https://"}[u.Scheme] + u.Host},
		"User-Agent": {"closetest"},
	}
	for name, values := range s.Header {
		h[http.CanonicalHeaderKey(name)] = values
	}
	h.Set("Upgrade", "websocket")
	h.Set("Connection", "Upgrade")
	h.Set("Sec-WebSocket-Key", key)
	h.Set("Sec-WebSocket-Version", "13")
	h.Del("Sec-WebSocket-Extensions") // an extension could change the frames that a row sends
	if row.Deflate {
		h.Set("Sec-WebSocket-Extensions", deflateName)
	}
	if len(s.Subprotocols) > 0 {
		h.Set("Sec-WebSocket-Protocol", strings.Join(s.Subprotocols, ", "))
	}
	to := *u
	q := to.Query()
	q.Set("row", row.Name)
	to.RawQuery = q.Encode()
	req = &http.Request{Method: http.MethodGet, URL: &to, Host: h.Get("Host"), Header: h}
	if password, ok := u.User.Password(); ok && h.Get("Authorization") == "" {
		req.SetBasicAuth(u.User.Username(), password)
	}
	return req, key
}

// check returns an error for an invalid response (RFC 6455, 4.1). It cuts what the server
// sent, since that can be long.
func (s *Server) check(res *http.Response, key string) error {
	h := res.Header
	got, want := h.Get("Sec-WebSocket-Accept"), acceptKey(key)
	offered := "," + strings.Join(s.Subprotocols, ",") + ","
	switch sub := h.Get("Sec-WebSocket-Protocol"); {
	case res.StatusCode/100 == 3 && h.Get("Location") != "":
		return handshakeError("%.99q, redirects to %.99q", res.Status, h.Get("Location"))
	case res.StatusCode != http.StatusSwitchingProtocols:
		return handshakeError("%.99q, not 101", res.Status)
	case !strings.EqualFold(h.Get("Upgrade"), "websocket"):
		return handshakeError("upgrades to %.99q, not to websocket", h.Get("Upgrade"))
	case got != want:
		return handshakeError("Sec-WebSocket-Accept is %.99q, want %q", got, want)
	case sub != "" && !strings.Contains(offered, ","+sub+","):
		return handshakeError("subprotocol %.99q was not offered", sub)
	}
	return nil
}

// acceptKey returns the Sec-WebSocket-Accept for a key (RFC 6455, 4.2.2).
func acceptKey(key string) string {
	sum := sha1.Sum([]byte(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"))
	return base64.StdEncoding.EncodeToString(sum[:])
}

// switchingProtocols returns the status line and the required fields of a response
// (RFC 6455, 4.2.2). A blank line must follow.
func switchingProtocols(req *http.Request) string {
	return "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" +
		"Sec-WebSocket-Accept: " + acceptKey(req.Header.Get("Sec-WebSocket-Key")) + "\r\n"
}

// notHTTP returns an error if the server's first bytes are not HTTP/1. It does not consume
// them. The error of http.ReadResponse would only say "malformed".
func notHTTP(r *bufio.Reader) error {
	b, err := r.Peek(9)
	switch {
	case len(b) == 0 && errors.Is(err, os.ErrDeadlineExceeded):
		return handshakeError("no answer in time")
	case len(b) == 0 && err == io.EOF:
		return handshakeError("TCP ended without an answer")
	case len(b) == 0:
		return handshakeError("%w", err)
	case len(b) == 9 && b[0] == 0 && (b[3] == 4 || b[3] == 7) && string(b[5:]) == "\x00\x00\x00\x00": // SETTINGS or GOAWAY of HTTP/2
		return handshakeError("%w", errHTTP2)
	case !strings.HasPrefix(string(b), "HTTP/1."):
		return handshakeError("no HTTP answer, it begins with %q", b)
	}
	return nil
}
