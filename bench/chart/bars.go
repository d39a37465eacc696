package main

import (
	"fmt"
	"image/color"
	"math"
	"slices"
	"strings"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"example.com/closeframe/bench/results"
)

// base is the peer that the bars are relative to: the only one that checks
// nearly the same and can be called without a connection.
const base = "gobwas"

var bars = []struct {
	impl, label string
	color       color.Color
}{
	{"ours", "closeframe", strong},
	{"std", "standard library's pieces, same checks", pale},
}

// Bars are barWidth high; a group of them has a gap as high as one around it.
const (
	barWidth = vg.Length(8)
	group    = 3 * barWidth
	width    = 520 * vg.Length(1)
	around   = 100 * vg.Length(1) // title, legend and axis
	margin   = 10 * vg.Length(1)
	left     = 0.44 // for the names, in widths of what the bars have
	right    = 0.36 // for the nanoseconds
	longest  = 1.75 // a longer bar is cut; the column of nanoseconds has it whole
)

// chart returns the bars of an operation and how high they want to be.
func chart(set *results.Set, op, title string) (*plot.Plot, vg.Length, error) {
	// From the bottom up, so that the first row ends on top. Without a payload
	// there is nothing that gobwas would be asked.
	rows := slices.DeleteFunc(slices.Clone(set.Rows(op)), func(r string) bool { return r == "reason=none" })
	slices.Reverse(rows)
	if len(rows) == 0 {
		return nil, 0, fmt.Errorf("no rows of %s", op)
	}
	p := plot.New()
	style(p)
	p.Title.Text = title
	p.X.Label.Text = "time relative to " + base + ", the line at 1 (lower is better)"
	top := 1.0
	for _, r := range rows {
		for _, b := range bars {
			top = max(top, min(set.Time(op, r, b.impl)/set.Time(op, r, base), longest))
		}
	}
	top = math.Ceil(top*4) / 4
	var ticks []plot.Tick
	for x := 0.0; x <= top; x += 0.25 {
		ticks = append(ticks, plot.Tick{Value: x, Label: fmt.Sprint(x)})
	}
	p.X.Tick.Marker = plot.ConstantTicks(ticks)
	// Beside the bars are the names and the nanoseconds, and on top is the height
	// of a row for the legend.
	p.X.Min, p.X.Max = -top*left, top*(1+right)
	y0, y1 := -.6, float64(len(rows))-.4
	for _, t := range ticks {
		if err := addLine(p, t.Value, y0, y1, vg.Points(.75), grid); err != nil {
			return nil, 0, err
		}
	}
	if err := addLine(p, 1, y0, y1, vg.Points(1.25), ink); err != nil {
		return nil, 0, err
	}
	for i, b := range bars {
		if err := addBars(p, set, op, rows, i, b.label, b.impl, b.color); err != nil {
			return nil, 0, err
		}
	}
	if err := addTexts(p, set, op, rows, -top*left, top*1.03); err != nil {
		return nil, 0, err
	}
	p.Y.Tick.Marker = plot.ConstantTicks(nil)
	p.Y.Min, p.Y.Max = y0, y1+1.2
	return p, group*(vg.Length(len(rows))+1.2) + around, nil
}

// addBars adds the bars of the i-th implementation.
func addBars(p *plot.Plot, set *results.Set, op string, rows []string, i int, label, impl string, c color.Color) error {
	values := make(plotter.Values, len(rows))
	for j, r := range rows {
		peer := set.Time(op, r, base)
		if peer == 0 {
			return fmt.Errorf("%s, %s: no time of %s", op, r, base)
		}
		values[j] = min(set.Time(op, r, impl)/peer, longest)
	}
	b, err := plotter.NewBarChart(values, barWidth)
	if err != nil {
		return err
	}
	// The first bar stands above the second.
	b.Horizontal, b.Color, b.LineStyle.Width, b.Offset = true, c, 0, barWidth/2-barWidth*vg.Length(i)
	p.Add(b)
	p.Legend.Add(label, b)
	return nil
}

// addTexts writes the names of the rows at x = names and their nanoseconds at
// x = times. Both start there: whoever looks at the SVG may have wider letters
// than we measured.
func addTexts(p *plot.Plot, set *results.Set, op string, rows []string, names, times float64) error {
	t := plotter.XYLabels{
		XYs:    plotter.XYs{{X: times, Y: float64(len(rows)) - .1}},
		Labels: []string{"ns: ours, " + base + ", std"},
	}
	for j, r := range rows {
		y := float64(j)
		t.XYs = append(t.XYs, plotter.XY{X: names, Y: y}, plotter.XY{X: times, Y: y})
		t.Labels = append(t.Labels, label(strings.TrimPrefix(r, "reason=")), fmt.Sprintf("%s, %s, %s",
			ns(set.Time(op, r, "ours")), ns(set.Time(op, r, base)), ns(set.Time(op, r, "std"))))
	}
	l, err := plotter.NewLabels(t)
	if err != nil {
		return err
	}
	for j := range l.TextStyle {
		s := &l.TextStyle[j]
		s.Color, s.XAlign, s.YAlign = ink, draw.XLeft, draw.YCenter
		s.Font.Size, s.Font.Variant = vg.Points(8.5), "Sans"
	}
	p.Add(l)
	return nil
}

func ns(t float64) string {
	if t < 9.95 {
		return fmt.Sprintf("%.1f", t)
	}
	return fmt.Sprintf("%.0f", t)
}

func addLine(p *plot.Plot, x, y0, y1 float64, width vg.Length, c color.Color) error {
	l, err := plotter.NewLine(plotter.XYs{{X: x, Y: y0}, {X: x, Y: y1}})
	if err != nil {
		return err
	}
	l.Color, l.Width = c, width
	p.Add(l)
	return nil
}
