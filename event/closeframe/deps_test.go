//go:build go1.24

package main

import (
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// needsGo skips a test where there is no go command to run, as in wasm.
func needsGo(t *testing.T) {
	t.Helper()
	if _, err := exec.LookPath("go"); err != nil {
		t.Skip("needs the go command:", err)
	}
}

// TestDeps lists all that is built into the command: the standard library, our own
// packages, and one of constraints.
func TestDeps(t *testing.T) {
	needsGo(t)
	out, err := exec.Command("go", "list", "-deps", "-f", "{{if not .Standard}}{{.ImportPath}}{{end}}", ".").Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	const module = "example.com/closeframe"
	got := strings.Fields(string(out))
	slices.Sort(got)
	want := []string{
		module + "/code",
		module + "/event",
		module + "/event/closeframe",
		module + "/frame",
		"golang.org/x/exp/constraints",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}
