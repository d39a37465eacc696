//go:build go1.24

package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

// A line or a dump that is too long does not affect the next one.
func TestDecodeTooLong(t *testing.T) {
	line := strings.Repeat("00", maxInput)
	var dump strings.Builder
	for n := 0; n <= maxInput; n += 16 { // the last row is too much
		fmt.Fprintf(&dump, "%08x: 0101 0101 0101 0101 0101 0101 0101 0101  ................\n", n)
	}
	for name, long := range map[string]string{
		"longer than 65536 bytes":             line,
		"the dump is longer than 65536 bytes": strings.TrimSuffix(dump.String(), "\n"),
	} {
		for _, end := range []string{"\n03e8\n", ""} {
			var stdout, stderr bytes.Buffer
			status := run([]string{"decode"}, strings.NewReader("03e9\n"+long+end), &stdout, &stderr)
			if got, want := strings.Count(stdout.String(), "\n"), 1+strings.Count(end, "03e8"); got != want {
				t.Errorf("%s: got %d lines decoded, want %d: %.300s", name, got, want, stdout.String())
			}
			if got := stderr.String(); !strings.Contains(got, ": "+name+"\n") || strings.Count(got, "\n") != 1 {
				t.Errorf("%s: got %.300q on standard error", name, got)
			}
			if status != exitFailed {
				t.Errorf("%s: got status %d, want %d", name, status, exitFailed)
			}
		}
	}
}

// A line is accepted if it is as long as the limit with its newline.
func TestDecodeLongestLine(t *testing.T) {
	line := "03e8" + strings.Repeat(" ", maxInput-len("03e8\n")) + "\n"
	var stdout, stderr bytes.Buffer
	if status := run([]string{"decode"}, strings.NewReader(line), &stdout, &stderr); status != exitOK || stdout.Len() == 0 {
		t.Errorf("got status %d, %q, %q", status, stdout.String(), stderr.String())
	}
}

// endless repeats a text up to bound bytes, and records the heap on the way.
type endless struct {
	text  string
	bound int // in bytes
	read  int
	heap  []uint64 // the bytes in use after each quarter
}

func (e *endless) Read(p []byte) (int, error) {
	if e.read >= e.bound {
		return 0, io.EOF
	}
	p = p[:min(len(p), e.bound-e.read)]
	n := 0
	for n < len(p) {
		n += copy(p[n:], e.text[(e.read+n)%len(e.text):])
	}
	if step := e.bound / 4; (e.read+n)/step > e.read/step {
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		e.heap = append(e.heap, m.HeapAlloc)
	}
	e.read += n
	return n, nil
}

func TestDecodeReadsInConstantMemory(t *testing.T) {
	for name, text := range map[string]string{
		"lines":    "03e8627965\n",
		"one line": "03e8 ",
		"a dump":   "00000000: 03  .\n*\n",
		"bad":      "zz\n",
	} {
		in := &endless{text: text, bound: 1 << 20}
		run([]string{"decode"}, in, io.Discard, io.Discard)
		if len(in.heap) < 3 {
			t.Fatalf("%s: the input was not read", name)
		}
		if first, last := in.heap[0], in.heap[len(in.heap)-1]; last > first+1<<19 {
			t.Errorf("%s: %d bytes in use at first, later %d", name, first, last)
		}
	}
}

var errBroken = errors.New("broken")

// broken is a stream that fails after some writes.
type broken struct{ left int }

func (*broken) Read([]byte) (int, error) { return 0, errBroken }

func (b *broken) Write(p []byte) (int, error) {
	if b.left--; b.left < 0 {
		return 0, errBroken
	}
	return len(p), nil
}

