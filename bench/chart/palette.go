package main

import (
	"fmt"
	"image/color"
	"strings"
)

// The colours on a light page. The panel is opaque, so that a picture is legible
// wherever it stands; the fills differ in lightness too, for those who do not see
// colours.
var (
	panel  = color.RGBA{0xfb, 0xfb, 0xf8, 0xff}
	ink    = color.RGBA{0x26, 0x2b, 0x33, 0xff}
	soft   = color.RGBA{0x5c, 0x66, 0x70, 0xff} // less than ink, but still text
	grid   = color.RGBA{0xdd, 0xdf, 0xe0, 0xff}
	strong = color.RGBA{0x0b, 0x6e, 0x99, 0xff}
	weak   = color.RGBA{0x8f, 0xc1, 0xd8, 0xff} // strong's pale sister
	warm   = color.RGBA{0xe8, 0xb0, 0x4a, 0xff}
	pale   = color.RGBA{0xb8, 0xbe, 0xc4, 0xff}
	alarm  = color.RGBA{0xb3, 0x3a, 0x2b, 0xff}
)

// inTheDark is what each colour becomes on a dark page.
var inTheDark = []struct{ light, dark color.RGBA }{
	{panel, color.RGBA{0x15, 0x1b, 0x23, 0xff}},
	{ink, color.RGBA{0xe6, 0xed, 0xf3, 0xff}},
	{soft, color.RGBA{0x9d, 0xa7, 0xb3, 0xff}},
	{grid, color.RGBA{0x2b, 0x32, 0x3b, 0xff}},
	{strong, color.RGBA{0x3d, 0xa5, 0xd3, 0xff}},
	{weak, color.RGBA{0x1f, 0x56, 0x70, 0xff}},
	{warm, color.RGBA{0x8c, 0x62, 0x16, 0xff}},
	{pale, color.RGBA{0x56, 0x5f, 0x69, 0xff}},
	{alarm, color.RGBA{0xf0, 0x7b, 0x6b, 0xff}},
}

// fonts are as wide as each other.
const fonts = "Liberation Sans,Arial,Helvetica,sans-serif"

// head is what stands first in each picture: its title, for those who do not see
// it, and the colours of a dark page. The pictures themselves name those of a light
// one, as gonum writes them; a program that does not know the rule shows these.
func head(title, desc string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "<title>%s</title>\n", escape(title))
	if desc != "" {
		fmt.Fprintf(&b, "<desc>%s</desc>\n", escape(desc))
	}
	b.WriteString("<style>@media (prefers-color-scheme: dark) {\n")
	for _, c := range inTheDark {
		for _, property := range []string{"fill", "stroke"} {
			fmt.Fprintf(&b, "[style*=\"%s:%s\"] { %[1]s: %[3]s !important }\n", property, hex(c.light), hex(c.dark))
		}
	}
	b.WriteString("}</style>\n")
	return b.String()
}

func hex(c color.RGBA) string { return fmt.Sprintf("#%02X%02X%02X", c.R, c.G, c.B) }
