package main

import (
	"fmt"
	"image/color"

	"example.com/closeframe/code"
)

// A span is a range of codes that package code says the same of; a code with a
// name is one alone.
type span struct{ first, last code.Code }

// spans divides the code space, from what package code says of each code.
func spans() (all []span) {
	for n := range 1 << 16 {
		c := code.Code(n)
		if n > 0 && same(c-1, c) {
			all[len(all)-1].last = c
		} else {
			all = append(all, span{c, c})
		}
	}
	return all
}

func same(a, b code.Code) bool {
	return a.Name() == "" && b.Name() == "" && a.Class() == b.Class() &&
		a.IsSendable() == b.IsSendable() && a.IsApplication() == b.IsApplication()
}

// width is what a span takes of the picture: its number of codes would leave
// nothing of those that have a name.
func (s span) width() float64 {
	switch {
	case s.first == s.last:
		return 19
	case s.last-s.first < 100:
		return 12
	default:
		return 70
	}
}

func (s span) color() color.RGBA {
	switch s.first.Class() {
	case code.Registered:
		if s.first.Name() == "" {
			return weak
		}
		return strong
	case code.Private:
		return warm
	case code.Reserved:
		return pale
	default:
		return grid
	}
}

// Where things stand in the picture of the codes.
const (
	codesLeft   = 82 // of the band; before it stand the names of the rows
	codesTop    = 168
	codesHeight = 34
	codesRow    = 24
)

// drawCodes draws the code space: a band of spans under their names, two rows that
// say where they may be used, and what the colours mean.
func drawCodes() []byte {
	p := &picture{w: 840, h: 296}
	p.text(16, 28, look{"start", 16, ink, true, 0}, "The close codes, 0 to 65535")
	p.text(16, 46, look{"start", 11.5, soft, false, 0}, "not to scale")
	frame, browser := codesTop+codesHeight+10.0, codesTop+codesHeight+10.0+codesRow
	label := look{"start", 11, ink, false, 0}
	p.text(16, codesTop+codesHeight/2+4, label, "code")
	p.text(16, frame+11, label, "close frame")
	p.text(16, browser+11, label, "close(code)")
	x := float64(codesLeft)
	for _, s := range spans() {
		drawSpan(p, s, x)
		drawVerdict(p, x, frame, s.width(), s.first.IsSendable())
		drawVerdict(p, x, browser, s.width(), s.first.IsApplication())
		x += s.width()
	}
	drawLegend(p, browser+codesRow+22)
	return p.svg("The close codes, 0 to 65535", "For each close code: its class, whether it may stand in a "+
		"close frame, and whether close(code) of a browser takes it. go doc ./code says the same as a table.")
}

// drawSpan draws a span of the band at x, with its name above it or its bounds in
// it.
func drawSpan(p *picture, s span, x float64) {
	w := s.width()
	p.rect(x+.5, codesTop, w-1, codesHeight, 1.5, s.color())
	if s.first == s.last {
		p.text(x+w/2+2, codesTop-7, look{"start", 11.5, ink, false, -52}, fmt.Sprintf("%d %s", s.first, s.first.Name()))
	} else if w > 50 {
		p.text(x+w/2, codesTop+codesHeight/2+4, look{"middle", 11, ink, false, 0}, fmt.Sprintf("%d-%d", s.first, s.last))
	}
}

// drawVerdict draws a thick line for yes and a thin one for no.
func drawVerdict(p *picture, x, y, w float64, yes bool) {
	if yes {
		p.rect(x, y, w+.5, 14, 0, ink) // into the next, so that no seam shows
	} else {
		p.rect(x, y+6.5, w, 1, 0, pale)
	}
}

func drawLegend(p *picture, y float64) {
	x := float64(codesLeft)
	for _, l := range []struct {
		color color.RGBA
		label string
	}{
		{strong, "registered"},
		{weak, "free to register with IANA"},
		{warm, "private use"},
		{pale, "reserved"},
		{grid, "unused"},
		{ink, "allowed"},
	} {
		p.rect(x, y-10, 12, 12, 1.5, l.color)
		p.text(x+18, y, look{"start", 11.5, ink, false, 0}, l.label)
		x += 50 + 5.6*float64(len(l.label)) // about as wide as it is
	}
}
