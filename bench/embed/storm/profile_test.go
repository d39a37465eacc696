package storm

import (
	"runtime"
	"runtime/pprof"
	"strings"
	"testing"
	"time"
)

// ours are the packages that must not allocate while a connection closes.
var ours = []string{
	"example.com/closeframe/code.",
	"example.com/closeframe/frame.",
	"example.com/closeframe/event.",
}

// allocations returns how many objects each function of ours has allocated since
// TestMain set runtime.MemProfileRate to 1, and so all of them.
func allocations() map[string]int64 {
	for range 3 { // the profile is up to two collections old
		runtime.GC()
	}
	records := make([]runtime.MemProfileRecord, 1000)
	n, ok := runtime.MemProfile(records, true)
	for !ok {
		records = make([]runtime.MemProfileRecord, 2*n)
		n, ok = runtime.MemProfile(records, true)
	}
	objects := map[string]int64{}
	for _, r := range records[:n] {
		if f := allocator(r.Stack()); isOurs(f) {
			objects[f] += r.AllocObjects
		}
	}
	return objects
}

// allocator returns the function that allocated: the innermost of the stack that does
// not belong to the standard library, so that what bytes or slices allocates for us
// is ours. What a lock takes to make a goroutine wait is the runtime's.
func allocator(stack []uintptr) string {
	for frames := runtime.CallersFrames(stack); ; {
		f, more := frames.Next()
		if strings.HasPrefix(f.Function, "sync.") {
			return f.Function
		}
		if domain, _, ok := strings.Cut(f.Function, "/"); ok && strings.Contains(domain, ".") {
			return f.Function
		}
		if !more {
			return ""
		}
	}
}

func isOurs(function string) bool {
	for _, p := range ours {
		if strings.HasPrefix(function, p) {
			return true
		}
	}
	return false
}

// checkAllocations fails for each function of ours that has allocated since before.
func checkAllocations(t *testing.T, before map[string]int64) {
	t.Helper()
	for f, n := range allocations() {
		if n > before[f] {
			t.Errorf("%s has allocated %d objects in the close path", f, n-before[f])
		}
	}
}

// checkGoroutines fails where goroutines are left that were not there before. They may
// take a moment to end after the last that waits for them.
func checkGoroutines(t *testing.T, before int) {
	t.Helper()
	poll := time.NewTicker(10 * time.Millisecond)
	defer poll.Stop()
	for end := time.Now().Add(10 * time.Second); time.Now().Before(end); <-poll.C {
		if runtime.NumGoroutine() <= before {
			return
		}
	}
	var profile strings.Builder
	pprof.Lookup("goroutine").WriteTo(&profile, 1)
	t.Errorf("%d goroutines, %d before:\n%s", runtime.NumGoroutine(), before, &profile)
}
