package closetest

import (
	"bufio"
	"context"
	"crypto/tls"
	"encoding/binary"
	"errors"
	"io"
	"math"
	"net"
	"os"
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
	tcp     net.Conn          // under TLS; closing it never waits
	limit   *io.LimitedReader // bounds the opening handshake
	r       *bufio.Reader
	under   Role // of the stack
	timeout time.Duration

	sent   bool // it sent a close frame
	hold   bool // it never ends TCP and never answers
	fin    bool // it ended its direction of TCP
	torn   bool // a deadline passed within a frame
	waited bool // nothing came for the whole timeout since the last write
	seen   seen
}

// seen is what a peer has seen of the stack.
type seen struct {
	data   int     // data frames before the close frame
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

const maxHandshake = 64 << 10

func newPeer(conn net.Conn, under Role, timeout time.Duration) *peer {
	limit := &io.LimitedReader{R: conn, N: maxHandshake}
	p := &peer{Conn: conn, tcp: conn, limit: limit, r: bufio.NewReader(limit), under: under, timeout: timeout}
	if t, ok := conn.(*tls.Conn); ok {
		p.tcp = t.NetConn()
	}
	return p
}

// upgraded lifts the bound of the opening handshake.
func (p *peer) upgraded() { p.limit.N = math.MaxInt64 }

// wait sets the deadline of all reads and writes from now on.
func (p *peer) wait(d time.Duration) { p.SetDeadline(time.Now().Add(d)) }

// interrupt ends all reads and writes once ctx is done, until stop is called.
func (p *peer) interrupt(ctx context.Context) (stop func()) {
	done, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		select {
		case <-ctx.Done():
			p.tcp.Close()
		case <-done:
		}
	}()
	return func() { close(done); <-ended }
}

// readFrame reads one frame; a payload of any length takes a few bytes of memory.
// The error is io.EOF if TCP ended between two frames.
func (p *peer) readFrame() (f frame, err error) {
	var b [8]byte
	if n, err := io.ReadFull(p.r, b[:2]); err != nil {
		if n > 0 {
			err = inside(err)
		}
		return f, err
	}
	f.first, f.masked, f.length = b[0], b[1]&0x80 != 0, uint64(b[1]&0x7f)
	if size := map[uint64]int{126: 2, 127: 8}[f.length]; size > 0 {
		b = [8]byte{}
		if _, err := io.ReadFull(p.r, b[8-size:]); err != nil {
			return f, inside(err)
		}
		f.length = binary.BigEndian.Uint64(b[:])
		f.padded = f.length < 126 || size == 8 && f.length < 1<<16
	}
	if f.length > math.MaxInt64 {
		return f, errLength
	}
	var key [4]byte
	if f.masked {
		if _, err := io.ReadFull(p.r, key[:]); err != nil {
			return f, inside(err)
		}
	}
	n := f.length
	if n > keptPayload {
		n = keptPayload
	}
	f.payload = make([]byte, n)
	if _, err := io.ReadFull(p.r, f.payload); err != nil {
		return f, inside(err)
	}
	for i := range f.payload {
		f.payload[i] ^= key[i%4]
	}
	if _, err := io.CopyN(io.Discard, p.r, int64(f.length-n)); err != nil {
		return f, inside(err)
	}
	return f, nil
}

var errLength = errors.New("a frame's length has its first bit set")

// errTorn is for a deadline within a frame: what comes later has no beginning.
var errTorn = errors.New("the deadline passed within a frame")

// inside returns the error of a read within a frame.
func inside(err error) error {
	switch {
	case err == io.EOF:
		return io.ErrUnexpectedEOF
	case errors.Is(err, os.ErrDeadlineExceeded):
		return errTorn
	}
	return err
}

// next reads and records one frame and reports whether there was one.
func (p *peer) next() bool {
	var f frame
	var err error
	if !p.torn {
		f, err = p.readFrame()
	} else if _, err = io.Copy(io.Discard, p.r); err == nil {
		err = io.EOF
	}
	switch {
	case err == nil:
		p.record(f)
		return true
	case err == errTorn:
		p.torn = true
	case errors.Is(err, os.ErrDeadlineExceeded):
	case err == io.EOF:
		p.seen.end = byFIN
	case err == io.ErrUnexpectedEOF:
		p.seen.end = cut
	case errors.Is(err, errLength):
		p.seen.end, p.seen.failed = cut, err
	default:
		p.seen.end = byRST
	}
	return false
}

func (p *peer) record(f frame) {
	switch s := &p.seen; {
	case f.opcode() == opPong&0xf:
		if len(s.pongs) < 8 {
			s.pongs = append(s.pongs, f.payload)
		}
	case s.close != nil:
		if len(s.after) < 8 {
			s.after = append(s.after, f)
		}
	case f.isClose():
		s.close = &f
	case f.isData():
		s.data++
	}
}

// read reads until TCP ends, enough says so, or the timeout has passed.
func (p *peer) read(enough func() bool) {
	more := func() bool { return p.seen.end == open && !enough() }
	limit := time.Now().Add(p.timeout)
	for more() && time.Now().Before(limit) { // again if a call interrupts it
		p.SetDeadline(limit)
		for more() && p.next() {
		}
	}
	// If this process was stopped for long the deadline hides what came.
	p.wait(p.timeout / 10)
	for more() && p.next() {
	}
	p.waited = more()
}

// await reads until the stack's close frame.
func (p *peer) await() { p.read(p.closed) }

func (p *peer) closed() bool { return p.seen.close != nil }

// finish answers the stack's close frame unless the peer sent one, and reads
// until TCP ends. The server ends it first (RFC 6455, 7.1.1).
func (p *peer) finish() {
	if !p.waited {
		p.await()
	}
	if p.waited {
		return
	}
	if p.closed() && !p.sent && !p.hold {
		p.write(p.under.frame(opClose, response(*p.seen.close)))
	}
	if p.closed() && p.under == ClientRole && !p.hold {
		p.endWrites()
	}
	p.read(func() bool { return false })
}

// leave closes a connection that is good for no row.
func (p *peer) leave() {
	p.sent = true
	p.write(p.under.frame(opClose, payload(1000, "")))
	p.finish()
	p.tcp.Close()
}

// response returns the payload of the right answer to a close frame.
func response(f frame) []byte {
	switch {
	case f.length == 0:
		return nil
	case !sendable(f.code()) || f.length == 1 || f.length > 125:
		return payload(1002, "")
	case !validReason(f.payload[2:]):
		return payload(1007, "")
	}
	return payload(f.code(), "")
}

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

// flood sends pings and reads nothing, until the stack reads no more or 8 MB are
// sent.
func (p *peer) flood() {
	p.buffer(4 << 10)
	ping := p.under.frame(opPing, make([]byte, 125))
	block := make([]byte, 0, 512*len(ping))
	for len(block)+len(ping) <= cap(block) {
		block = append(block, ping...)
	}
	for n := 0; n < 8<<20; n += len(block) {
		p.wait(p.timeout / 10) // no progress for so long: the stack does not read
		if _, err := p.Write(block); err != nil {
			return
		}
	}
}
