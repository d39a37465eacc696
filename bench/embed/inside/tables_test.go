package inside

import (
	"bytes"
	"flag"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
	"text/tabwriter"

	"example.com/closeframe/event/closetest"
)

var update = flag.Bool("update", false, "write the tables of ../README.md")

// insideTables returns the tables of README.md. They have nothing that depends on time.
func insideTables(all []*result, excepted map[string]map[key]string) string {
	var b strings.Builder
	b.WriteString("| stack | rows right | lines | own tests pass | oldest Go | allocations: received | sent |\n|---|---|---|---|---|---|---|\n")
	for _, r := range all {
		was, is := r.verdict[before], r.verdict[inside]
		right, of := r.right(before, "")
		rightNow, _ := r.right(inside, "")
		fmt.Fprintf(&b, "| %s | %d → %d of %d | +%d −%d | %d → %d | %s | %g → %g | %g → %g |\n", r.name,
			right, rightNow, of, r.added, r.removed,
			r.tests[before].count("pass"), r.tests[inside].count("pass"), r.oldestGo(),
			was.Received.Allocs, is.Received.Allocs, was.Sent.Allocs, is.Sent.Allocs)
	}
	b.WriteString("\nKnown limits of the changed stacks:\n\n")
	for _, l := range limits {
		fmt.Fprintf(&b, "- %s: %s\n", strings.Join(strings.Fields(l.stacks), ", "), l.why)
	}
	b.WriteString("\nTests of the stacks that expect malformed output, and so fail:\n\n")
	for _, r := range all {
		for _, k := range slices.SortedFunc(maps.Keys(excepted[r.name]), compareKeys) {
			fmt.Fprintf(&b, "- %s, %s: %s.\n", r.name, k.test, excepted[r.name][k])
		}
	}
	b.WriteString("\nRows right by kind:\n\n|  |")
	for _, r := range all {
		fmt.Fprintf(&b, " %s |", r.name)
	}
	b.WriteString("\n|---|" + strings.Repeat("---|", len(all)) + "\n")
	for _, k := range kinds() {
		fmt.Fprintf(&b, "| %s |", k)
		for _, r := range all {
			right, of := r.right(before, k)
			rightNow, _ := r.right(inside, k)
			fmt.Fprintf(&b, " %d → %d of %d |", right, rightNow, of)
		}
		b.WriteString("\n")
	}
	return b.String()
}

// kinds returns the kinds of rows in their order.
func kinds() (all []closetest.Kind) {
	for _, row := range closetest.Rows(closetest.ServerRole) {
		if !slices.Contains(all, row.Kind) {
			all = append(all, row.Kind)
		}
	}
	return all
}

// racy reports whether a row's outcome is a race: in every stack after a reset, and in
// the released nbio after a FIN right behind the close frame, which it may see first.
func (r *result) racy(row closetest.Row) bool {
	return r.name == "nbio" && row.Name == "5.5.1/6" ||
		slices.ContainsFunc(row.Steps, func(s closetest.Step) bool { return s.Do == closetest.RST })
}

// right returns how many rows of a kind, or of all, break no MUST, in both roles. It does
// not count rows that were not run or are racy.
func (r *result) right(when int, k closetest.Kind) (right, of int) {
	for _, report := range []*closetest.Report{r.verdict[when].Server, r.verdict[when].Client} {
		for _, res := range report.Results {
			if !res.Ran || r.racy(res.Row) || k != "" && k != res.Row.Kind {
				continue
			}
			of++
			if len(res.Broken(closetest.Must)) == 0 {
				right++
			}
		}
	}
	return right, of
}

// oldestGo returns the oldest Go that builds the stack with closeframe inside.
func (r *result) oldestGo() string {
	if r.oldest != "" {
		return r.oldest
	}
	return r.goLine
}

// costTable returns the times, and the number of rows that break no SHOULD.
func costTable(all []*result) string {
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "stack\treceived, ns\tsent, ns\tskipped tests\tbreak no SHOULD")
	for _, r := range all {
		was, is := r.verdict[before], r.verdict[inside]
		fmt.Fprintf(w, "%s\t%g → %g\t%g → %g\t%d → %d\t%d → %d\n", r.name,
			was.Received.Nanoseconds, is.Received.Nanoseconds, was.Sent.Nanoseconds, is.Sent.Nanoseconds,
			r.tests[before].count("skip"), r.tests[inside].count("skip"), r.strict(before), r.strict(inside))
	}
	w.Flush()
	return b.String()
}

func (r *result) strict(when int) (n int) {
	for _, report := range []*closetest.Report{r.verdict[when].Server, r.verdict[when].Client} {
		for _, res := range report.Results {
			if res.Ran && len(res.Broken(closetest.Should)) == 0 {
				n++
			}
		}
	}
	return n
}

const readme = "../README.md"

// These lines enclose the tables.
const (
	tablesBegin = "<!-- tables: EMBED=1 go test ./embed/inside -run TestInside -update writes them -->\n"
	tablesEnd   = "<!-- end of tables -->\n"
)

func checkReadme(t *testing.T, want string) {
	t.Helper()
	b, err := os.ReadFile(readme)
	if err != nil {
		t.Fatal(err)
	}
	head, rest, ok := bytes.Cut(b, []byte(tablesBegin))
	got, tail, ok2 := bytes.Cut(rest, []byte(tablesEnd))
	if !ok || !ok2 {
		t.Fatalf("%s has no place for the tables", readme)
	}
	t.Logf("\n%s", want)
	if string(got) == want {
		return
	}
	if !*update {
		t.Errorf("the tables of %s are not those of this run; -update writes them", readme)
		return
	}
	b = bytes.Join([][]byte{head, []byte(tablesBegin), []byte(want), []byte(tablesEnd), tail}, nil)
	if err := os.WriteFile(readme, b, 0o666); err != nil {
		t.Fatal(err)
	}
}
