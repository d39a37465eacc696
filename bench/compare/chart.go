package main

import (
	"bytes"
	"fmt"
	"image/color"
	"os"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// reasons are the rows of the charts, from the bottom up.
var reasons = []struct{ name, label string }{
	{"blend", "blend (our guess)"},
	{"mix123", "mixed, 123 bytes"}, {"mix18", "mixed, 18 bytes"},
	{"label60", "ASCII, then CJK, 60 bytes"}, {"smile60", "ASCII, emoji last, 60 bytes"},
	{"emoji123", "emoji, 123 bytes"}, {"emoji18", "emoji, 18 bytes"},
	{"cjk123", "CJK, 123 bytes"}, {"cjk18", "CJK, 18 bytes"},
	{"cyrillic123", "Cyrillic, 123 bytes"}, {"cyrillic18", "Cyrillic, 18 bytes"},
	{"french60", "Latin with one ’, 60 bytes"},
	{"latin123", "accented Latin, 123 bytes"}, {"latin18", "accented Latin, 18 bytes"},
	{"ascii123", "ASCII, 123 bytes"}, {"ascii60", "ASCII, 60 bytes"},
	{"ascii18", "ASCII, 18 bytes"}, {"ascii3", "ASCII, 3 bytes"},
	{"code", "code alone"},
}

// The colours of a light page. A dark page has others.
var (
	panel  = color.RGBA{0xfb, 0xfb, 0xf8, 0xff}
	ink    = color.RGBA{0x26, 0x2b, 0x33, 0xff}
	grid   = color.RGBA{0xdd, 0xdf, 0xe0, 0xff}
	strong = color.RGBA{0x0b, 0x6e, 0x99, 0xff}
	pale   = color.RGBA{0xb8, 0xbe, 0xc4, 0xff}

	dark = map[color.RGBA]string{panel: "#151b23", ink: "#e6edf3", grid: "#2b323b", strong: "#3da5d3", pale: "#56606a"}
)

const (
	barWidth = vg.Length(8)
	longest  = 1.75 // longer bars are cut; the column of nanoseconds has the full value
)

func drawCharts(t times) error {
	for _, c := range []struct{ file, op, title string }{
		{"results/parse.svg", "Parse", "Parsing and checking a close frame's payload"},
		{"results/append.svg", "Append", "Checking and making a close frame's payload"},
	} {
		svg, err := chart(t, c.op, c.title)
		if err != nil {
			return err
		}
		if err := os.WriteFile(c.file, svg, 0o666); err != nil {
			return err
		}
	}
	return nil
}

// chart draws the bars of an operation, with the times of ours and std relative to
// gobwas: only gobwas makes nearly the same checks without a connection.
func chart(t times, op, title string) ([]byte, error) {
	p := plot.New()
	p.Title.Text = title
	p.X.Label.Text = "time relative to gobwas, the line at 1 (lower is better)"
	p.X.Min, p.X.Max = -.75, 2.4 // names left of the bars, nanoseconds right of them
	p.Y.Min, p.Y.Max = -.6, float64(len(reasons))+.8
	var ticks []plot.Tick
	for x := 0.0; x <= longest; x += .25 {
		ticks = append(ticks, plot.Tick{Value: x, Label: fmt.Sprint(x)})
		l, err := plotter.NewLine(plotter.XYs{{X: x, Y: -.6}, {X: x, Y: float64(len(reasons)) - .4}})
		if err != nil {
			return nil, err
		}
		if l.Color = grid; x == 1 {
			l.Color = ink
		}
		p.Add(l)
	}
	p.X.Tick.Marker, p.Y.Tick.Marker = plot.ConstantTicks(ticks), plot.ConstantTicks(nil)
	names := plotter.XYLabels{XYs: plotter.XYs{{X: 1.8, Y: float64(len(reasons)) - .1}}, Labels: []string{"ns: ours, gobwas, std"}}
	for i, r := range reasons {
		names.XYs = append(names.XYs, plotter.XY{X: -.75, Y: float64(i)}, plotter.XY{X: 1.8, Y: float64(i)})
		names.Labels = append(names.Labels, r.label, fmt.Sprintf("%.1f, %.1f, %.1f",
			t.of(op, r.name, "ours"), t.of(op, r.name, "gobwas"), t.of(op, r.name, "std")))
	}
	for i, b := range []struct {
		impl, label string
		color       color.Color
	}{{"ours", "closeframe", strong}, {"std", "the same checks with the standard library", pale}} {
		var v plotter.Values
		for _, r := range reasons {
			ours, peer := t.of(op, r.name, b.impl), t.of(op, r.name, "gobwas")
			if ours == 0 || peer == 0 {
				return nil, fmt.Errorf("no time of %s, %s", op, r.name)
			}
			v = append(v, min(ours/peer, longest))
		}
		bars, err := plotter.NewBarChart(v, barWidth)
		if err != nil {
			return nil, err
		}
		bars.Horizontal, bars.Color, bars.LineStyle.Width = true, b.color, 0
		bars.Offset = barWidth/2 - barWidth*vg.Length(i)
		p.Add(bars)
		p.Legend.Add(b.label, bars)
	}
	l, err := plotter.NewLabels(names)
	if err != nil {
		return nil, err
	}
	style(p, l)
	p.Add(l)
	return render(p, title)
}

// style sets colours and sizes.
func style(p *plot.Plot, l *plotter.Labels) {
	p.BackgroundColor = panel
	p.Legend.Top, p.Legend.Left = true, true
	p.Legend.ThumbnailWidth = vg.Points(12)
	texts := []*text.Style{&p.Title.TextStyle, &p.X.Label.TextStyle, &p.X.Tick.Label, &p.Legend.TextStyle}
	for i := range l.TextStyle {
		l.TextStyle[i].YAlign = draw.YCenter
		texts = append(texts, &l.TextStyle[i])
	}
	for _, s := range texts {
		s.Color, s.Font.Variant, s.Font.Size = ink, "Sans", vg.Points(8.5)
	}
	p.Title.TextStyle.Font.Size, p.Title.Padding = vg.Points(13), vg.Points(8)
	p.X.LineStyle.Width, p.Y.LineStyle.Width, p.X.Tick.LineStyle.Width = 0, 0, 0
}

// render returns p as SVG that has a title and the colours of a dark page.
func render(p *plot.Plot, title string) ([]byte, error) {
	const width, margin = 560, 10
	height := 3*barWidth*vg.Length(len(reasons)+1) + 100
	c, err := draw.NewFormattedCanvas(width, height, "svg")
	if err != nil {
		return nil, err
	}
	all := draw.New(c)
	all.FillPolygon(panel, []vg.Point{{}, {X: width}, {X: width, Y: height}, {Y: height}})
	p.Draw(draw.Crop(all, margin, -margin, margin, -margin))
	var b bytes.Buffer
	if _, err := c.WriteTo(&b); err != nil {
		return nil, err
	}
	head := "<title>" + title + "</title>\n<style>@media (prefers-color-scheme: dark) {\n"
	for _, c := range []color.RGBA{panel, ink, grid, strong, pale} { // a map has no order
		hex := fmt.Sprintf("#%02X%02X%02X", c.R, c.G, c.B)
		head += fmt.Sprintf("[style*=\"fill:%s\"] { fill: %s !important }\n[style*=\"stroke:%[1]s\"] { stroke: %[2]s !important }\n", hex, dark[c])
	}
	head += "}</style>\n"
	svg := bytes.Replace(b.Bytes(), []byte("<g "), []byte(head+"<g "), 1)
	return bytes.ReplaceAll(svg, []byte("font-family:Liberation Sans;"), []byte("font-family:Liberation Sans,Arial,Helvetica,sans-serif;")), nil
}
