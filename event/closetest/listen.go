package closetest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"
)

// maxConns is how many connections a Client serves at once. Others wait, so that a client
// cannot exhaust memory or file descriptors.
const maxConns = 64

// A clientRun is one run of a Client.
type clientRun struct {
	*Client
	*runner
	ctx   context.Context
	url   string
	slots map[string]*slot // by row
	conns sync.WaitGroup   // open connections, and the listener
	limit chan struct{}    // has a value for each open connection, at most maxConns

	connsMu sync.Mutex  // guards the fields below, and those of the slots
	busy    int         // connections that are open
	bad     error       // of the first failed opening handshake
	idle    *time.Timer // calls nobody after a time without connections; nil with Dial
}

// A slot is a row that waits for a connection. A client may open one at any time, or
// never.
type slot struct {
	row   Row
	taken chan struct{} // closed when the row has its first connection
	done  chan struct{} // closed when the row has run
}

func isClosed(ch chan struct{}) bool {
	select {
	case <-ch:
		return true
	default:
		return false
	}
}

func newClientRun(ctx context.Context, c *Client, r *runner) *clientRun {
	cr := &clientRun{Client: c, runner: r, ctx: ctx, slots: map[string]*slot{}, limit: make(chan struct{}, maxConns)}
	for _, row := range r.rows {
		cr.slots[row.Name] = &slot{row: row, taken: make(chan struct{}), done: make(chan struct{})}
	}
	return cr
}

// listen serves connections until stop is called, which waits for their end.
func (c *clientRun) listen(l net.Listener) (stop func()) {
	srv := &http.Server{
		Handler: http.HandlerFunc(c.upgrade), ConnState: c.state,
		ReadHeaderTimeout: c.timeout, MaxHeaderBytes: maxHandshake, ErrorLog: log.New(io.Discard, "", 0),
	}
	c.conns.Add(1)
	go func() {
		defer c.conns.Done()
		_ = srv.Serve(l)
	}()
	return func() {
		srv.Close()
		c.conns.Wait()
	}
}

// state counts connections. The HTTP server calls it for a new connection before it
// accepts the next, so it may wait here. It does not call it when a connection that
// upgrade has hijacked ends: upgrade counts that itself.
func (c *clientRun) state(conn net.Conn, state http.ConnState) {
	switch state {
	case http.StateNew:
		c.limit <- struct{}{}
		c.conns.Add(1)
		c.count(1, nil)
		if c.ctx.Err() != nil { // the server may be closed already, and would not close it
			conn.Close()
		}
	case http.StateClosed:
		c.closed(errors.New("no HTTP request"))
	}
}

// closed counts the end of a connection; err is why it ran no row, or nil.
func (c *clientRun) closed(err error) {
	c.count(-1, err)
	<-c.limit
	c.conns.Done()
}

// count adds n to the open connections, keeps the first error, and starts the idle time
// anew.
func (c *clientRun) count(n int, err error) {
	c.connsMu.Lock()
	defer c.connsMu.Unlock()
	c.busy += n
	if err != nil && c.bad == nil {
		c.bad = handshakeError("%w", err)
	}
	if c.idle != nil {
		c.idle.Reset(c.timeout)
	}
}

// nobody ends the run if there are rows that have not run and no connection is open.
func (c *clientRun) nobody() {
	c.connsMu.Lock()
	defer c.connsMu.Unlock()
	left := 0
	for _, s := range c.slots {
		if !isClosed(s.done) {
			left++
		}
	}
	switch {
	case c.busy > 0 || left == 0: // the end of a connection starts the idle time anew
	case c.bad != nil && left == len(c.slots):
		c.giveUp(c.bad)
	default:
		c.giveUp(fmt.Errorf("closetest: no connection for %v; %d rows are left", c.timeout, left))
	}
}

// take returns the slot for a connection: that of the named row or, without a name, the
// next that has had none.
func (c *clientRun) take(name string) (*slot, error) {
	c.connsMu.Lock()
	defer c.connsMu.Unlock()
	s := c.slots[name]
	for i := 0; name == "" && s == nil && i < len(c.rows); i++ {
		if next := c.slots[c.rows[i].Name]; !isClosed(next.taken) {
			s = next
		}
	}
	switch {
	case s == nil && name == "":
		return nil, errors.New("all rows have been given out")
	case s == nil:
		return nil, fmt.Errorf("no row %.99q", name)
	case !isClosed(s.taken):
		close(s.taken)
	}
	return s, nil
}

