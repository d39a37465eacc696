package embed_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// The adapters and the proxy are to be copied to where closeframe builds, which is
// Go 1.24: they use nothing that is newer, whatever the stacks here need.
func TestGoVersion(t *testing.T) {
	if testing.Short() {
		t.Skip("runs go vet")
	}
	dir := t.TempDir()
	replace := map[string]string{}
	var packages []string
	for _, name := range []string{"gobwas", "gorilla", "fasthttp", "coder", "gws", "xnet", "nbio", "proxy"} {
		packages = append(packages, "./"+name)
		files, err := filepath.Glob(name + "/*.go")
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range files {
			if !strings.HasSuffix(name, "_test.go") {
				replace[absolute(t, name)] = limited(t, dir, name)
			}
		}
	}
	overlay, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, "overlay.json")
	if err := os.WriteFile(file, overlay, 0o644); err != nil {
		t.Fatal(err)
	}
	vet := exec.CommandContext(t.Context(), "go", "vet", "-stdversion", "-overlay="+file)
	vet.Args = append(vet.Args, packages...)
	if out, err := vet.CombinedOutput(); err != nil {
		t.Errorf("%v: %v\n%s", vet, err, out)
	}
}

func absolute(t *testing.T, name string) string {
	t.Helper()
	path, err := filepath.Abs(name)
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// limited writes a copy of the file that is in Go 1.24 and returns its name.
func limited(t *testing.T, dir, name string) string {
	t.Helper()
	src, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, strings.ReplaceAll(name, "/", "_"))
	if err := os.WriteFile(path, append([]byte("//go:build go1.24\n\n"), src...), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}
