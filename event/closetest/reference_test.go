//go:build go1.22

package closetest

import (
	"bufio"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"strings"
	"sync"
	"time"
	"unicode/utf8"
)

// A stack is a small WebSocket stack that closes correctly, except for its faults. It
// shares no code with the package that checks it.
type stack struct {
	role    Role
	timeout time.Duration // for the peer's reply, and for a write
	faults  faults
}

// faults are what a stack does wrong; the zero value is none.
type faults struct {
	only string // the row on which it does; any if empty

	// Reading.
	acceptRSV, acceptRSVWithDeflate, acceptOpcode, acceptMask, acceptPadded, acceptLong, acceptNoFIN bool
	oneRead, hasty, lateBytes, dropBehindData, refuseBehind, refuseFragments                         bool
	acceptOneByte, acceptUTF8, utf8As1002, strictEcho, acceptReplies, lastCounts, mutePing           bool
	acceptCode                                                                                       int

	// Replying.
	echoReason, replyFIN, finCancels bool
	reply                            func(code int) int // in place of the code; 0 is none

	// Writing.
	dataBehind, closeTwice, padded, wrongMask, oneByte, long, rsv bool

	// The opening handshake.
	noDeflate bool

	// Ending.
	neverEnd, resetEnd, impatient, patient, stuck bool

	// Reporting.
	reportSent, reportDirty, reportTwice, reportNothing bool

	// The application's call.
	wrap, cut, dropOnError, silentClose, hangs bool
}

// errRefused is the error of ask for an illegal code or reason.
var errRefused = errors.New("refused")

// A conn is one connection of a stack.
type conn struct {
	stack
	net.Conn
	r       *bufio.Reader
	deflate bool
	app     *App
	row     string

	mu   sync.Mutex
	sent int // the code of our close frame, 0 if none
}

func (s stack) start(tcp net.Conn, r *bufio.Reader, deflate bool, app *App, row string) *conn {
	if only := s.faults.only; only != "" && only != row {
		s.faults = faults{}
	}
	if s.timeout = time.Minute; strings.HasPrefix(row, "7.1.1/") {
		s.timeout = 50 * time.Millisecond
	}
	c := &conn{stack: s, Conn: tcp, r: r, deflate: deflate, app: app, row: row}
	app.Open(row, c.ask)
	return c
}

// ask is the application's call.
func (c *conn) ask(code int, reason string) error {
	f := c.faults
	if f.wrap {
		code = int(uint16(code))
	}
	if f.cut && len(reason) > 123 {
		reason = reason[:123]
	}
	ok := f.wrap || code == 1005 && reason == "" || valid(code)
	if !ok || len(reason) > 123 || !f.cut && !utf8.ValidString(reason) {
		if f.dropOnError {
			c.Conn.Close()
		}
		return errRefused
	}
	if f.silentClose {
		return nil
	}
	if f.hangs {
		select {}
	}
	if !f.patient {
		time.AfterFunc(c.timeout, func() { c.Conn.Close() })
	}
	var p []byte
	if code != 1005 || reason != "" {
		p = append([]byte{byte(code >> 8), byte(code)}, reason...)
	}
	return c.writeClose(p)
}

func valid(code int) bool {
	return code >= 1000 && code < 1004 || code > 1006 && code < 1015 || code >= 3000 && code < 5000
}

// write writes a frame, masked as the role has it.
func (c *conn) write(first byte, p []byte) error {
	mask := c.role == ClientRole
	if c.faults.wrongMask && first&0xf == 8 {
		mask = !mask
	}
	var b []byte
	switch {
	case c.faults.padded, len(p) > 125:
		b = []byte{first, 126, 0, byte(len(p))}
	default:
		b = []byte{first, byte(len(p))}
	}
	if mask {
		b[1] |= 0x80
		b = append(b, 0, 0, 0, 0)
	}
	if !c.faults.stuck {
		c.SetWriteDeadline(time.Now().Add(c.timeout))
	}
	_, err := c.Conn.Write(append(b, p...))
	return err
}

// writeClose writes the one close frame.
func (c *conn) writeClose(p []byte) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.sent != 0 && !c.faults.closeTwice {
		return nil
	}
	c.sent = 1005
	if len(p) > 1 {
		c.sent = int(binary.BigEndian.Uint16(p))
	}
	if c.faults.oneByte {
		p = []byte{3}
	}
	if c.faults.long {
		p = append(p, make([]byte, 124)...)
	}
	first := byte(0x88)
	if c.faults.rsv {
		first |= 0x40
	}
	err := c.write(first, p)
	if c.faults.dataBehind {
		err = c.write(0x81, []byte("behind"))
	}
	return err
}

// serve reads until the connection ends, and reports the end to the application.
func (c *conn) serve() {
	code, reason := c.read()
	if c.faults.neverEnd {
		io.Copy(io.Discard, c.r)
	}
	if c.faults.resetEnd {
		c.Conn.(*net.TCPConn).SetLinger(0)
	}
	if c.faults.reportTwice { // both before TCP ends, or the peer could look between them
		c.report(code, reason)
	} else {
		c.Conn.Close()
	}
	c.report(code, reason)
	c.Conn.Close()
}

func (c *conn) report(code int, reason string) {
	c.mu.Lock()
	clean := code != 1006 && c.sent != 0 && !c.faults.reportDirty
	if c.faults.reportSent && c.sent != 0 {
		code, reason = c.sent, ""
	}
	c.mu.Unlock()
	if !c.faults.reportNothing {
		c.app.report(c.row, reported(code, reason, clean))
	}
}

