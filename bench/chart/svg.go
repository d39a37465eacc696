package main

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"image/color"
	"math"
	"strings"
)

// A picture is SVG in the making, in pixels, with y downwards.
type picture struct {
	w, h float64
	body bytes.Buffer
}

// add writes a line. Numbers are rounded, so that they are the same on a machine
// that multiplies and adds in one step.
func (p *picture) add(format string, args ...any) {
	for i, a := range args {
		if v, ok := a.(float64); ok {
			args[i] = math.Round(100*v) / 100
		}
	}
	fmt.Fprintf(&p.body, format+"\n", args...)
}

func (p *picture) rect(x, y, w, h, radius float64, fill color.RGBA) {
	p.add(`<rect x="%g" y="%g" width="%g" height="%g" rx="%g" style="fill:%s" />`, x, y, w, h, radius, hex(fill))
}

// A stroke is how a line is drawn.
type stroke struct {
	color color.RGBA
	width float64
	dash  string // as in stroke-dasharray, or ""
}

func (p *picture) line(x1, y1, x2, y2 float64, s stroke) {
	style := fmt.Sprintf("stroke:%s;stroke-width:%g", hex(s.color), s.width)
	if s.dash != "" {
		style += ";stroke-dasharray:" + s.dash
	}
	p.add(`<path d="M%g,%gL%g,%g" style="fill:none;%s" />`, x1, y1, x2, y2, style)
}

// arrow is a line with a head at its end; x1 and x2 differ.
func (p *picture) arrow(x1, y1, x2, y2 float64, s stroke) {
	p.line(x1, y1, x2, y2, s)
	back := 7.0
	if x2 > x1 {
		back = -back
	}
	slope := (y2 - y1) / (x2 - x1)
	p.add(`<path d="M%g,%gL%g,%gL%g,%gZ" style="fill:%s" />`,
		x2, y2, x2+back, y2+back*slope-3.5, x2+back, y2+back*slope+3.5, hex(s.color))
}

// A look is how a text is written: where x is, "start", "middle" or "end" of it,
// its size, and its turn around that point in degrees.
type look struct {
	anchor string
	size   float64
	color  color.RGBA
	bold   bool
	turn   float64
}

func (p *picture) text(x, y float64, l look, text string) {
	style := fmt.Sprintf("font-family:%s;font-size:%gpx;fill:%s", fonts, l.size, hex(l.color))
	if l.bold {
		style += ";font-weight:bold"
	}
	turn := ""
	if l.turn != 0 {
		turn = fmt.Sprintf(` transform="rotate(%g %g %g)"`, l.turn, x, y)
	}
	p.add(`<text x="%g" y="%g" text-anchor="%s"%s style="%s">%s</text>`, x, y, l.anchor, turn, style, escape(text))
}

// svg returns the whole file.
func (p *picture) svg(title, desc string) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" width="%g" height="%g" viewBox="0 0 %[1]g %[2]g" role="img">`+"\n", p.w, p.h)
	b.WriteString(head(title, desc))
	fmt.Fprintf(&b, `<rect width="%g" height="%g" rx="6" style="fill:%s" />`+"\n", p.w, p.h, hex(panel))
	b.Write(p.body.Bytes())
	b.WriteString("</svg>\n")
	return b.Bytes()
}

func escape(s string) string {
	var b strings.Builder
	xml.EscapeText(&b, []byte(s)) // a Builder does not fail
	return b.String()
}
