package suites

import (
	"bytes"
	"encoding/json"
	"errors"
	"go/version"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// root is the checkout, where the go.mod of closeframe is.
const root = "../../.."

// copyModule copies the module of s to a temporary folder, lets its go.mod require
// closeframe, and returns the folder. Its sources are as they were: the copy has the
// Go version and the requirements that the rewritten one has.
func copyModule(t *testing.T, s stack) string {
	t.Helper()
	out, err := goCommand(t, ".", "list", "-m", "-f", "{{.Dir}}", s.module).Output()
	if err != nil {
		t.Fatalf("go list -m %s: %v", s.module, err)
	}
	from := string(bytes.TrimSpace(out))
	if from == "" {
		t.Fatalf("%s is not in the module cache: go mod download has it", s.module)
	}
	to := t.TempDir()
	if err := copyFiles(to, from); err != nil {
		t.Fatal(err)
	}
	requireCloseframe(t, to)
	return to
}

// copyFiles copies the files under from, which the module cache has made
// read-only, so that the copies can be written to.
func copyFiles(to, from string) error {
	return filepath.WalkDir(from, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(from, path)
		if err != nil {
			return err
		}
		if d.IsDir() {
			return os.MkdirAll(filepath.Join(to, rel), 0o755)
		}
		b, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		return os.WriteFile(filepath.Join(to, rel), b, 0o644)
	})
}

// requireCloseframe makes the go.mod in dir require the closeframe of this checkout,
// and what that requires.
func requireCloseframe(t *testing.T, dir string) {
	t.Helper()
	abs, err := filepath.Abs(root)
	if err != nil {
		t.Fatal(err)
	}
	mod := readMod(t, root)
	edit := []string{
		"mod", "edit",
		"-require=" + mod.Module.Path + "@v0.0.0",
		"-replace=" + mod.Module.Path + "=" + abs,
	}
	for _, r := range mod.Require {
		edit = append(edit, "-require="+r.Path+"@"+r.Version)
	}
	if was := readMod(t, dir).Go; version.Compare("go"+was, "go"+mod.Go) < 0 {
		// The language of closeframe, and the run-time behaviour that the stack was
		// released for: a test of gorilla's depends on it.
		edit = append(edit, "-go="+mod.Go, "-godebug=default=go"+was)
	}
	if out, err := goCommand(t, dir, edit...).CombinedOutput(); err != nil {
		t.Fatalf("go mod edit: %v\n%s", err, out)
	}
	if err := appendFile(filepath.Join(dir, "go.sum"), filepath.Join(root, "go.sum")); err != nil {
		t.Fatal(err)
	}
}

// modFile is what go mod edit -json tells of a go.mod.
type modFile struct {
	Module  struct{ Path string }
	Go      string
	Require []struct{ Path, Version string }
}

func readMod(t *testing.T, dir string) (m modFile) {
	t.Helper()
	out, err := goCommand(t, dir, "mod", "edit", "-json").Output()
	if err != nil {
		t.Fatalf("go mod edit -json in %s: %v", dir, err)
	}
	if err := json.Unmarshal(out, &m); err != nil {
		t.Fatal(err)
	}
	return m
}

// appendFile appends the file from to the file to, which need not be there.
func appendFile(to, from string) error {
	b, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	f, err := os.OpenFile(to, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	_, err = f.Write(b)
	return errors.Join(err, f.Close())
}

// goCommand returns the go command with args, to be run in dir. It ends with t.
func goCommand(t *testing.T, dir string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(t.Context(), "go", args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOWORK=off", "GOFLAGS=")
	return cmd
}