// A refusal is the code of a close frame that fails the connection.
type refusal int

func (r refusal) Error() string { return "refused" }

// read reads frames and returns what the stack reports.
func (c *conn) read() (code int, reason string) {
	code = 1006
	for {
		first, p, err := c.frame()
		var bad refusal
		switch {
		case errors.As(err, &bad):
			c.writeClose([]byte{byte(bad >> 8), byte(bad)})
			return
		case err != nil:
			if c.faults.replyFIN && err == io.EOF {
				c.writeClose([]byte{3, 232})
			}
			return
		}
		switch first & 0xf {
		case 8:
			got, text, err := c.close(p)
			if err == nil {
				code, reason = got, text
			}
			if next, _ := c.r.Peek(min(1, c.r.Buffered())); c.faults.lastCounts && string(next) == "\x88" {
				continue
			}
			if c.role == ClientRole && !c.faults.impatient && err == nil {
				c.drain()
			}
			return
		case 1:
			if c.faults.dropBehindData {
				c.r.Discard(c.r.Buffered())
			}
		case 9:
			c.mu.Lock()
			mute := c.faults.mutePing && c.sent != 0
			if !mute {
				c.write(0x8a, p)
			}
			c.mu.Unlock()
		}
	}
}

// drain waits for the server to end TCP.
func (c *conn) drain() {
	if !c.faults.patient {
		c.SetReadDeadline(time.Now().Add(c.timeout))
	}
	io.Copy(io.Discard, c.r)
}

// close checks a close frame and replies to it.
func (c *conn) close(p []byte) (code int, reason string, err error) {
	f := c.faults
	c.mu.Lock()
	sent := c.sent
	c.mu.Unlock()
	if code, reason, err = c.judge(p, sent); err != nil {
		if sent != 0 && f.acceptReplies {
			return code, reason, nil
		}
		bad := err.(refusal)
		c.writeClose([]byte{byte(bad >> 8), byte(bad)})
		return code, reason, err
	}
	if f.finCancels {
		if _, err := c.r.Peek(1); err == io.EOF {
			return code, reason, nil
		}
	}
	reply := p
	if !f.echoReason {
		reply = p[:min(2, len(p))]
	}
	if len(p) == 1 {
		reply = nil
	}
	if f.reply != nil && code != 1005 {
		n := f.reply(code)
		if reply = []byte{byte(n >> 8), byte(n)}; n == 0 {
			return code, reason, nil
		}
	}
	c.writeClose(reply)
	return code, reason, nil
}

// judge returns a close frame's code and reason, and a refusal if it is malformed.
func (c *conn) judge(p []byte, sent int) (code int, reason string, err error) {
	f := c.faults
	switch {
	case len(p) == 0, len(p) == 1 && f.acceptOneByte:
		return 1005, "", nil
	case len(p) == 1, f.refuseBehind && c.r.Buffered() > 0:
		return 1006, "", refusal(1002)
	}
	code, reason = int(binary.BigEndian.Uint16(p)), string(p[2:])
	switch {
	case !valid(code) && (code != f.acceptCode || code == 0), f.strictEcho && sent != 0 && code != sent:
		return code, reason, refusal(1002)
	case utf8.ValidString(reason) || f.acceptUTF8:
		return code, reason, nil
	case f.utf8As1002:
		return code, reason, refusal(1002)
	}
	return code, reason, refusal(1007)
}

// frame reads one frame.
func (c *conn) frame() (first byte, p []byte, err error) {
	f := c.faults
	var b [8]byte
	if f.hasty {
		c.r.Peek(1)
		c.SetReadDeadline(time.Now().Add(50 * time.Millisecond))
	}
	if _, err := io.ReadFull(c.r, b[:2]); err != nil {
		return 0, nil, err
	}
	first = b[0]
	n, masked := uint64(b[1]&0x7f), b[1]&0x80 != 0
	if rsv := first & 0x70; rsv != 0 && !f.acceptRSV && !(f.acceptRSVWithDeflate && c.deflate && rsv == 0x40) {
		return 0, nil, refusal(1002)
	}
	op := first & 0xf
	switch {
	case op > 10 && !f.acceptOpcode, op > 2 && op < 8,
		masked != (c.role == ServerRole) && !f.acceptMask,
		op == 8 && first&0x80 == 0 && !f.acceptNoFIN,
		op < 8 && first&0x80 == 0 && f.refuseFragments:
		return 0, nil, refusal(1002)
	}
	if size := map[uint64]int{126: 2, 127: 8}[n]; size > 0 {
		b = [8]byte{}
		if _, err := io.ReadFull(c.r, b[8-size:]); err != nil {
			return 0, nil, err
		}
		n = binary.BigEndian.Uint64(b[:])
		if n < 126 && !f.acceptPadded || op >= 8 && n > 125 && !f.acceptLong || n > 1<<20 {
			return 0, nil, refusal(1002)
		}
	}
	if f.oneRead && c.r.Buffered() < int(n) {
		return 0, nil, refusal(1002)
	}
	var key [4]byte
	if masked {
		if _, err := io.ReadFull(c.r, key[:]); err != nil {
			return 0, nil, io.ErrUnexpectedEOF
		}
	}
	p = make([]byte, n)
	if _, err := io.ReadFull(c.r, p); err != nil {
		return 0, nil, io.ErrUnexpectedEOF
	}
	for i := range p {
		p[i] ^= key[i%4]
	}
	return first, p, nil
}
