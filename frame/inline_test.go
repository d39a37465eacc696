package frame_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// inlined are the functions that the compiler must be able to inline: the small
// exported ones, since embedders call them per frame, and the helpers that the
// others are written with. Generic ones are named as the compiler does.
var inlined = []string{
	"Error.Error",
	"Error.Answer",
	"frame.CheckReason[go.shape.string]",
	"frame.CheckReason[go.shape.[]uint8]",
	"frame.Truncate[go.shape.string]",
	"frame.Truncate[go.shape.[]uint8]",

	"refused",
	"payloadLen",
	"grow",
	"putWord",
	"frame.put[go.shape.string]",
	"frame.put[go.shape.[]uint8]",
	"frame.word32[go.shape.string]",
	"frame.word32[go.shape.[]uint8]",
	"frame.word64[go.shape.string]",
	"frame.word64[go.shape.[]uint8]",
}

// inlinedCalls are calls that must be gone, as file and callee.
var inlinedCalls = []string{
	"payload.go code.Code.IsSendable",
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
	var can, calls []string
	for line := range strings.Lines(string(out)) {
		place, what, _ := strings.Cut(strings.TrimSpace(line), ": ")
		if f, ok := strings.CutPrefix(what, "can inline "); ok {
			can = append(can, f)
		}
		if f, ok := strings.CutPrefix(what, "inlining call to "); ok {
			file, _, _ := strings.Cut(filepath.Base(place), ":")
			calls = append(calls, file+" "+f)
		}
	}
	for _, f := range inlined {
		if !slices.Contains(can, f) {
			t.Errorf("%s does not inline", f)
		}
	}
	for _, f := range inlinedCalls {
		if !slices.Contains(calls, f) {
			t.Errorf("%s is called", f)
		}
	}
}
