package inside

import (
	"os"
	"path/filepath"
	"testing"

	"example.com/closeframe/bench/embed/verdict"
)

// A result has the results of a stack, as released and with closeframe inside.
type result struct {
	stack
	from, dir      string // in the module cache, and the copy
	goLine         string
	added, removed int // lines
	tests          [2]results
	verdict        [2]*verdict.Verdict
}

const (
	before = iota
	inside
)

// The seven stacks before and after: their own tests, closetest's rows, and the cost of
// a close.
func TestInside(t *testing.T) {
	if os.Getenv("EMBED") != "1" {
		t.Skip("runs the test suites of seven other stacks, twice: EMBED=1 asks for it")
	}
	excepted := readExceptions(t)
	var all []*result
	for _, s := range stacks {
		r := &result{stack: s}
		r.from, r.dir = copyModule(t, s)
		r.goLine = readMod(t, r.dir).Go
		all = append(all, r)
		t.Run(s.name, func(t *testing.T) {
			r.tests[before] = runSuite(t, r.dir, s.tests, nil)
			rewrite(t, r.dir, s)
			r.tests[inside] = runSuite(t, r.dir, s.tests, excepted[s.name])
			for _, d := range differences(r.tests[before], r.tests[inside], excepted[s.name]) {
				t.Error(d)
			}
			r.countLines(t)
		})
	}
	bare, ours := buildJudge(t, nil), buildJudge(t, all)
	setVerdicts(all, before, runJudge(t, bare))
	setVerdicts(all, inside, runJudge(t, ours))
	measureCosts(t, all, bare, ours)
	checkLimits(t, all, ours)
	checkDefects(t, all)
	t.Logf("\n%s", costTable(all))
	checkReadme(t, insideTables(all, excepted))
}

func (r *result) countLines(t *testing.T) {
	for _, folder := range r.folders {
		added, removed, err := changedLines(filepath.Join(r.dir, folder), filepath.Join(r.from, folder))
		if err != nil {
			t.Fatal(err)
		}
		r.added += added
		r.removed += removed
	}
}

// The oldest Go in the table builds the stack.
func TestOldest(t *testing.T) {
	if os.Getenv("EMBED") != "1" {
		t.Skip("downloads two old releases of Go: EMBED=1 asks for it")
	}
	for _, s := range stacks {
		if s.oldest == "" {
			continue
		}
		_, dir := copyModule(t, s)
		rewrite(t, dir, s)
		cmd := goCommand(t, filepath.Join(dir, s.folders[0]), "build", ".")
		cmd.Env = append(cmd.Environ(), "GOTOOLCHAIN=go"+s.oldest+".1")
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("%s with Go %s: %v\n%s", s.name, s.oldest, err, out)
		}
	}
}
