package reference

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// CheckInline asks the compiler about the package that t tests: whether it can
// inline the functions, generic ones named as the compiler does, and whether it
// did inline the calls, each given as file, space and callee.
//
// What inlines changes with the compiler, so this runs only when asked for:
// TEST_INLINE=1 go test -run Inline.
func CheckInline(t *testing.T, functions, calls []string) {
	t.Helper()
	if os.Getenv("TEST_INLINE") != "1" {
		t.Skip("set TEST_INLINE=1 to run")
	}
	// Compiled with the tests, since a generic function exists only where it is
	// used.
	out, err := exec.Command("go", "test", "-c", "-gcflags=-m=1", "-o", filepath.Join(t.TempDir(), "test"), ".").CombinedOutput()
	if err != nil {
		t.Fatalf("go test -c: %v\n%s", err, out)
	}
	said := map[string]bool{}
	for line := range strings.Lines(string(out)) {
		place, what, _ := strings.Cut(strings.TrimSpace(line), ": ")
		if callee, ok := strings.CutPrefix(what, "inlining call to "); ok {
			file, _, _ := strings.Cut(filepath.Base(place), ":")
			what = "inlining call to " + file + " " + callee
		}
		said[what] = true
	}
	for _, f := range functions {
		if !said["can inline "+f] {
			t.Errorf("%s does not inline", f)
		}
	}
	for _, c := range calls {
		if !said["inlining call to "+c] {
			t.Errorf("%s is called", c)
		}
	}
}
