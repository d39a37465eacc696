package closetest

import (
	"bufio"
	"context"
	"crypto/tls"
	"net"
	"time"
)

// A frame is what a peer read. Of a long payload only the beginning is kept.
type frame struct {
	first   byte // FIN, the reserved bits and the opcode
	masked  bool
	padded  bool // the length has more bytes than it needs
	length  uint64
	payload []byte // unmasked, keptPayload bytes at most
}

const keptPayload = 256

func (f frame) opcode() byte  { return f.first & 0xf }
func (f frame) isClose() bool { return f.opcode() == opClose&0xf }
func (f frame) isData() bool  { return f.opcode() < 8 }

// code returns the close code, noStatus if there is none.
func (f frame) code() int {
	if len(f.payload) < 2 {
		return noStatus
	}
	return int(f.payload[0])<<8 | int(f.payload[1])
}

// A peer is the raw other end of the stack's connection: it writes any bytes, and
// reads frames without judging them.
type peer struct {
	net.Conn
	tcp     net.Conn // under TLS; closing it never waits
	r       *bufio.Reader
	under   Role // of the stack
	timeout time.Duration

	sent   int32 // atomic; 1 once it sends a close frame, or anything else that a row has
	hold   bool  // it never ends TCP and never answers
	fin    bool  // it ended its direction of TCP
	torn   bool  // a deadline passed within a frame
	waited bool  // nothing came for the whole timeout since the last write
	seen   seen

	ctx  context.Context // of the run
	done chan struct{}   // closed by close
}

// seen is what a peer has seen of the stack.
type seen struct {
	close  *frame  // the first close frame
	after  []frame // what follows it, the first few
	pongs  [][]byte
	end    end
	failed error // what was wrong with the last frame
}

// An end is how the stack ended TCP.
type end uint8

const (
	open end = iota // it did not
	byFIN
	byRST
	cut // FIN in the middle of a frame
)

// newPeer returns a peer that reads from r, which reads from conn. Its reads and writes
// end once ctx is done. It must be closed.
func newPeer(ctx context.Context, conn net.Conn, r *bufio.Reader, under Role, timeout time.Duration) *peer {
	p := &peer{Conn: conn, tcp: conn, r: r, under: under, timeout: timeout, ctx: ctx, done: make(chan struct{})}
	if t, ok := conn.(*tls.Conn); ok {
		p.tcp = t.NetConn()
	}
	go func() {
		select {
		case <-p.ctx.Done():
			p.tcp.Close()
		case <-p.done:
		}
	}()
	return p
}

// close ends what newPeer began.
func (p *peer) close() {
	close(p.done)
	p.tcp.Close()
}

// wait sets the deadline of all reads and writes from now on.
func (p *peer) wait(d time.Duration) { p.SetDeadline(time.Now().Add(d)) }

// write writes b. An error is not the row's: the stack may be gone already, which
// is seen when its last words are read.
func (p *peer) write(b []byte) {
	p.waited = false
	p.wait(p.timeout)
	_, _ = p.Write(b)
}

// endWrites sends FIN, over TLS behind the alert that announces it.
func (p *peer) endWrites() {
	if p.fin {
		return
	}
	p.fin = true
	if t, ok := p.Conn.(*tls.Conn); ok {
		_ = t.CloseWrite()
	}
	if t, ok := p.tcp.(*net.TCPConn); ok {
		_ = t.CloseWrite()
	}
}

// reset sends RST.
func (p *peer) reset() {
	if t, ok := p.tcp.(*net.TCPConn); ok {
		_ = t.SetLinger(0)
	}
	p.tcp.Close()
}

// buffer sets how much the system reads ahead.
func (p *peer) buffer(n int) {
	if t, ok := p.tcp.(*net.TCPConn); ok {
		_ = t.SetReadBuffer(n)
	}
}
