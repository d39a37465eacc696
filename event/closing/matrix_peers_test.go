//go:build go1.25

package closing_test

import (
	"bufio"
	"bytes"
	"net"
	"sync"
	"time"

	"example.com/closeframe/code"
	"example.com/closeframe/event"
)

// A peerConn is the peer's end of a connection; it may break the protocol.
type peerConn struct {
	net.Conn
	link    interface{ Reset() }
	r       *bufio.Reader
	client  bool
	second  time.Duration // scaled
	over    chan struct{} // the test is
	readers sync.WaitGroup
	got     []rawFrame // by readAll; of a data frame without the payload
	err     error      // that ended readAll
}

func (p *peerConn) frame(op byte, payload string) []byte {
	return appendFrame(nil, p.client, op, []byte(payload))
}

func (p *peerConn) closeWrite() { p.Conn.(interface{ CloseWrite() error }).CloseWrite() }

// readAll reads to the end; when it has read a close frame it calls f.
func (p *peerConn) readAll(f func()) {
	for p.err == nil {
		fr, err := readRaw(p.r)
		p.err = err
		if err != nil {
			return
		}
		if fr.op == opText {
			fr.payload = nil
		}
		p.got = append(p.got, fr)
		if fr.op == opClose && f != nil {
			f()
		}
	}
}

// pause waits for a second, and reports whether the test is still on.
func (p *peerConn) pause() bool {
	select {
	case <-p.over:
		return false
	case <-time.After(p.second):
		return true
	}
}

func (p *peerConn) alsoRead() { p.readers.Go(func() { p.readAll(nil) }) }

// A peerKind is a peer's behaviour. want is the event for an application that reads; the
// zero event means 1006. may is another right event, or the zero event.
type peerKind struct {
	name      string
	run       func(p *peerConn)
	want, may event.CloseEvent
	first     bool      // it closes before the application does
	reply     code.Code // the close frame that it receives from an application that reads
	lost      bool      // it receives none
	stalls    bool      // it keeps the end waiting for as long as it can
}

const (
	bye    = "\x0f\xa0bye"
	closed = "\x03\xe9" // 1001
)

var (
	byeClean   = event.MustNew(4000, "bye", true)
	byeUnclean = event.MustNew(4000, "bye", false)
	replied    = event.MustNew(1001, "", true)
)

var peerKinds = []peerKind{
	{name: "reads nothing", stalls: true, run: func(p *peerConn) {}},
	{name: "reads a byte a second", stalls: true, run: func(p *peerConn) {
		for _, err := p.r.ReadByte(); err == nil && p.pause(); _, err = p.r.ReadByte() {
		}
	}},
	{name: "sends a byte a second", stalls: true, run: func(p *peerConn) {
		p.alsoRead()
		b := p.frame(opText, string(make([]byte, 1000)))
		for {
			for i := range b {
				if _, err := p.Write(b[i : i+1]); err != nil {
					return
				}
				time.Sleep(p.second)
			}
		}
	}},
	{name: "floods pings", run: func(p *peerConn) {
		b := bytes.Repeat(p.frame(opPing, "are you there?"), 1000)
		for {
			if _, err := p.Write(b); err != nil {
				return
			}
			time.Sleep(p.second / 10)
		}
	}},
	{name: "floods pings and reads", stalls: true, run: func(p *peerConn) {
		p.alsoRead()
		b := p.frame(opPing, "are you there?")
		for {
			if _, err := p.Write(b); err != nil {
				return
			}
			time.Sleep(p.second / 10)
		}
	}},
	{name: "floods data", stalls: true, run: func(p *peerConn) {
		b := p.frame(opText, string(make([]byte, 1<<16)))
		for {
			if _, err := p.Write(b); err != nil {
				return
			}
			time.Sleep(p.second / 10)
		}
	}},
	{name: "half-closes in its close frame", lost: true, run: func(p *peerConn) {
		time.Sleep(p.second)
		p.Write(p.frame(opClose, bye)[:3])
		p.closeWrite()
		p.readAll(nil)
	}},
	{name: "half-closes after its close frame", want: byeClean, first: true, reply: 4000, run: func(p *peerConn) {
		time.Sleep(p.second)
		p.Write(p.frame(opClose, bye))
		p.closeWrite()
		p.readAll(nil)
		p.Close()
	}},
	{name: "half-closes without a close frame", lost: true, run: func(p *peerConn) {
		time.Sleep(p.second)
		p.closeWrite()
		p.readAll(nil)
	}},
	{name: "half-closes before its reply", run: func(p *peerConn) { p.readAll(p.closeWrite) }},
	{name: "resets", run: func(p *peerConn) {
		time.Sleep(p.second)
		p.link.Reset()
	}},
	{name: "drops", run: func(p *peerConn) {
		time.Sleep(p.second)
		p.Close()
	}},
	{name: "closes and reads nothing", want: byeUnclean, may: byeClean, first: true, run: func(p *peerConn) {
		time.Sleep(p.second)
		p.Write(p.frame(opClose, bye))
	}},
	{name: "closes first", want: byeClean, first: true, reply: 4000, run: func(p *peerConn) {
		time.Sleep(p.second)
		p.Write(p.frame(opClose, bye))
		p.readAll(func() {
			if !p.client {
				p.closeWrite()
			}
		})
		p.Close()
	}},
	{name: "closes wrongly", reply: code.ProtocolError, run: func(p *peerConn) {
		time.Sleep(p.second)
		p.Write(p.frame(opClose, "\x03"))
		p.readAll(nil)
		p.Close()
	}},
	{name: "breaks the protocol", reply: code.ProtocolError, run: func(p *peerConn) {
		time.Sleep(p.second)
		p.Write([]byte{0, 0})
		p.readAll(nil)
	}},
	{name: "replies", want: replied, run: func(p *peerConn) {
		p.readAll(func() { p.Write(p.frame(opClose, closed)); p.closeWrite() })
		p.Close()
	}},
	{name: "replies twice", want: replied, run: func(p *peerConn) {
		p.readAll(func() { p.Write(append(p.frame(opClose, closed), p.frame(opClose, bye)...)); p.closeWrite() })
		p.Close()
	}},
	{name: "never replies", stalls: true, run: func(p *peerConn) { p.readAll(nil) }},
}
