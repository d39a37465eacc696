package gorilla_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// The recipe works with gorilla 1.5.0, and with the fork under its import path.
func TestVariants(t *testing.T) {
	if os.Getenv("EMBED") != "1" {
		t.Skip("builds the recipe twice more: EMBED=1 asks for it")
	}
	t.Run("1.5.0", func(t *testing.T) {
		mod := filepath.Join(t.TempDir(), "go.mod")
		for _, name := range []string{"go.mod", "go.sum"} {
			src, err := os.ReadFile("../../" + name)
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(filepath.Dir(mod), name), src, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		goDo(t, "mod", "edit", "-require=github.com/gorilla/websocket@v1.5.0", mod)
		goDo(t, "test", "-mod=mod", "-modfile="+mod, "-run=TestRows", ".")
	})
	t.Run("fasthttp", func(t *testing.T) {
		dir, replace := t.TempDir(), map[string]string{}
		for _, name := range []string{"gorilla.go", "gorilla_test.go"} {
			src, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			path, err := filepath.Abs(name)
			if err != nil {
				t.Fatal(err)
			}
			replace[path] = filepath.Join(dir, name)
			forked := strings.ReplaceAll(string(src), "github.com/gorilla/websocket", "github.com/fasthttp/websocket")
			if err := os.WriteFile(replace[path], []byte(forked), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		overlay, err := json.Marshal(map[string]any{"Replace": replace})
		if err != nil {
			t.Fatal(err)
		}
		name := filepath.Join(dir, "overlay.json")
		if err := os.WriteFile(name, overlay, 0o644); err != nil {
			t.Fatal(err)
		}
		goDo(t, "test", "-overlay="+name, "-run=TestRows", ".")
	})
}

func goDo(t *testing.T, args ...string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", args...)
	cmd.Env = append(os.Environ(), "GOWORK=off", "GOFLAGS=")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %v\n%s", cmd, err, out)
	}
}