// ran records the result of a slot's row.
func (c *clientRun) ran(s *slot, r Result) {
	c.add(r)
	c.connsMu.Lock()
	defer c.connsMu.Unlock()
	if !isClosed(s.done) {
		close(s.done)
	}
}

// waitFor waits until a slot's row has run or the run ends.
func (c *clientRun) waitFor(s *slot) {
	select {
	case <-s.done:
	case <-c.ctx.Done():
	}
}

// upgrade does the opening handshake (RFC 6455, 4.2) and runs the row. A browser that
// opens the URL as a page shows the error.
func (c *clientRun) upgrade(w http.ResponseWriter, req *http.Request) {
	var s *slot
	err := isWebSocket(req)
	if err == nil {
		s, err = c.take(req.URL.Query().Get("row"))
	}
	if err != nil {
		c.count(0, err)
		w.Header().Set("Connection", "close")
		http.Error(w, handshakeError("%w", err).Error(), http.StatusBadRequest)
		return
	}
	conn, rw, err := w.(http.Hijacker).Hijack()
	if err != nil {
		panic(err) // HTTP/1 can be hijacked
	}
	go func() { // not in the handler, where net/http would recover a panic of a hook
		defer c.closed(nil)
		p := newPeer(c.ctx, conn, rw.Reader, ClientRole, c.timeout)
		defer p.close()
		deflate := p.respond(req, s.row)
		c.ran(s, c.play(c.ctx, s.row, p, deflate))
	}()
}

// isWebSocket returns an error for an invalid request (RFC 6455, 4.2.1). net/http parses
// the first line of an HTTP/2 client as a request.
func isWebSocket(req *http.Request) error {
	h := req.Header
	switch {
	case req.ProtoMajor == 2:
		return errHTTP2
	case req.Method != http.MethodGet || !strings.EqualFold(h.Get("Upgrade"), "websocket"):
		return fmt.Errorf("%.99s %.99s is no request for a WebSocket", req.Method, req.URL)
	case h.Get("Sec-WebSocket-Key") == "":
		return errors.New("no Sec-WebSocket-Key")
	case h.Get("Sec-WebSocket-Version") != "13":
		return fmt.Errorf("Sec-WebSocket-Version is %.99q, not 13", h.Get("Sec-WebSocket-Version"))
	}
	return nil
}

// offersDeflate reports whether the client offers permessage-deflate without a limit on
// the window of the server, which respond would have to confirm.
func offersDeflate(req *http.Request) bool {
	for _, offer := range strings.Split(strings.Join(req.Header.Values("Sec-WebSocket-Extensions"), ","), ",") {
		name, _, _ := strings.Cut(offer, ";")
		if strings.TrimSpace(name) == deflateName && !strings.Contains(offer, "server_max_window_bits") {
			return true
		}
	}
	return false
}

// respond writes the response of the opening handshake, and in the same write the bytes
// of a WithHandshake step. It reports whether it agreed on permessage-deflate.
func (p *peer) respond(req *http.Request, row Row) (deflate bool) {
	b := switchingProtocols(req)
	if deflate = row.Deflate && offersDeflate(req); deflate {
		// Every client accepts these parameters, and the peer compresses nothing.
		b += "Sec-WebSocket-Extensions: " + deflateName + "; server_no_context_takeover; client_no_context_takeover\r\n"
	}
	if sub, _, _ := strings.Cut(req.Header.Get("Sec-WebSocket-Protocol"), ","); sub != "" {
		b += "Sec-WebSocket-Protocol: " + sub + "\r\n"
	}
	b += "\r\n"
	if first := row.Steps[0]; first.Do == WithHandshake {
		p.step(Step{Do: SendBytes, Bytes: append([]byte(b), first.Bytes...)})
		return deflate
	}
	p.write([]byte(b))
	p.pause(moment) // some clients lose data that they receive with the response
	return deflate
}
