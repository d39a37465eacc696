package docs

import (
	"io/fs"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// TestImports makes a new import, a new file in assembly or a new requirement visible
// in review. The packages must not import fmt, reflect and unsafe.
func TestImports(t *testing.T) {
	args := []string{"list", "-f", "{{.ImportPath}}:{{range .Imports}} {{.}}{{end}}{{range .SFiles}} {{.}}{{end}}"}
	for _, p := range packages {
		args = append(args, "./"+p)
	}
	golden(t, "imports.golden", run(t, root, "go", args...)+run(t, root, "go", "mod", "edit", "-print"))
}

// TestGODEBUG fails if the command uses a default of Go 1.20, such as TLS 1.0, because
// of the go line of the module.
func TestGODEBUG(t *testing.T) {
	got := strings.TrimSpace(run(t, root, "go", "list", "-f", "{{.DefaultGODEBUG}}", "./event/closeframe"))
	for _, old := range []string{"asynctimerchan=1", "panicnil=1", "tls10server=1", "tls3des=1", "tlsrsakex=1", "tlssha1=1"} {
		if slices.Contains(strings.Split(got, ","), old) {
			t.Errorf("%s in %s", old, got)
		}
	}
}

// oldest are the test files that make oldest runs with Go 1.18. All others have a build
// line for a newer Go, and so the loop variables of Go 1.22.
var oldest = []string{
	"code/code_test.go",
	"code/names_test.go",
	"event/closing/alloc_test.go",
	"event/closing/pipe_test.go",
	"event/closing/race_off_test.go",
	"event/closing/race_on_test.go",
	"event/closing/size_test.go",
	"event/export_test.go",
	"event/handshake_test.go",
	"frame/race_off_test.go",
	"frame/race_on_test.go",
	"frame/vectors_test.go",
}

func TestOldest(t *testing.T) {
	newer := regexp.MustCompile(`(?m)^//go:build .*\bgo1\.\d+`)
	var got []string
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if path == filepath.Join(root, "bench") {
			return fs.SkipDir
		}
		name, _ := filepath.Rel(root, path)
		if err == nil && strings.HasSuffix(name, "_test.go") && !newer.MatchString(read(t, name)) {
			got = append(got, name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(got, oldest) {
		t.Errorf("without a build line are\n%q, want\n%q", got, oldest)
	}
}
