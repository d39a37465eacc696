package docs

import (
	"io/fs"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// TestImports shows in review what a package imports, a file that is not Go, and what
// the module requires. That fmt, reflect and unsafe are not there is the point.
func TestImports(t *testing.T) {
	args := []string{"list", "-f", "{{.ImportPath}}:{{range .Imports}} {{.}}{{end}}{{range .SFiles}} {{.}}{{end}}"}
	for _, p := range packages {
		args = append(args, "./"+p)
	}
	golden(t, "imports.golden", run(t, root, "go", args...)+run(t, root, "go", "mod", "edit", "-print"))
}

// TestOldest shows which test files run with Go 1.18, and which need a newer one and
// say so in a build line, so that none falls silent.
func TestOldest(t *testing.T) {
	newer := regexp.MustCompile(`(?m)^//go:build .*\bgo1\.\d+`)
	var old, young []string
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if d.IsDir() && slices.Contains([]string{"bench", ".git"}, d.Name()) {
			return fs.SkipDir
		}
		if err != nil || !strings.HasSuffix(path, "_test.go") {
			return err
		}
		name, _ := filepath.Rel(root, path)
		if newer.MatchString(read(t, name)) {
			young = append(young, name)
		} else {
			old = append(old, name)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "oldest.golden", "run with Go 1.18:\n  "+strings.Join(old, "\n  ")+"\nneed a newer Go:\n  "+strings.Join(young, "\n  ")+"\n")
}
