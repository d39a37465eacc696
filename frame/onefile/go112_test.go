//go:build go1.24

package onefile

import (
	"os/exec"
	"testing"
)

// The file must compile in a module with go 1.12. make oldest builds it with the Go 1.12
// toolchain.
func TestGo112(t *testing.T) {
	if _, err := exec.LookPath("go"); err != nil {
		t.Skip("needs the go command:", err)
	}
	out, err := exec.Command("go", "build", "-gcflags=-lang=go1.12", "closeframe.go").CombinedOutput()
	if err != nil {
		t.Errorf("go build: %v\n%s", err, out)
	}
}