func TestDecodeEndsWithBrokenInput(t *testing.T) {
	var stdout, stderr bytes.Buffer
	if status := run([]string{"decode"}, &broken{}, &stdout, &stderr); status != exitFailed {
		t.Errorf("got status %d, want %d", status, exitFailed)
	}
	if got, want := stderr.String(), "closeframe: line 1: broken\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// decode of an endless input stops when either output fails.
func TestDecodeEndsWithItsOutputs(t *testing.T) {
	for _, text := range []string{"03e8\n", "07d0\n", "zz\n", "03e8\nzz\n", strings.Repeat("880203e8", 1000) + "\n"} {
		in := &endless{text: text, bound: 4 << 20}
		if status := run([]string{"decode", "-text"}, in, &broken{left: 2}, &broken{left: 2}); status != exitFailed {
			t.Errorf("%.10q: got status %d, want %d", text, status, exitFailed)
		}
		if in.read == 0 || in.read > 1<<20 {
			t.Errorf("%.10q: read %d bytes with nowhere to write", text, in.read)
		}
	}
}

func TestSubcommandsReportBrokenOutput(t *testing.T) {
	for _, args := range [][]string{{"-h"}, {"decode", "03e8", "03e8"}, {"decode", "07d0"}, {"encode", "1000"}, {"explain"}, {"explain", "timeout"}} {
		var stderr bytes.Buffer
		if status := run(args, nil, &broken{}, &stderr); status != exitFailed {
			t.Errorf("%q: got status %d, want %d", args, status, exitFailed)
		}
		if got, want := stderr.String(), "closeframe: broken\n"; got != want {
			t.Errorf("%q: got %q, want %q", args, got, want)
		}
	}
}

// rawIn returns the characters of s that a terminal might interpret: controls, line
// separators, changes of direction, and invalid UTF-8.
func rawIn(s string) (raw []rune) {
	for i, r := range s {
		if r != '\n' && unicode.In(r, unicode.Cc, unicode.Zl, unicode.Zp, unicode.Bidi_Control) ||
			r == utf8.RuneError && !strings.HasPrefix(s[i:], "\ufffd") {
			raw = append(raw, r)
		}
	}
	return raw
}

// No input is printed raw: in a valid or an invalid reason, in a text that cannot be
// decoded, in an argument of another subcommand.
func TestNothingReachesATerminalRaw(t *testing.T) {
	for n := range rune(0x200) {
		text := string(n)
		if n >= 0x100 {
			text = string(0x1f00 + n) // 2000 to 20FF: marks, separators, directions
		}
		for _, args := range [][]string{
			{"decode", "-text", fmt.Sprintf("03e8%x", text), text + "g", "'" + text + "g'", fmt.Sprintf("03e8%xff", text)},
			{"decode", "-json", fmt.Sprintf("03e8%x", text), text + "g", fmt.Sprintf("03e8%xff", text)},
			{"explain", text}, {"encode", text + "z"}, {"-" + text}, {text}, {"decode", "-" + text},
		} {
			var stdout, stderr bytes.Buffer
			run(args, strings.NewReader(""), &stdout, &stderr)
			printed := stdout.String() + stderr.String()
			if raw := rawIn(printed); len(raw) > 0 || printed == "" && text != "-" { // decode -- reads nothing
				t.Fatalf("%q: got %U raw in %q", args, raw, printed)
			}
		}
	}
}

// After an error, output does not write again.
func TestOutputIsDead(t *testing.T) {
	w := &broken{}
	o := &output{w: w}
	o.Write([]byte("a"))
	if o.Write([]byte("b")); w.left != -1 || o.err != errBroken {
		t.Errorf("%d writes, error %v", -w.left, o.err)
	}
}

// A line that is too long ends a dump.
func TestDecodeLongLineEndsDump(t *testing.T) {
	in := "00000000: 03e8 6279 65  ..bye\n" + strings.Repeat("0", maxInput+1) + "\n00000005: 21  !\n"
	var out, err bytes.Buffer
	status := run([]string{"decode", "-text"}, strings.NewReader(in), &out, &err)
	if want := "1000 (Normal Closure) \"bye\" [payload]\n"; out.String() != want || status != exitFailed {
		t.Errorf("status %d, got %s%s, want %s", status, out.String(), err.String(), want)
	}
}
