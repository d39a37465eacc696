//go:build unix

package storm

import (
	"syscall"
	"testing"
)

// spare is how many files a test program has open beside its connections.
const spare = 200

// needFiles skips the test where the system does not let a process have n connections.
func needFiles(t *testing.T, n int) {
	t.Helper()
	var files syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &files); err != nil {
		t.Fatal(err)
	}
	need := uint64(n + spare)
	if files.Cur >= need {
		return
	}
	if files.Max < need {
		t.Skipf("NO STORM: it needs %d open files, the hard limit is %d (ulimit -Hn)", need, files.Max)
	}
	files.Cur = files.Max
	if err := syscall.Setrlimit(syscall.RLIMIT_NOFILE, &files); err != nil {
		t.Fatalf("raising the limit of open files to %d: %v", files.Max, err)
	}
}
