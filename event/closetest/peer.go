package closetest

import (
	"bufio"
	"context"
	"crypto/tls"
	"net"
	"time"
)

// A frame is one that the peer read. Only the beginning of a long payload is kept.
type frame struct {
	first   byte // FIN, the reserved bits and the opcode
	masked  bool
	padded  bool // the length has more bytes than it needs
	length  uint64
	payload []byte // unmasked, keptPayload bytes at most
}

const keptPayload = 256 // more than any valid control frame has

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

// A peer is the other end of the stack's connection. It writes any bytes, and reads frames
// without checking them.
type peer struct {
	net.Conn
	tcp     net.Conn // below TLS; its Close never waits
	r       *bufio.Reader
	under   Role // of the stack
	timeout time.Duration

	sent   int32 // atomic; 1 once the peer sends a close frame or the bytes of a step
	hold   bool  // the peer sends neither FIN nor a reply
	fin    bool  // the peer has closed its direction of TCP
	torn   bool  // a deadline passed within a frame
	waited bool  // a read reached its deadline, and nothing was written since
	seen   seen

	ctx  context.Context // of the run
	done chan struct{}   // closed by close
}

// seen is what a peer has received from the stack.
type seen struct {
	close  *frame  // the first close frame
	after  []frame // the first few frames after it
	pongs  [][]byte
	end    end
	failed error // why the last frame could not be read
}

// An end is how the stack ended TCP.
type end uint8

const (
	open end = iota // not ended
	byFIN
	byRST
	cut // FIN in the middle of a frame
)

// newPeer returns a peer on conn; r reads from conn and may hold its first bytes. When ctx
// is done, TCP is closed, which ends all reads and writes. The peer must be closed.
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

// close closes TCP and ends the goroutine of newPeer.
func (p *peer) close() {
	close(p.done)
	p.tcp.Close()
}

// wait sets the deadline of all reads and writes from now on.
func (p *peer) wait(d time.Duration) { p.SetDeadline(time.Now().Add(d)) }

// write writes b. It ignores errors: the stack may have closed TCP already, and reading
// finds its last frames and how TCP ended.
func (p *peer) write(b []byte) {
	p.waited = false
	p.wait(p.timeout)
	_, _ = p.Write(b)
}

// endWrites sends FIN, over TLS after close_notify.
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

// reset sends RST: without a linger time, Close does.
func (p *peer) reset() {
	if t, ok := p.tcp.(*net.TCPConn); ok {
		_ = t.SetLinger(0)
	}
	p.tcp.Close()
}

// buffer sets how much data the system receives before the peer reads it.
func (p *peer) buffer(n int) {
	if t, ok := p.tcp.(*net.TCPConn); ok {
		_ = t.SetReadBuffer(n)
	}
}
