//go:build go1.24

package main

import (
	"bytes"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the output of the command into testdata")

// A transcript of testdata is a list of runs, each of these lines:
//
//	$ closeframe decode "a b"   the command line, words in Go quotes where needed
//	< 03e8                      standard input
//	{"wasClean":…               standard output
//	! closeframe: …             standard error
//	= 1                         the exit status
//
// Blank lines and # lines between runs are kept.
func TestTranscripts(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no transcripts: %v", err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			got := replay(t, string(want))
			if *update {
				if err := os.WriteFile(file, []byte(got), 0o666); err != nil {
					t.Fatal(err)
				}
			} else if n, got, want := firstDifference(got, string(want)); n > 0 {
				t.Errorf("line %d: got\n%s\nwant\n%s", n, got, want)
			}
		})
	}
}

// firstDifference returns the number of the first lines that differ, or 0.
func firstDifference(a, b string) (n int, lineA, lineB string) {
	for n := 1; a != b; n++ {
		lineA, a, _ = strings.Cut(a, "\n")
		lineB, b, _ = strings.Cut(b, "\n")
		if lineA != lineB {
			return n, lineA, lineB
		}
	}
	return 0, "", ""
}

// replay runs each command of a transcript and returns the new transcript.
func replay(t *testing.T, transcript string) string {
	var out strings.Builder
	lines := strings.SplitAfter(transcript, "\n")
	for i := 0; i < len(lines); i++ {
		out.WriteString(lines[i])
		line, ok := strings.CutPrefix(lines[i], "$ closeframe")
		if !ok {
			continue
		}
		var stdin strings.Builder
		for i++; i < len(lines) && !strings.HasPrefix(lines[i], "= "); i++ {
			if text, ok := strings.CutPrefix(lines[i], "< "); ok {
				stdin.WriteString(text)
				out.WriteString(lines[i])
			}
		}
		var stdout, stderr bytes.Buffer
		status := run(words(t, line), strings.NewReader(stdin.String()), &stdout, &stderr)
		out.WriteString(stdout.String())
		for line := range strings.Lines(stderr.String()) {
			out.WriteString("! " + line)
		}
		fmt.Fprintf(&out, "= %d\n", status)
	}
	return out.String()
}

// words splits a command line at spaces, except inside Go quotes and the single quotes of a
// shell.
func words(t *testing.T, line string) (words []string) {
	for line = strings.TrimSpace(line); line != ""; line = strings.TrimLeft(line, " ") {
		if rest, ok := strings.CutPrefix(line, "'"); ok {
			w, rest, ok := strings.Cut(rest, "'")
			if !ok {
				t.Fatalf("no closing quote: %s", line)
			}
			words, line = append(words, w), rest
			continue
		}
		if q, err := strconv.QuotedPrefix(line); err == nil {
			w, err := strconv.Unquote(q)
			if err != nil {
				t.Fatal(err)
			}
			words, line = append(words, w), line[len(q):]
			continue
		}
		w, rest, _ := strings.Cut(line, " ")
		words, line = append(words, w), rest
	}
	return words
}

// TestHelpExamples runs the two examples of each -h, and compares their output if the help
// shows it.
func TestHelpExamples(t *testing.T) {
	helps := []string{usage()}
	for _, c := range subcommands {
		helps = append(helps, c.help)
	}
	for _, help := range helps {
		_, examples, _ := strings.Cut(help, "Examples:\n")
		list := strings.Split(examples, "  $ closeframe ")[1:]
		if len(list) != 2 {
			t.Errorf("%d examples, want 2:\n%s", len(list), help)
		}
		for _, example := range list {
			line, want, _ := strings.Cut(example, "\n")
			if strings.HasPrefix(line, "trace capture") {
				continue // TestTraceLive has tshark and captures
			}
			var stdout, stderr bytes.Buffer
			status := run(words(t, line), nil, &stdout, &stderr)
			got := strings.ReplaceAll("  "+stdout.String(), "\n", "\n  ")
			if got = strings.TrimSuffix(got, "  "); status != exitOK || want != "" && got != want {
				t.Errorf("%s: got status %d\n%swant\n%s", line, status, got, want)
			}
		}
	}
}

func TestIsTerminal(t *testing.T) {
	null, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer null.Close()
	file, err := os.Create(filepath.Join(t.TempDir(), "file"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if runtime.GOOS != "windows" && !(&output{w: null}).isTerminal() { // a character device, as a terminal is
		t.Error("a character device is none")
	}
	if (&output{w: file}).isTerminal() {
		t.Error("a file is a terminal")
	}
	if (&output{w: io.Discard}).isTerminal() {
		t.Error("no file is a terminal")
	}
	r, w, err := os.Pipe()
	if runtime.GOOS == "js" {
		return // it has none
	}
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	defer w.Close()
	if (&output{w: w}).isTerminal() {
		t.Error("a pipe is a terminal")
	}
}
