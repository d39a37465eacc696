package reference

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// NotInlined compiles the package in the working directory. It returns the functions that
// the compiler cannot inline, and the calls that it did not inline. Generic functions are
// under the compiler's names; a call is the file, a space and the callee.
func NotInlined(functions, calls []string) (missing []string, err error) {
	dir, err := os.MkdirTemp("", "inline")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	// With the tests, since a generic function is compiled only where it is used.
	out, err := exec.Command("go", "test", "-c", "-gcflags=-m=1", "-o", filepath.Join(dir, "test"), ".").CombinedOutput()
	if err != nil {
		return nil, fmt.Errorf("go test -c: %v\n%s", err, out)
	}
	said := map[string]bool{}
	for _, line := range strings.Split(string(out), "\n") {
		place, what, _ := strings.Cut(strings.TrimSpace(line), ": ")
		if callee := strings.TrimPrefix(what, "inlining call to "); callee != what {
			file, _, _ := strings.Cut(filepath.Base(place), ":")
			what = "inlining call to " + file + " " + callee
		}
		said[what] = true
	}
	for _, f := range functions {
		if !said["can inline "+f] {
			missing = append(missing, f)
		}
	}
	for _, c := range calls {
		if !said["inlining call to "+c] {
			missing = append(missing, "the call in "+c)
		}
	}
	return missing, nil
}
