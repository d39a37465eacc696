package reference

import (
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"
)

// Inlined asks the compiler about the package in the current folder, with its
// tests: which functions it can inline, and which calls it did inline, each as
// file, space and callee. The binary goes to the folder temp. What inlines
// changes with the compiler, so ask only where that is pinned.
func Inlined(temp string) (can, calls map[string]bool, err error) {
	// With the tests, since a generic function exists only where it is used.
	out, err := exec.Command("go", "test", "-c", "-gcflags=-m=1", "-o", filepath.Join(temp, "test"), ".").CombinedOutput()
	if err != nil {
		return nil, nil, fmt.Errorf("go test -c: %w\n%s", err, out)
	}
	can, calls = map[string]bool{}, map[string]bool{}
	for line := range strings.Lines(string(out)) {
		place, what, _ := strings.Cut(strings.TrimSpace(line), ": ")
		if f, ok := strings.CutPrefix(what, "can inline "); ok {
			can[f] = true
		}
		if f, ok := strings.CutPrefix(what, "inlining call to "); ok {
			file, _, _ := strings.Cut(filepath.Base(place), ":")
			calls[file+" "+f] = true
		}
	}
	return can, calls, nil
}
