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
	set, err := latest("results/latest.txt")
	if err != nil {
		log.Fatal(err)
	}
	for _, c := range charts {
		svg, err := drawChart(set, c.op, c.title)
		if err == nil {
			err = os.WriteFile("results/"+c.file, svg, 0o666)
		}
		if err != nil {
			log.Fatal(err)
		}
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

// charts are the pictures of a run of the benchmarks. A test compares the files
// with what follows from the run that is checked in.
var charts = []struct{ file, op, title string }{
	{"parse.svg", "Parse", "Parsing and checking a close frame's payload"},
	{"append.svg", "Append", "Checking and making a close frame's payload"},
}

// latest reads the last run.
func latest(file string) (*results.Set, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, fmt.Errorf("no run to draw, make bench does one: %w", err)
	}
	defer f.Close()
	return results.Read(f)
}

func drawChart(set *results.Set, op, title string) ([]byte, error) {
	p, height, err := chart(set, op, title)
	if err != nil {
		return nil, err
	}
	return render(p, width, height, title)
}
