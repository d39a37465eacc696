// Package chart has two drawings for the pages, which are edited by hand.
package chart

import (
	"encoding/xml"
	"fmt"
	"os"
	"testing"

	"example.com/closeframe/code"
)

// The drawing has each code once, with the class and the name of package code, and with
// the lines of IsSendable and IsApplication.
func TestCodes(t *testing.T) {
	file, err := os.ReadFile("codes.svg")
	if err != nil {
		t.Fatal(err)
	}
	var svg struct {
		Boxes []struct {
			Class string `xml:"class,attr"`
			Title string `xml:"title"` // "1000 Normal Closure", "0-999"; a legend has none
			Text  string `xml:"text"`
		} `xml:"g"`
	}
	if err := xml.Unmarshal(file, &svg); err != nil {
		t.Fatal(err)
	}
	drawn := map[string]string{} // by class or row and code
	for _, b := range svg.Boxes {
		if b.Title == "" {
			continue
		}
		if b.Text != "" && b.Text != b.Title {
			t.Errorf("the box of %q is labelled %q", b.Title, b.Text)
		}
		var first, last int
		if n, _ := fmt.Sscanf(b.Title, "%d-%d", &first, &last); n == 1 {
			last = first
		}
		for c := first; c <= last; c++ {
			drawn[fmt.Sprint(b.Class, " ", c)] += b.Title
		}
	}
	failed := 0
	check := func(class string, c code.Code, want bool) {
		title, got := drawn[fmt.Sprint(class, " ", uint16(c))]
		if name := c.Name(); got != want || want && name != "" && class == c.Class().String() && title != fmt.Sprint(uint16(c), " ", name) {
			t.Errorf("%d is drawn as %s: %t (%q), want %t", c, class, got, title, want)
			if failed++; failed == 5 {
				t.FailNow()
			}
		}
	}
	for c := range 1 << 16 {
		c := code.Code(c)
		for k := code.Unused; k <= code.Private; k++ {
			check(k.String(), c, c.Class() == k)
		}
		check("allowed sendable", c, c.IsSendable())
		check("allowed application", c, c.IsApplication())
	}
}
