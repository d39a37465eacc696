package closetest

import (
	"encoding/binary"
	"errors"
	"io"
	"math"
	"os"
	"time"
)

// readFrame reads one frame, and keeps the beginning of its payload. The error is io.EOF
// if TCP ended between two frames.
func (p *peer) readFrame() (f frame, err error) {
	if _, err := p.r.Peek(1); err != nil {
		return f, err
	}
	defer func() { err = inside(err) }()
	var b [8]byte
	if _, err := io.ReadFull(p.r, b[:2]); err != nil {
		return f, err
	}
	f.first, f.masked, f.length = b[0], b[1]&0x80 != 0, uint64(b[1]&0x7f)
	if size := map[uint64]int{126: 2, 127: 8}[f.length]; size > 0 {
		b = [8]byte{}
		if _, err := io.ReadFull(p.r, b[8-size:]); err != nil {
			return f, err
		}
		f.length = binary.BigEndian.Uint64(b[:])
		f.padded = f.length < 126 || size == 8 && f.length < 1<<16
	}
	if f.length > math.MaxInt64 { // RFC 6455, 5.2: the first bit must be 0
		return f, errLength
	}
	var key [4]byte
	if f.masked {
		if _, err := io.ReadFull(p.r, key[:]); err != nil {
			return f, err
		}
	}
	n := f.length
	if n > keptPayload {
		n = keptPayload
	}
	f.payload = make([]byte, n)
	_, err = io.ReadFull(p.r, f.payload)
	for i := range f.payload {
		f.payload[i] ^= key[i%4]
	}
	if err == nil {
		_, err = io.CopyN(io.Discard, p.r, int64(f.length-n))
	}
	return f, err
}

var errLength = errors.New("a frame's length has its first bit set")

// errTorn is for a deadline within a frame: the next bytes are not the start of a frame.
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

// next reads and records one frame, and reports whether there was one. After errTorn it
// only looks for the end of TCP.
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

// record keeps a frame, or drops it: memory must not grow with the connection.
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
	}
}

// read reads until TCP ends, enough returns true, or the timeout is over.
func (p *peer) read(enough func() bool) {
	more := func() bool { return p.seen.end == open && !enough() }
	limit := time.Now().Add(p.timeout)
	p.SetDeadline(limit)
	for more() && p.next() {
	}
	// If this process was stopped for long, data was received in time, but the
	// deadline is over.
	p.wait(p.timeout / 10)
	for more() && p.next() {
	}
	p.waited = more()
}

// await reads until the stack's close frame.
func (p *peer) await() { p.read(func() bool { return p.seen.close != nil }) }
