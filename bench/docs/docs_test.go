// Package docs checks the pages of the repository: the exported names, the imports, and
// the programs, commands and links. It is in the bench module, so that the downloaded
// library passes its own tests without the repository.
package docs

import (
	"bytes"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

const (
	root   = "../.."
	module = "example.com/closeframe"
)

var update = flag.Bool("update", false, "write the golden files")

// packages are those whose exported names and imports are pinned.
var packages = []string{"code", "frame", "event", "event/closing", "event/closetest"}

func read(t *testing.T, name string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(root, name))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// run returns the output of a command in dir. A failing command fails the test.
func run(t *testing.T, dir, name string, args ...string) string {
	t.Helper()
	cmd := exec.Command(name, args...)
	cmd.Dir = dir
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s %s: %v\n%.1000s", name, strings.Join(args, " "), err, stderr.String())
	}
	return string(out)
}

// golden compares got with a file of testdata.
func golden(t *testing.T, name, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(filepath.Join("testdata", name), []byte(got), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	diff := exec.Command("diff", "-u", name, "-")
	diff.Dir = "testdata"
	diff.Stdin = strings.NewReader(got)
	if out, err := diff.CombinedOutput(); err != nil {
		t.Errorf("%v: if this is meant, cd bench && go test ./docs -update\n%s", err, out)
	}
}
