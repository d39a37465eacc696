// Chart draws the pictures of README.md:
//
//	cd bench && go run ./chart
//
// It writes chart/codes.svg, the code space as package code has it, and
// chart/handshake.svg, the closing handshake as event.Handshake has it; and from
// results/latest.txt, the last run of the benchmarks, results/parse.svg and
// append.svg.
package main

import (
	"fmt"
	"log"
	"os"
	"strings"

	"example.com/closeframe/bench/results"
)

func main() {
	log.SetFlags(0)
	log.SetPrefix("chart: ")
	// The drawings first: they need no run.
	for _, d := range drawings {
		if err := os.WriteFile("chart/"+d.file, d.draw(), 0o666); err != nil {
			log.Fatal(err)
		}
	}
	if err := drawBars(); err != nil {
		log.Fatal(err)
	}
}

// drawings are the pictures that follow from the library alone. A test compares
// the files with them.
var drawings = []struct {
	file string
	draw func() []byte
}{
	{"codes.svg", drawCodes},
	{"handshake.svg", drawHandshake},
}

func drawBars() error {
	f, err := os.Open("results/latest.txt")
	if err != nil {
		return fmt.Errorf("no run to draw, make bench does one: %w", err)
	}
	defer f.Close()
	set, err := results.Read(f)
	if err != nil {
		return err
	}
	for _, c := range []struct{ op, title string }{
		{"Parse", "Parsing a close frame's payload, with all checks"},
		{"Append", "Making a close frame's payload, with all checks"},
	} {
		p, height, err := chart(set, c.op, c.title)
		if err != nil {
			return err
		}
		svg, err := render(p, width, height, c.title)
		if err != nil {
			return err
		}
		if err := os.WriteFile("results/"+strings.ToLower(c.op)+".svg", svg, 0o666); err != nil {
			return err
		}
	}
	return nil
}
