//go:build go1.24

package main

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

func TestTraceWithoutTshark(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	stdout, stderr, status := trace(nil, "capture.pcap")
	if stdout != "" || !strings.Contains(stderr, "install the package tshark") || status != exitFailed {
		t.Errorf("got status %d, %q, %q", status, stdout, stderr)
	}
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"-keylog", "a b", "it's.pcap"}, `tshark -n -r 'it'\''s.pcap' -o 'tls.keylog_file:a b' -o tcp.reassemble_out_of_order:TRUE `},
		{[]string{"$x;y"}, "tshark -n -r '$x;y' "},
		{nil, "tshark -n -l -o tcp"}, // from the network, line by line
	} {
		stdout, _, status = trace(nil, append([]string{"-print-command"}, c.args...)...)
		if !strings.HasPrefix(stdout, c.want) || status != exitOK {
			t.Errorf("got status %d, %q, want %q...", status, stdout, c.want)
		}
	}
	for _, args := range [][]string{{}, {"a", "b"}, {"-keylog", "k", "-"}, {"-port"}} {
		if _, stderr, status := trace(nil, args...); status != exitUsage || !strings.Contains(stderr, "usage: closeframe trace") {
			t.Errorf("%q: got status %d, %q", args, status, stderr)
		}
	}
}

// fakeTshark installs a shell script as tshark in PATH, and returns its path.
func fakeTshark(t *testing.T, script string) string {
	sh, err := exec.LookPath("sh")
	if err != nil {
		t.Skip("needs a shell:", err)
	}
	dir := t.TempDir()
	path := filepath.Join(dir, "tshark")
	if err := os.WriteFile(path, []byte("#!"+sh+"\n"+script), 0o777); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", dir+string(filepath.ListSeparator)+os.Getenv("PATH"))
	return path
}

// tshark does not outlive trace after an error of the input or the output.
func TestTraceEndsTshark(t *testing.T) {
	recorded, err := filepath.Abs("testdata/trace/gorilla.json")
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		script string
		out    io.Writer
	}{
		"bad JSON":                 {"echo '[{]'; exec sleep 60", io.Discard},
		"bad JSON of a child":      {"sleep 60 & echo $! >>\"$0.pid\"; echo '[{]'; wait", io.Discard},
		"the output is at its end": {"cat '" + recorded + "' '" + recorded + "'; exec sleep 60", &broken{}},
	} {
		t.Run(name, func(t *testing.T) {
			script := fakeTshark(t, "echo $$ >\"$0.pid\"\n"+c.script)
			start := time.Now()
			if status := run([]string{"trace", "x.pcap"}, nil, c.out, io.Discard); status != exitFailed {
				t.Errorf("got status %d, want %d", status, exitFailed)
			}
			if d := time.Since(start); d > 50*time.Second {
				t.Errorf("it took %v", d)
			}
			b, err := os.ReadFile(script + ".pid")
			if err != nil {
				t.Fatal(err)
			}
			pids := strings.Fields(string(b))
			for exec.Command("kill", "-0", pids[0]).Run() == nil { // until it has been waited for
				if time.Since(start) > 50*time.Second {
					t.Fatal("tshark still runs")
				}
				time.Sleep(10 * time.Millisecond)
			}
			if len(pids) > 1 {
				exec.Command("kill", pids[1]).Run()
			}
		})
	}
}

// trace of an endless input stops when its output fails.
func TestTraceEndsWithItsOutput(t *testing.T) {
	packets := strings.Trim(capture(opened+"client RST"), "[]") + ","
	in := &endless{text: packets, bound: 16 << 20}
	status := run([]string{"trace", "-"}, io.MultiReader(strings.NewReader("["), in), &broken{}, io.Discard)
	if status != exitFailed || in.read == 0 || in.read > 1<<20 {
		t.Errorf("got status %d after %d bytes with nowhere to write", status, in.read)
	}
}

// A signal ends tshark and trace, with the lines of the connections that ended before.
func TestTraceInterrupt(t *testing.T) {
	recorded, err := filepath.Abs("testdata/trace/gorilla.json")
	if err != nil {
		t.Fatal(err)
	}
	for _, sig := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM} {
		survive(t, sig)
		fakeTshark(t, fmt.Sprintf("sed '$d' '%s'; kill -%d $PPID; exec sleep 60", recorded, int(sig))) // all but the last "]"
		stdout, stderr, status := trace(nil, "-json", "x.pcap")
		if stderr != "closeframe: interrupted\n" || status != exitFailed || strings.Count(stdout, "\n") == 0 {
			t.Errorf("%v: got status %d, %q, %q", sig, status, stdout, stderr)
		}
	}
}

// trace prints the error of tshark, without control characters.
func TestTraceTsharkFails(t *testing.T) {
	for _, output := range []string{"", "echo '[]'; "} { // it may fail in the middle of a file
		fakeTshark(t, output+`printf 'Running as user "root".\ntshark: The file "\033[31m" does not exist.\n' >&2; exit 2`)
		_, stderr, status := trace(nil, "x.pcap")
		want := "closeframe: tshark: exit status 2: The file \"\ufffd[31m\" does not exist.\n"
		if stderr != want || status != exitFailed {
			t.Errorf("got status %d, %q, want %q", status, stderr, want)
		}
	}
}
