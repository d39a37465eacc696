package inside

import (
	"bufio"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// rewrite puts closeframe into the copy of s in dir.
func rewrite(t *testing.T, dir string, s stack) {
	t.Helper()
	for _, f := range s.folders {
		if err := rewriteDir(filepath.Join(dir, f), filepath.Join("testdata", s.files, f, "closeframe.go")); err != nil {
			t.Fatal(err)
		}
	}
	requireCloseframe(t, dir)
}

// differences returns the differences between before and after that are not excepted,
// and the exceptions without a difference. A test that fails before, or a suite without
// a passing test, has no valid comparison.
func differences(before, after results, excepted map[key]string) (found []string) {
	if before.count("pass") == 0 {
		found = append(found, "no test passes before")
	}
	for _, k := range slices.SortedFunc(maps.Keys(before), compareKeys) {
		reason, isExcepted := excepted[k]
		switch got := after[k]; {
		case isExcepted && before[k] == "pass" && got == "fail":
			// as listed
		case isExcepted:
			found = append(found, fmt.Sprintf("%v: %s before and %s after, but excepted: %s", k, before[k], got, reason))
		case before[k] == "fail":
			found = append(found, fmt.Sprintf("%v: fails before", k))
		case got != before[k]:
			found = append(found, fmt.Sprintf("%v: %s before, %q after", k, before[k], got))
		}
	}
	for k := range excepted {
		if _, ok := before[k]; !ok {
			found = append(found, fmt.Sprintf("%v: excepted, but there is no such test", k))
		}
	}
	return found
}

func compareKeys(a, b key) int { return strings.Compare(a.String(), b.String()) }

// readExceptions reads the exceptions of each stack, with their reasons.
func readExceptions(t *testing.T) map[string]map[key]string {
	t.Helper()
	f, err := os.Open("testdata/exceptions.txt")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	all := map[string]map[key]string{}
	for _, s := range stacks {
		all[s.name] = map[key]string{}
	}
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		line := lines.Text()
		if line == "" || line[0] == '#' {
			continue
		}
		where, reason, _ := strings.Cut(line, ": ")
		fields := strings.Fields(where)
		if len(fields) != 3 || reason == "" || all[fields[0]] == nil {
			t.Fatalf("exceptions.txt: %q: want stack, package, test: reason", line)
		}
		all[fields[0]][key{fields[1], fields[2]}] = reason
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	return all
}
