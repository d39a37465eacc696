package code_test

import (
	"encoding/csv"
	"os"
	"strconv"
	"strings"
	"testing"

	"example.com/closeframe/code"
)

// This file also runs with Go 1.18, and has the loop variables of Go before 1.22.

// testdata/registry.csv is IANA's WebSocket Close Code Number Registry of
// 2026-06-10, transcribed from secondary copies. Columns that were not seen are
// empty.

// registry returns the name of each code in the file. It is "" for a range.
func registry(t *testing.T) map[code.Code]string {
	t.Helper()
	f, err := os.Open("testdata/registry.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll() // checks that all rows have the same number of columns
	if err != nil {
		t.Fatal(err)
	}
	if got, want := strings.Join(rows[0], ","), "Status Code,Meaning,Contact,Reference"; got != want {
		t.Fatalf("columns %q, want %q", got, want)
	}
	names := map[code.Code]string{}
	next := 0
	for _, row := range rows[1:] {
		first, last, isRange := strings.Cut(row[0], "-")
		if !isRange {
			last = first
		}
		lo, err := strconv.Atoi(first)
		if err != nil {
			t.Fatal(err)
		}
		hi, err := strconv.Atoi(last)
		if err != nil {
			t.Fatal(err)
		}
		if lo < next || hi < lo || hi > 4999 || row[1] == "" {
			t.Fatalf("row %q is out of order, or has no meaning", row)
		}
		next = hi + 1
		for n := lo; n <= hi; n++ {
			names[code.Code(n)] = row[1]
			if isRange {
				names[code.Code(n)] = ""
			}
		}
	}
	return names
}

func TestNames(t *testing.T) {
	names, named := registry(t), 0
	for n := 0; n < 65536; n++ {
		c := code.Code(n)
		want := names[c]
		if got := c.Name(); got != want {
			t.Fatalf("Code(%d).Name() = %q, the registry has %q", n, got, want)
		}
		if want == "" {
			continue
		}
		named++
		if got, w := c.String(), strconv.Itoa(n)+" ("+want+")"; got != w {
			t.Fatalf("Code(%d).String() = %q, want %q", n, got, w)
		}
	}
	if named < 19 { // the registry of 2026-06-10
		t.Errorf("the registry names %d codes, want 19 or more", named)
	}
}
