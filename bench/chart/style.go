package main

import (
	"bytes"
	"strings"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// render draws p with a margin, as SVG with a title.
func render(p *plot.Plot, w, h vg.Length, title string) ([]byte, error) {
	c, err := draw.NewFormattedCanvas(w, h, "svg")
	if err != nil {
		return nil, err
	}
	all := draw.New(c)
	all.FillPolygon(panel, []vg.Point{{}, {X: w}, {X: w, Y: h}, {Y: h}})
	p.Draw(draw.Crop(all, margin, -margin, margin, -margin))
	var b bytes.Buffer
	if _, err := c.WriteTo(&b); err != nil {
		return nil, err
	}
	// Text stays text.
	out := bytes.ReplaceAll(b.Bytes(), []byte("font-family:Liberation Sans;"), []byte("font-family:"+fonts+";"))
	return bytes.Replace(out, []byte("<g "), []byte(head(title, "")+"<g "), 1), nil
}

// style sets the colours and sizes.
func style(p *plot.Plot) {
	p.BackgroundColor = panel
	p.Title.Padding = vg.Points(10)
	p.Title.TextStyle.Font.Size = vg.Points(13)
	p.X.Label.TextStyle.Font.Size = vg.Points(9)
	p.X.Label.Padding = vg.Points(4)
	p.X.Tick.Label.Font.Size, p.Y.Tick.Label.Font.Size = vg.Points(8), vg.Points(9)
	p.Legend.TextStyle.Font.Size = vg.Points(9)
	for _, s := range []*text.Style{&p.Title.TextStyle, &p.X.Label.TextStyle, &p.X.Tick.Label, &p.Y.Tick.Label, &p.Legend.TextStyle} {
		s.Color = ink
		s.Font.Variant = "Sans"
	}
	p.X.Tick.LineStyle.Color, p.Y.Tick.LineStyle.Color = grid, grid
	p.X.LineStyle.Width, p.Y.LineStyle.Width = 0, 0
	p.X.Tick.LineStyle.Width, p.Y.Tick.LineStyle.Width = 0, 0
	p.X.Padding, p.Y.Padding = 0, 0
	p.Legend.Top, p.Legend.Left = true, true
	p.Legend.ThumbnailWidth = vg.Points(12)
	p.Legend.Padding = vg.Points(2)
}

// label makes "ascii18" "ASCII, 18 bytes".
func label(reason string) string {
	switch reason {
	case "code":
		return "code alone"
	case "blend":
		return "blend (our guess)"
	}
	i := strings.IndexAny(reason, "0123456789")
	name := reason[:i]
	switch name {
	case "ascii", "cjk":
		name = strings.ToUpper(name)
	case "latin":
		name = "accented Latin"
	case "mix":
		name = "mixed"
	default:
		name = strings.ToUpper(name[:1]) + name[1:]
	}
	return name + ", " + reason[i:] + " bytes"
}
