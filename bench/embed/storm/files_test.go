//go:build unix

package storm

import (
	"fmt"
	"math"
	"os"
	"syscall"
	"testing"
)

// spare is how many files a test program has open beside its connections.
const spare = 200

// needFiles skips the test where the system does not let a process have n
// connections; whoever asked for the test by EMBED=1 gets a failure.
func needFiles(t testing.TB, n int) {
	t.Helper()
	switch err := raiseFiles(uint64(n + spare)); {
	case err == nil:
	case os.Getenv("EMBED") == "1":
		t.Fatalf("NO STORM: %v", err)
	default:
		t.Skipf("NO STORM: %v", err)
	}
}

// raiseFiles lets the process have that many open files.
func raiseFiles(need uint64) error {
	var files syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &files); err != nil {
		return err
	}
	if uint64(files.Cur) >= need {
		return nil
	}
	if uint64(files.Max) < need {
		return fmt.Errorf("it needs %d open files, the hard limit is %d (ulimit -Hn)", need, files.Max)
	}
	files.Cur = files.Max
	if err := syscall.Setrlimit(syscall.RLIMIT_NOFILE, &files); err != nil {
		return fmt.Errorf("raising the limit of open files to %d: %w", files.Max, err)
	}
	return nil
}

// A verdict keeps what a test is told.
type verdict struct {
	testing.TB
	said string
}

func (v *verdict) Fatalf(string, ...any) { v.said = "fails" }
func (v *verdict) Skipf(string, ...any)  { v.said = "is skipped" }

// More files than any system gives: only a storm that nobody asked for is skipped.
func TestNeedFiles(t *testing.T) {
	for embed, want := range map[string]string{"1": "fails", "": "is skipped"} {
		t.Setenv("EMBED", embed)
		v := &verdict{TB: t}
		if needFiles(v, math.MaxInt-spare); v.said != want {
			t.Errorf("EMBED=%q: the storm %s, want: %s", embed, v.said, want)
		}
	}
}
