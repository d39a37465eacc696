package inside

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"regexp"
	"strings"
	"testing"
)

// A key names a test of a suite. Without a test it is the result of a package apart
// from its tests: the build and TestMain.
type key struct{ pkg, test string }

func (k key) String() string { return strings.TrimSpace(k.pkg + " " + k.test) }

// Results are the verdicts of a suite: "pass", "fail" or "skip".
type results map[key]string

// count returns how many tests have the verdict.
func (r results) count(verdict string) (n int) {
	for k, v := range r {
		if k.test != "" && v == verdict {
			n++
		}
	}
	return n
}

// retries is how often a failed test runs again, alone, before it counts as failed.
const retries = 2

// runSuite runs the tests of the module in dir and returns the verdicts. It runs the
// excepted tests separately, because one that cannot pass may hang.
func runSuite(t *testing.T, dir, packages string, excepted map[key]string) results {
	t.Helper()
	var skipped []string
	for k := range excepted {
		skipped = append(skipped, pattern(k))
	}
	r := goTest(t, dir, packages, "-skip="+strings.Join(skipped, "|"))
	for k, verdict := range r {
		if verdict == "fail" && k.test != "" && passesAlone(t, dir, k) {
			r[k] = "pass"
			t.Logf("%v: failed, and passes alone", k)
		}
	}
	for k := range excepted {
		r[k] = cmp.Or(goTest(t, dir, "-timeout=20s", "-run="+pattern(k), k.pkg)[k], "fail")
	}
	return r
}

// passesAlone reports whether the test passes within its retries.
func passesAlone(t *testing.T, dir string, k key) bool {
	for range retries {
		if goTest(t, dir, "-run="+pattern(k), k.pkg)[k] == "pass" {
			return true
		}
	}
	return false
}

// pattern returns the pattern that only the test matches.
func pattern(k key) string {
	return "^" + strings.ReplaceAll(regexp.QuoteMeta(k.test), "/", "$/^") + "$"
}

// goTest runs go test in dir. Its error says no more than the verdicts do, where
// there are any.
func goTest(t *testing.T, dir string, args ...string) results {
	t.Helper()
	args = append([]string{"test", "-json", "-count=1", "-timeout=5m"}, args...)
	var stderr bytes.Buffer
	cmd := goCommand(t, dir, args...)
	// Without CI in the environment, with which coder's tests need a browser.
	cmd.Env = append(cmd.Environ(), "CI=")
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if exit := (*exec.ExitError)(nil); err != nil && !errors.As(err, &exit) {
		t.Fatalf("%s: %v", cmd, err)
	}
	r, err := verdicts(out)
	if err != nil || len(r) == 0 {
		t.Fatalf("%s: %v\n%s%s", cmd, err, out, &stderr)
	}
	return r
}

// verdicts parses the output of go test -json. A package with failed tests does not
// count as failed in addition to them.
func verdicts(out []byte) (results, error) {
	r := results{}
	failed := map[string]bool{} // the packages
	for d := json.NewDecoder(bytes.NewReader(out)); ; {
		var event struct{ Action, Package, Test string }
		switch err := d.Decode(&event); {
		case err == io.EOF:
			return r, nil
		case err != nil:
			return nil, err
		}
		switch event.Action {
		case "fail":
			if event.Test == "" && failed[event.Package] {
				event.Action = "pass"
			}
			failed[event.Package] = true
		case "pass", "skip":
		default:
			continue
		}
		r[key{event.Package, event.Test}] = event.Action
	}
}
