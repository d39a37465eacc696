package interop

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"regexp"
	"slices"
	"testing"
)

var update = flag.Bool("update", false, "write the tables of README.md")

// sections are the parts of README.md that TestInterop writes, between <!-- name -->
// and <!-- /name -->, in order.
var sections = []string{"versions", "codes", "receives", "sends", "malformed", "endings", "differences"}

// A report has the sections of a run by name.
type report map[string]string

func (r report) has(names ...string) bool {
	return !slices.ContainsFunc(names, func(name string) bool { return r[name] == "" })
}

// check compares a run with README.md, or writes it there. It writes versions but does
// not compare them: a new version with the same results is no difference.
func (r report) check(t *testing.T, sections ...string) {
	const file = "README.md"
	readme, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range sections {
		fmt.Printf("\n%s\n\n%s", name, r[name])
		place := regexp.MustCompile(fmt.Sprintf(`(?s)<!-- %s -->\n(.*)<!-- /%[1]s -->`, name))
		found := place.FindSubmatchIndex(readme)
		if found == nil {
			t.Errorf("%s has no place for %s", file, name)
			continue
		}
		text := []byte("\n" + r[name] + "\n")
		from, to := found[2], found[3]
		if *update {
			readme = slices.Concat(readme[:from], text, readme[to:])
		} else if name != "versions" && !bytes.Equal(readme[from:to], text) {
			t.Errorf("%s has another table under %s than this run; go test -run TestInterop -update writes it", file, name)
		}
	}
	if !*update {
		return
	}
	if err := os.WriteFile(file, readme, 0o666); err != nil {
		t.Fatal(err)
	}
}
