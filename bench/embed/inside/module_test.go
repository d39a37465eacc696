package inside

import (
	"bytes"
	"encoding/json"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// root is the folder of the go.mod of closeframe.
const root = "../../.."

// copyModule copies the module of s to a temporary folder. It returns the source and
// the copy.
func copyModule(t *testing.T, s stack) (from, to string) {
	t.Helper()
	out, err := goCommand(t, ".", "list", "-m", "-f", "{{.Dir}}", s.module).Output()
	if err != nil {
		t.Fatalf("go list -m %s: %v", s.module, err)
	}
	from = string(bytes.TrimSpace(out))
	if from == "" {
		t.Fatalf("%s is not in the module cache: go mod download has it", s.module)
	}
	to = t.TempDir()
	if err := copyFiles(to, from); err != nil {
		t.Fatal(err)
	}
	return from, to
}

// copyFiles makes writable copies of the files under from. Those of the module cache
// are read-only.
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

// requireCloseframe makes the go.mod in dir require the closeframe of this checkout.
// Its go line, its other requirements and its run-time settings do not change.
func requireCloseframe(t *testing.T, dir string) {
	t.Helper()
	abs, err := filepath.Abs(root)
	if err != nil {
		t.Fatal(err)
	}
	was := readMod(t, dir)
	mod := readMod(t, root)
	edit := []string{
		"mod", "edit",
		"-require=" + mod.Module.Path + "@v0.0.0",
		"-replace=" + mod.Module.Path + "=" + abs,
	}
	for _, args := range [][]string{edit, {"build", "-mod=mod", "./..."}} {
		if out, err := goCommand(t, dir, args...).CombinedOutput(); err != nil {
			t.Fatalf("go %v: %v\n%s", args, err, out)
		}
	}
	if is := readMod(t, dir); is.Go != was.Go {
		t.Errorf("the go line was %s and is %s", was.Go, is.Go)
	}
}

// modFile has the fields of go mod edit -json.
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

// goCommand returns the go command with args in dir. It ends with t.
func goCommand(t *testing.T, dir string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(t.Context(), "go", args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOWORK=off", "GOFLAGS=")
	return cmd
}
