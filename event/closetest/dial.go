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
	"net"
	"net/http"
	"os"
	"strings"
)

const deflateName = "permessage-deflate"

// dial connects to the server and does the opening handshake (RFC 6455, 4.1).
// Deflate says whether permessage-deflate was agreed on.
func (s *serverRun) dial(ctx context.Context, row Row) (p *peer, deflate bool, err error) {
	connecting, cancel := context.WithTimeout(ctx, s.timeout)
	defer cancel()
	conn, err := s.connect(connecting)
	if err != nil {
		return nil, false, fmt.Errorf("closetest: no connection: %w", err)
	}
	p = newPeer(ctx, conn, ServerRole, s.timeout)
	p.wait(s.timeout)
	deflate, err = s.upgrade(p, row)
	if err != nil {
		p.close()
		return nil, false, err
	}
	p.upgraded()
	return p, deflate, nil
}

// connect connects over TCP, and for wss over TLS. HTTP/2 has another way to open a
// WebSocket (RFC 8441), so HTTP/1.1 is all that is offered by ALPN.
func (s *serverRun) connect(ctx context.Context) (net.Conn, error) {
	port := s.url.Port()
	if port == "" {
		port = map[string]string{"ws": "80", "wss": "443"}[s.url.Scheme]
	}
	conn, err := new(net.Dialer).DialContext(ctx, "tcp", net.JoinHostPort(s.url.Hostname(), port))
	if err != nil || s.url.Scheme == "ws" {
		return conn, err
	}
	config := s.TLSConfig.Clone()
	if config == nil {
		config = &tls.Config{}
	}
	if config.ServerName == "" {
		config.ServerName = s.url.Hostname()
	}
	if config.NextProtos == nil {
		config.NextProtos = []string{"http/1.1"}
	}
	t := tls.Client(conn, config)
	if err := t.HandshakeContext(ctx); err != nil {
		conn.Close()
		if strings.Contains(err.Error(), "no application protocol") {
			return nil, errHTTP2
		}
		return nil, err
	}
	return t, nil
}

// upgrade writes the request and judges the response. Whatever is not a WebSocket
// ends in an error that says what it is instead.
func (s *serverRun) upgrade(p *peer, row Row) (deflate bool, err error) {
	req, key := s.request(row)
	if err := req.Write(p); err != nil {
		return false, fmt.Errorf("closetest: opening handshake: %w", err)
	}
	if err := notHTTP(p.r); err != nil {
		return false, err
	}
	res, err := http.ReadResponse(p.r, req)
	if err != nil {
		return false, fmt.Errorf("closetest: opening handshake: %w", err)
	}
	if err := s.check(res, key); err != nil {
		return false, err
	}
	extension := res.Header.Get("Sec-WebSocket-Extensions")
	deflate = extension == deflateName || strings.HasPrefix(extension, deflateName+";")
	if extension != "" && !(row.Deflate && deflate) {
		return false, fmt.Errorf("closetest: opening handshake: extension %q was not offered", extension)
	}
	return deflate, nil
}

// request returns the opening handshake of a row. What the caller's header has is
// kept, but for the fields that make it a WebSocket's.
func (s *serverRun) request(row Row) (req *http.Request, key string) {
	u := *s.url
	q := u.Query()
	q.Set("row", row.Name)
	u.RawQuery = q.Encode()
	var nonce [16]byte
	_, _ = rand.Read(nonce[:])
	key = base64.StdEncoding.EncodeToString(nonce[:])
	h := s.Header.Clone()
	if h == nil {
		h = http.Header{}
	}
	set := func(name, value string) {
		if h.Get(name) == "" {
			h.Set(name, value)
		}
	}
	set("Origin", map[string]string{"ws": "http://", "wss": "https://"}[u.Scheme]+u.Host)
	set("User-Agent", "closetest")
	h.Set("Upgrade", "websocket")
	h.Set("Connection", "Upgrade")
	h.Set("Sec-WebSocket-Key", key)
	h.Set("Sec-WebSocket-Version", "13")
	if len(s.Subprotocols) > 0 {
		h.Set("Sec-WebSocket-Protocol", strings.Join(s.Subprotocols, ", "))
	}
	if row.Deflate {
		h.Set("Sec-WebSocket-Extensions", deflateName)
	}
	req = &http.Request{Method: http.MethodGet, URL: &u, Host: h.Get("Host"), Header: h}
	if password, ok := u.User.Password(); ok && h.Get("Authorization") == "" {
		req.SetBasicAuth(u.User.Username(), password)
	}
	return req, key
}

// check judges the response as RFC 6455, 4.1, has it.
func (s *serverRun) check(res *http.Response, key string) error {
	bad := func(format string, args ...any) error {
		return fmt.Errorf("closetest: opening handshake: "+format, args...)
	}
	switch to := res.Header.Get("Location"); {
	case res.StatusCode/100 == 3 && to != "":
		return bad("%q, redirects to %q", res.Status, to)
	case res.StatusCode != http.StatusSwitchingProtocols:
		return bad("%q, not 101", res.Status)
	case !strings.EqualFold(res.Header.Get("Upgrade"), "websocket"):
		return bad("upgrades to %q, not to websocket", res.Header.Get("Upgrade"))
	}
	if got, want := res.Header.Get("Sec-WebSocket-Accept"), acceptKey(key); got != want {
		return bad("Sec-WebSocket-Accept is %q, want %q", got, want)
	}
	if sub := res.Header.Get("Sec-WebSocket-Protocol"); sub != "" && !contains(s.Subprotocols, sub) {
		return bad("subprotocol %q was not offered", sub)
	}
	return nil
}

// contains reports whether all has s.
func contains(all []string, s string) bool {
	for _, v := range all {
		if v == s {
			return true
		}
	}
	return false
}

// acceptKey returns the answer to a key (RFC 6455, 4.2.2).
func acceptKey(key string) string {
	sum := sha1.Sum([]byte(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"))
	return base64.StdEncoding.EncodeToString(sum[:])
}

// notHTTP says what a peer speaks, if its first bytes are not HTTP/1. It looks at
// them without reading, since http.ReadResponse says no more than "malformed".
func notHTTP(r *bufio.Reader) error {
	b, err := r.Peek(9)
	switch {
	case len(b) == 0 && errors.Is(err, os.ErrDeadlineExceeded):
		return errors.New("closetest: opening handshake: no answer in time")
	case len(b) == 0 && err == io.EOF:
		return errors.New("closetest: opening handshake: TCP ended without an answer")
	case len(b) == 0:
		return fmt.Errorf("closetest: opening handshake: %w", err)
	case len(b) == 9 && b[0] == 0 && (b[3] == 4 || b[3] == 7) && string(b[5:]) == "\x00\x00\x00\x00": // SETTINGS or GOAWAY
		return errHTTP2
	case !strings.HasPrefix(string(b), "HTTP/1."):
		return fmt.Errorf("closetest: opening handshake: no HTTP answer, it begins with %q", b)
	}
	return nil
}
