package main

import (
	"net/netip"
	"time"

	"example.com/closeframe/code"
	"example.com/closeframe/event"
	"example.com/closeframe/frame"
)

// The two ends of a connection, as indexes.
const (
	client = 0
	server = 1
)

var endNames = [2]string{"client", "server"}

// A conn is one TCP connection: how far it has come, and what both of its ends know
// of the closing handshake.
type conn struct {
	ends     [2]end
	start    time.Time
	asked    bool // the client asked for WebSocket
	switched bool // it is WebSocket
	crossed  bool // each end sent its close frame before it had that of the other
	first    int  // the end whose close frame is the first in the capture
	firstAt  time.Time
	tcp      []tcpEnd // what ended TCP, three parts at most
	endAt    time.Time
}

// A tcpEnd is one part of TCP's end: a FIN or an RST of a side.
type tcpEnd struct {
	side  int
	reset bool
}

// An end is one end of a connection: its view of the handshake, and the first close
// frame that it sent.
type end struct {
	addr    netip.AddrPort
	view    event.Handshake
	fin     bool
	closes  int       // close frames that it sent
	code    code.Code // as sent
	reason  string
	fault   error // what is wrong with that frame, a frame.Error, or nil
	broken  bool  // wrong in its header, so that its payload does not count
	payload []byte
	next    uint32 // the sequence number after it
}

// newConn returns the connection of p, the first packet of it that is seen. It
// reports false if nothing in p says which end is the client.
func newConn(p tcpPacket) (*conn, bool) {
	c := &conn{start: p.time}
	fromClient := true
	switch syn := p.flags&flagSYN != 0; {
	case syn:
		fromClient = p.flags&flagACK == 0
	case p.asks:
	case p.switches:
		fromClient = false
	case len(p.closes) > 0: // only clients mask
		fromClient = p.closes[0].header[1]&0x80 != 0
	default:
		return nil, false
	}
	c.ends[client].addr, c.ends[server].addr = p.src, p.dst
	if !fromClient {
		c.ends[client].addr, c.ends[server].addr = p.dst, p.src
	}
	return c, true
}

// add notes what p says. Nothing after the end may be added.
func (c *conn) add(p tcpPacket) {
	side := client
	if p.src == c.ends[server].addr {
		side = server
	}
	c.asked = c.asked || p.asks
	c.switched = c.switched || p.switches || len(p.closes) > 0
	c.endAt = p.time
	for _, f := range p.closes {
		c.close(side, f, p)
	}
	if p.flags&flagRST != 0 {
		c.tcp = append(c.tcp, tcpEnd{side, true})
	} else if p.flags&flagFIN != 0 && !c.ends[side].fin {
		c.ends[side].fin = true
		c.tcp = append(c.tcp, tcpEnd{side, false})
	}
	if c.over() {
		c.deliver()
	}
}

// over reports whether TCP has ended: a RST, or a FIN of both ends.
func (c *conn) over() bool {
	n := len(c.tcp)
	return n > 0 && c.tcp[n-1].reset || n == 2
}

// close notes a close frame of a side, of which only the first counts. A frame is
// received when its receiver sends the next one that acknowledges it, or else at
// the end.
func (c *conn) close(side int, f closeFrame, p tcpPacket) {
	from, to := &c.ends[side], &c.ends[1-side]
	from.closes++
	if from.closes > 1 {
		return
	}
	from.sent(f, side)
	from.next = p.next
	if to.closes == 0 {
		c.first, c.firstAt = side, p.time
		from.view.Sent(from.code)
		return
	}
	c.crossed = int32(p.ack-to.next) < 0
	if c.crossed {
		from.view.Sent(from.code)
		from.receive(to)
	} else {
		from.receive(to)
		from.view.Sent(from.code)
	}
	to.receive(from)
}

// deliver gives a close frame that was not answered to its receiver.
func (c *conn) deliver() {
	for side := range c.ends {
		from, to := &c.ends[side], &c.ends[1-side]
		if from.closes > 0 && to.closes == 0 {
			to.receive(from)
		}
	}
}

// sent notes the close frame that e, which is a side, sends.
func (e *end) sent(f closeFrame, side int) {
	e.fault = headerFault(f.header, side == client)
	e.broken = e.fault != nil
	c, reason, err := frame.Parse(f.payload)
	e.code, e.reason = c, string(reason)
	if !e.broken {
		e.fault = err
	}
	e.payload = f.payload
}

// headerFault returns what is wrong with the header of a close frame, or nil.
func headerFault(header []byte, masked bool) error {
	parse := frame.ParseFrame
	if masked {
		parse = frame.ParseMasked
	}
	// The payload is elsewhere, so that most good headers are an incomplete frame.
	if _, _, err := parse(append([]byte(nil), header...)); err != frame.ErrIncomplete {
		return err
	}
	return nil
}

// receive gives the close frame of from to e.
func (e *end) receive(from *end) {
	if from.broken {
		e.view.Fail()
		return
	}
	e.view.Receive(from.payload) // what is wrong with it is from.fault
}
