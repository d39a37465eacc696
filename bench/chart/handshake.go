package main

import (
	"fmt"
	"math"

	"example.com/closeframe/code"
	"example.com/closeframe/event"
	"example.com/closeframe/frame"
)

// An end is one end of a connection in the picture: its lifeline, and the Handshake
// that says what state stands on it.
type end struct {
	x float64
	h event.Handshake
}

// A ladder is a picture of what passes between two ends, drawn from the top down.
type ladder struct {
	*picture
	client, server *end
	y              float64
}

const (
	rung = 44  // from one event to the next
	pill = 100 // the width of a state
)

func drawHandshake() []byte {
	p := &picture{w: 840, h: 450}
	p.line(588, 24, 588, p.h-24, stroke{grid, 1, ""})
	drawClean(&ladder{p, &end{x: 188}, &end{x: 402}, 64})
	drawBroken(&ladder{p, &end{x: 656}, &end{x: 772}, 64})
	return p.svg("The closing handshake", "Left: the client sends a close frame, the server answers it and closes TCP, "+
		"and both ends are told a clean end. Right: TCP breaks before the close frame arrives, and both are told 1006, not clean.")
}

// drawClean draws a closing handshake that the client begins.
func drawClean(l *ladder) {
	bye, err := frame.Append(nil, code.NormalClosure, "bye")
	if err != nil {
		panic(err) // it can be sent
	}
	l.begin("The client closes first", 7.1*rung)
	l.state(l.client, "")
	l.state(l.server, "")

	l.step()
	l.client.h.Sent(code.NormalClosure)
	l.state(l.client, "writes a close frame,", "Sent(1000)")
	l.message(l.client, l.server, `1000 "bye"`)

	l.step()
	if err := l.server.h.Receive(bye); err != nil {
		panic(err)
	}
	reply, due := l.server.h.Reply()
	l.state(l.server, "Receive(payload),", fmt.Sprintf("Reply() = %d, %t", reply, due))

	l.step()
	l.server.h.Sent(reply)
	l.state(l.server, "writes the answer,", fmt.Sprintf("Sent(%d)", reply))
	l.message(l.server, l.client, fmt.Sprint(uint16(reply)))

	l.step()
	if err := l.client.h.Receive(bye[:2]); err != nil {
		panic(err)
	}
	none, due := l.client.h.Reply()
	l.state(l.client, "Receive(payload),", fmt.Sprintf("Reply() = %d, %t", none, due))

	l.step()
	atServer := l.server.h.End()
	l.state(l.server, "closes TCP first,", "End()")
	l.message(l.server, l.client, "TCP ends")

	l.step()
	atClient := l.client.h.End()
	l.state(l.client, "sees the end of TCP,", "End()")

	l.step()
	l.event(l.client.x, atClient)
	l.event(l.server.x, atServer)
}

// drawBroken draws a connection whose TCP breaks under the close frame.
func drawBroken(l *ladder) {
	l.begin("TCP breaks", 4.1*rung)
	l.state(l.client, "")
	l.state(l.server, "")

	l.step()
	l.client.h.Sent(code.NormalClosure)
	l.state(l.client, "")
	l.lost()

	l.step()
	l.step()
	atClient, atServer := l.client.h.End(), l.server.h.End()
	l.state(l.client, "")
	l.state(l.server, "")

	l.step()
	if atClient != atServer {
		panic("the ends differ")
	}
	l.event((l.client.x+l.server.x)/2, atClient)
}

// begin draws the title, the names of the ends, and their lifelines of that
// length.
func (l *ladder) begin(title string, length float64) {
	middle := (l.client.x + l.server.x) / 2
	l.text(middle, 32, look{"middle", 15, ink, true, 0}, title)
	for _, e := range []struct {
		*end
		name string
	}{{l.client, "client"}, {l.server, "server"}} {
		l.text(e.x, l.y, look{"middle", 12.5, ink, true, 0}, e.name)
		l.line(e.x, l.y+8, e.x, l.y+length, stroke{pale, 1.5, ""})
	}
	l.y += 30
}

func (l *ladder) step() { l.y += rung }

// state draws the state that e is in, and outside of it what was done there.
func (l *ladder) state(e *end, notes ...string) {
	fill, text := grid, ink
	switch e.h.State() {
	case event.LocalClosing, event.RemoteClosing:
		fill = warm
	case event.Complete:
		fill, text = strong, panel
	case event.Closed:
		fill, text = ink, panel
	}
	l.rect(e.x-pill/2, l.y-11, pill, 22, 11, fill)
	l.text(e.x, l.y+4, look{"middle", 12, text, false, 0}, e.h.State().String())
	x, anchor := e.x-pill/2-8, "end"
	if e == l.server {
		x, anchor = e.x+pill/2+8, "start"
	}
	for i, note := range notes {
		l.text(x, l.y-2+14*float64(i), look{anchor, 11.5, ink, false, 0}, note)
	}
}

// message draws an arrow from one end's state to where the other's next one is.
func (l *ladder) message(from, to *end, text string) {
	x1, x2 := from.x+pill/2, to.x-pill/2-2
	if from.x > to.x {
		x1, x2 = from.x-pill/2, to.x+pill/2+2
	}
	const down = rung - 4
	l.arrow(x1, l.y, x2, l.y+down, stroke{ink, 1.5, ""})
	turn := math.Atan(down/(x2-x1)) * 180 / math.Pi
	l.text((x1+x2)/2, l.y+down/2-6, look{"middle", 12, ink, false, math.Round(turn)}, text)
}

// lost draws an arrow of the client's that arrives nowhere.
func (l *ladder) lost() {
	x, y := l.server.x-14, l.y+rung-4
	l.line(l.client.x+20, l.y+12, x, y, stroke{ink, 1.5, "4 3"})
	for _, d := range []float64{-5, 5} {
		l.line(x-5, y-d, x+5, y+d, stroke{alarm, 2, ""})
	}
}

// event draws what the listeners are told.
func (l *ladder) event(x float64, e event.CloseEvent) {
	l.text(x, l.y-4, look{"middle", 11.5, soft, false, 0}, "close event")
	l.text(x, l.y+13, look{"middle", 12, ink, false, 0}, e.String())
	l.text(x, l.y+31, look{"middle", 12, ink, true, 0}, fmt.Sprintf("wasClean: %t", e.WasClean()))
}
