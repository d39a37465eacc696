//go:build go1.24

package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"syscall"
	"testing"
	"unsafe"
)

// onTerminal runs the command with a pseudo-terminal as both outputs, and returns what
// it prints there.
func onTerminal(t *testing.T, args ...string) string {
	t.Helper()
	master, err := os.OpenFile("/dev/ptmx", os.O_RDWR|syscall.O_NOCTTY, 0)
	if errors.Is(err, fs.ErrNotExist) {
		t.Skip("no pseudo-terminals here:", err)
	} else if err != nil {
		t.Fatal(err)
	}
	defer master.Close()
	var number, lock uint32
	for request, value := range map[uintptr]*uint32{syscall.TIOCGPTN: &number, syscall.TIOCSPTLCK: &lock} {
		if _, _, err := syscall.Syscall(syscall.SYS_IOCTL, master.Fd(), request, uintptr(unsafe.Pointer(value))); err != 0 {
			t.Fatal(err)
		}
	}
	slave, err := os.OpenFile(fmt.Sprint("/dev/pts/", number), os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	run(args, nil, slave, slave)
	slave.Close()
	printed, _ := io.ReadAll(master) // its end is EIO
	return strings.ReplaceAll(string(printed), "\r\n", "\n")
}

// Without a flag decode prints text for a person, and JSON for a program.
func TestDecodeOnATerminal(t *testing.T) {
	if got, want := onTerminal(t, "decode", "03e8"), "1000 (Normal Closure) [payload]\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// The progress is cleared before what follows it, at the end too.
func TestProbeOnATerminal(t *testing.T) {
	srv := httptest.NewServer(http.HandlerFunc(naive))
	defer srv.Close()
	got := onTerminal(t, "probe", "-row", "7.4.1/1", srv.URL)
	if want := "\r\x1b[Kok      7.4.1/1   a close frame with code 1000\n1 of 1 rows\r\x1b[K\nsection "; !strings.HasPrefix(got, want) {
		t.Errorf("got %q, want %q...", got, want)
	}
}
