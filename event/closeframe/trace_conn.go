package main

import (
	"fmt"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"example.com/closeframe/code"
	"example.com/closeframe/event"
	"example.com/closeframe/frame"
)

// A conn is one TCP connection. It is the object that -json prints.
type conn struct {
	Time    time.Time `json:"time"`
	Client  end       `json:"client"`
	Server  end       `json:"server"`
	TCP     string    `json:"tcp"`                      // the FINs and RSTs in order, or "silence"
	First   string    `json:"first,omitempty"`          // the end that closed first, or "both" if the close frames crossed
	Clean   bool      `json:"clean"`                    // both close frames are valid, and TCP ended
	Seconds float64   `json:"seconds"`                  // from its first packet to its last one
	Closing *float64  `json:"closingSeconds,omitempty"` // from the first close frame to the last packet
	Wrong   []string  `json:"wrong,omitempty"`

	isWebSocket   bool // after an opening handshake or a close frame
	isOver        bool // after a RST, or a FIN of both ends
	code          code.Code
	firstAt, last time.Time // of the first close frame, and of the last packet
}

// An end is one end of a connection.
type end struct {
	Address netip.AddrPort   `json:"address"`
	Sent    *sentFrame       `json:"sent,omitempty"` // its first close frame
	Event   event.CloseEvent `json:"event"`          // what a browser's onclose would report at this end

	name   string
	hasFIN bool
	closes int    // close frames that it sent
	next   uint32 // the sequence number after its first close frame
}

// A sentFrame is a close frame as its receiver sees it.
type sentFrame struct {
	Code   code.Code `json:"code"`
	Reason string    `json:"reason"`
	Error  string    `json:"error,omitempty"` // what is wrong with it

	payload   []byte
	badHeader bool // the payload does not count
}

// newConn returns the connection of p, its first packet in the capture. It returns nil if
// p does not show which end is the client.
func newConn(p *packet) *conn {
	src, dst := p.ends()
	flags, closes := p.tcp().Flags, p.closes()
	fromClient := true
	switch {
	case flags&flagSYN != 0:
		fromClient = flags&flagACK == 0
	case len(p.HTTP) > 0 && (p.HTTP[0].Key != nil || p.HTTP[0].Accept != nil):
		fromClient = p.HTTP[0].Key != nil
	case len(closes) > 0: // the capture began later; only clients mask
		fromClient = closes[0][0][1]&0x80 != 0
	default:
		return nil
	}
	if !fromClient {
		src, dst = dst, src
	}
	return &conn{Time: p.time(), Client: end{Address: src, name: "client"}, Server: end{Address: dst, name: "server"},
		Wrong: []string{"no 101 response"}}
}

// add adds a packet. The caller must add none after the end.
func (c *conn) add(p *packet) {
	from, to := &c.Client, &c.Server
	if src, _ := p.ends(); src == to.Address {
		from, to = to, from
	}
	c.last = p.time()
	closes := p.closes()
	for _, h := range p.HTTP {
		c.isWebSocket = c.isWebSocket || h.Key != nil
		if h.Accept != nil {
			c.isWebSocket, c.Wrong = true, nil
		}
	}
	if len(closes) > 0 && !c.isWebSocket { // the opening handshake is not in the capture
		c.isWebSocket, c.Wrong = true, nil
	}
	tcp := p.tcp()
	for _, f := range closes {
		if from.closes++; from.closes > 1 { // only the first counts (RFC 6455, 5.5.1)
			continue
		}
		from.Sent, from.next = newSentFrame(f[0], f[1], from == &c.Client), tcp.Next
		switch {
		case to.Sent == nil:
			c.First, c.firstAt = from.name, c.last
		case int32(tcp.Ack-to.next) < 0: // from had not received the close frame of to; TCP numbers wrap
			c.First = "both"
		}
		if from.Sent.Error != "" {
			c.Wrong = append(c.Wrong, from.name+": "+from.Sent.Error)
		}
	}
	if tcp.Flags&flagRST != 0 {
		c.TCP += ", RST " + from.name
		c.isOver = true
	} else if tcp.Flags&flagFIN != 0 && !from.hasFIN { // TCP may send it again
		from.hasFIN = true
		c.TCP += ", FIN " + from.name
		c.isOver = to.hasFIN
	}
}

// newSentFrame parses a close frame as its receiver must: the header, then the payload.
func newSentFrame(header, payload []byte, masked bool) *sentFrame {
	parse := frame.ParseFrame
	if masked {
		parse = frame.ParseMasked
	}
	if len(payload) > frame.MaxPayload { // keep only enough to reject it
		payload = append([]byte(nil), payload[:frame.MaxPayload+1]...)
	}
	c, reason, err := frame.Parse(payload)
	s := &sentFrame{Code: c, payload: payload}
	// header has no payload, so a valid one is ErrIncomplete unless the payload is empty.
	if _, _, e := parse(header); e != nil && e != frame.ErrIncomplete {
		err, s.badHeader = e, true
	}
	if err == nil {
		s.Reason = string(reason)
	} else {
		s.Error = message(err.(frame.Error))
	}
	return s
}

// String quotes the reason, so that no byte of it is printed raw.
func (s *sentFrame) String() string {
	switch {
	case s == nil:
		return "-"
	case s.Reason == "":
		return strconv.Itoa(int(s.Code))
	}
	return fmt.Sprintf("%d %q", s.Code, s.Reason)
}

// receives returns the close event of e, which received s.
func (e *end) receives(s *sentFrame) event.CloseEvent {
	var h event.Handshake // its event does not depend on the order of the frames
	if e.Sent != nil {
		h.Sent(e.Sent.Code)
	}
	if s != nil && !s.badHeader {
		h.Receive(s.payload) // the error is s.Error
	}
	return h.End()
}

// finish sets the fields that need all packets of the connection. last is the time of the
// last packet in the capture, which a connection that is not over lasts until.
func (c *conn) finish(last time.Time) {
	c.Client.Event, c.Server.Event = c.Client.receives(c.Server.Sent), c.Server.receives(c.Client.Sent)
	c.Clean = c.isOver && c.Client.Event.WasClean() && c.Server.Event.WasClean()
	// The code of the connection is that of the first close frame as its receiver sees
	// it. Of two that crossed it is the client's.
	if c.code = c.Server.Event.Code(); c.First == c.Server.name {
		c.code = c.Client.Event.Code()
	}
	if !c.isOver {
		c.last = last
		c.TCP += ", silence"
	}
	c.TCP = strings.TrimPrefix(c.TCP, ", ")
	c.Seconds = c.last.Sub(c.Time).Seconds()
	for _, e := range []*end{&c.Client, &c.Server} {
		if e.closes > 1 {
			c.Wrong = append(c.Wrong, fmt.Sprintf("%s: %d close frames", e.name, e.closes))
		}
		if e.closes == 0 && c.First != "" {
			c.Wrong = append(c.Wrong, "no close frame from the "+e.name)
		}
	}
	switch {
	case c.First != "":
		d := c.last.Sub(c.firstAt).Seconds()
		c.Closing = &d
	case c.TCP == "silence": // neither a close frame nor an end of TCP
		c.TCP = "open"
	case c.Wrong == nil:
		c.Wrong = []string{"no close frame"}
	}
}
