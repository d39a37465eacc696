package code_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// inlined are the functions that the compiler must be able to inline. Generic
// ones are named as the compiler does.
var inlined = []string{
	"Code.IsSendable",
	"Code.IsApplication",
	"Code.Class",
	"Code.Name",
	"Class.String",
	"code.From[go.shape.int]",
	"code.From[go.shape.int8]",
	"code.From[go.shape.uint16]",
	"code.From[go.shape.int64]",
	"code.From[go.shape.uint64]",
}

// What inlines changes with the compiler, so this is for the Go version that CI
// pins: TEST_INLINE=1 go test -run Inline.
func TestInline(t *testing.T) {
	if os.Getenv("TEST_INLINE") != "1" {
		t.Skip("set TEST_INLINE=1 to run")
	}
	// Compiled with the tests, since a generic function exists only where it is
	// used.
	out, err := exec.Command("go", "test", "-c", "-gcflags=-m=1", "-o", filepath.Join(t.TempDir(), "test"), ".").CombinedOutput()
	if err != nil {
		t.Fatalf("go test -c: %v\n%s", err, out)
	}
	can := map[string]bool{}
	for line := range strings.Lines(string(out)) {
		_, what, _ := strings.Cut(strings.TrimSpace(line), ": ")
		if f, ok := strings.CutPrefix(what, "can inline "); ok {
			can[f] = true
		}
	}
	for _, f := range inlined {
		if !can[f] {
			t.Errorf("%s does not inline", f)
		}
	}
}
