package closetest

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// maxConns is how many connections a Client serves at once.
const maxConns = 64

// table makes the slots of the rows.
func (c *clientRun) table(rows []Row) {
	c.slots, c.came, c.all = map[string]*slot{}, make(chan struct{}, 1), make(chan struct{})
	for _, r := range rows {
		s := &slot{row: r, done: make(chan struct{})}
		c.slots[r.Name] = s
		c.order = append(c.order, s)
	}
	if c.left = len(rows); c.left == 0 {
		close(c.all)
	}
}

// take returns the slot of the row that a connection asks for: the named one, or
// the next that none has taken.
func (c *clientRun) take(name string) (*slot, error) {
	c.slotsMu.Lock()
	defer c.slotsMu.Unlock()
	s := c.slots[name]
	if name == "" {
		for _, next := range c.order {
			if !next.taken {
				s = next
				break
			}
		}
	}
	switch {
	case s == nil && name == "":
		return nil, errors.New("all rows have been given out")
	case s == nil:
		return nil, fmt.Errorf("no row %q", name)
	}
	s.taken = true
	return s, nil
}

// ran adds the result of a slot's row.
func (c *clientRun) ran(s *slot, r Result) {
	c.add(r)
	c.slotsMu.Lock()
	defer c.slotsMu.Unlock()
	if !s.ran {
		s.ran = true
		close(s.done)
		if c.left--; c.left == 0 {
			close(c.all)
		}
	}
}

func (c *clientRun) isTaken(s *slot) bool {
	c.slotsMu.Lock()
	defer c.slotsMu.Unlock()
	return s.taken
}

// dial has the client under test connect for one row.
func (c *clientRun) dial(ctx context.Context, row Row) {
	s := c.slots[row.Name]
	returned := make(chan error, 1)
	dialing, cancel := context.WithCancel(ctx)
	defer cancel()
	go func() {
		returned <- c.Dial(dialing, row.Name, c.url+"?row="+url.QueryEscape(row.Name))
	}()
	late := time.NewTimer(c.runner.timeout)
	defer late.Stop()
	var err error
	select {
	case <-s.done:
	case <-ctx.Done():
	case err = <-returned:
		returned <- err
		if err == nil {
			err = errors.New("closetest: the client returned without a connection")
		}
	case <-late.C:
		err = errors.New("closetest: the client made no connection in time")
	}
	if c.isTaken(s) {
		c.giveUp(ctx, nil)
		select {
		case <-s.done:
		case <-ctx.Done():
		}
	} else if !c.giveUp(ctx, err) {
		c.ran(s, noConnection(row, ClientRole, err))
	}
	select { // the application has a last word
	case <-returned:
	case <-time.After(c.runner.timeout):
	case <-ctx.Done():
	}
}

// wait waits until all rows have run, or no connection came for too long.
func (c *clientRun) wait(ctx context.Context) error {
	idle := c.Idle
	if idle <= 0 {
		idle = c.runner.timeout
	}
	t := time.NewTimer(idle)
	defer t.Stop()
	for {
		select {
		case <-c.all:
			return nil
		case <-ctx.Done():
			return ctx.Err()
		case <-c.came:
		case <-t.C:
			c.slotsMu.Lock()
			busy, left, bad := c.busy, c.left, c.bad
			c.slotsMu.Unlock()
			switch {
			case busy > 0:
			case bad != nil && left == len(c.order):
				return bad
			default:
				return fmt.Errorf("closetest: no connection for %v; %d rows are left", idle, left)
			}
		}
		if !t.Stop() {
			select {
			case <-t.C:
			default:
			}
		}
		t.Reset(idle)
	}
}

// accept serves connections until the listener is closed.
func (c *clientRun) accept(ctx context.Context, l net.Listener) {
	defer c.conns.Done()
	slots := make(chan struct{}, maxConns)
	for {
		conn, err := l.Accept()
		if err != nil {
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

// handle serves one connection. The error says that it was none for a row.
func (c *clientRun) handle(ctx context.Context, conn net.Conn) error {
	p := newPeer(conn, ClientRole, c.runner.timeout)
	defer p.tcp.Close()
	stop := p.interrupt(ctx)
	req, err := p.request()
	if err == nil {
		err = isWebSocket(req)
	}
	var s *slot
	if err == nil {
		s, err = c.take(req.URL.Query().Get("row"))
	}
	stop()
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
		time.Sleep(moment) // for clients that lose what comes with the handshake
	}
	p.upgraded()
	c.ran(s, c.run(ctx, s.row, p))
	return nil
}

// request reads the client's half of the opening handshake.
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
