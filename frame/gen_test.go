package frame_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// utf8_table.go is what utf8_gen.go writes: nobody has edited it.
func TestTableIsGenerated(t *testing.T) {
	if _, err := exec.LookPath("go"); err != nil {
		t.Skip("needs the go command:", err)
	}
	dir := t.TempDir()
	program, err := os.ReadFile("utf8_gen.go")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "utf8_gen.go"), program, 0o666); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("go", "run", "utf8_gen.go")
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOFLAGS=", "GOOS=", "GOARCH=", "GOWORK=off")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("go run utf8_gen.go: %v\n%s", err, out)
	}
	want, err := os.ReadFile(filepath.Join(dir, "utf8_table.go"))
	if err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile("utf8_table.go")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Error("utf8_table.go is not what utf8_gen.go writes; run go generate")
	}
}
