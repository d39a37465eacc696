//go:build go1.24

package main

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write what the command does into testdata")

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
			} else if got != string(want) {
				t.Errorf("got:\n%s\nwant:\n%s", got, want)
			}
		})
	}
}

// replay runs each command of a transcript and returns the transcript of that.
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

// words splits a command line at spaces, but for those in Go quotes.
func words(t *testing.T, line string) (words []string) {
	for line = strings.TrimSpace(line); line != ""; line = strings.TrimLeft(line, " ") {
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

// TestHelpExamples runs the examples of each -h, and compares what they print where
// that is shown.
func TestHelpExamples(t *testing.T) {
	helps := []string{about}
	for _, v := range verbs {
		helps = append(helps, v.help)
	}
	for _, help := range helps {
		_, examples, _ := strings.Cut(help, "Examples:\n")
		examples, _, _ = strings.Cut(examples, "\n\n")
		list := strings.Split(strings.TrimSuffix(examples, "\n")+"\n", "  $ closeframe ")[1:]
		if len(list) != 3 && !strings.Contains(help, "tshark") { // TestReadmeCommands runs that
			t.Errorf("%d examples, want 3:\n%s", len(list), help)
		}
		for _, example := range list {
			line, want, _ := strings.Cut(example, "\n")
			var stdout, stderr bytes.Buffer
			status := run(words(t, line), nil, &stdout, &stderr)
			got := strings.ReplaceAll("  "+stdout.String(), "\n", "\n  ")
			if got = strings.TrimSuffix(got, "  "); status != exitOK || want != "" && got != want {
				t.Errorf("%s: got status %d\n%swant\n%s", line, status, got, want)
			}
		}
	}
}

func TestDecodeLongLine(t *testing.T) {
	long := strings.Repeat("00", maxLine)
	for _, end := range []string{"\n03e8\n", ""} {
		var stdout, stderr bytes.Buffer
		status := run([]string{"decode"}, strings.NewReader("03e9\n"+long+end), &stdout, &stderr)
		if got, want := strings.Count(stdout.String(), "\n"), 1+strings.Count(end, "03e8"); got != want {
			t.Errorf("got %d lines decoded, want %d: %s", got, want, stdout.String())
		}
		if got, want := stderr.String(), "closeframe: line 2: longer than 262144 bytes\n"; got != want {
			t.Errorf("got %q on standard error, want %q", got, want)
		}
		if status != exitFailed {
			t.Errorf("got status %d, want %d", status, exitFailed)
		}
	}
}

// A line as long as the limit, its end included, is still read.
func TestDecodeLongestLine(t *testing.T) {
	line := "03e8" + strings.Repeat(" ", maxLine-len("03e8\n")) + "\n"
	var stdout, stderr bytes.Buffer
	if status := run([]string{"decode"}, strings.NewReader(line), &stdout, &stderr); status != exitOK || stdout.Len() == 0 {
		t.Errorf("got status %d, %q, %q", status, stdout.String(), stderr.String())
	}
}

// endless gives the same line again and again, n times.
type endless struct {
	line string
	n    int
}

func (e *endless) Read(p []byte) (int, error) {
	if e.n == 0 {
		return 0, io.EOF
	}
	e.n--
	return copy(p, e.line), nil
}

func TestDecodeStreamsInConstantMemory(t *testing.T) {
	decode := func(lines int) float64 {
		return testing.AllocsPerRun(1, func() {
			if status := run([]string{"decode"}, &endless{"03e8627965\n", lines}, io.Discard, io.Discard); status != exitOK {
				t.Fatalf("got status %d", status)
			}
		})
	}
	few, many := decode(100), decode(10_100)
	// Two small allocations a line are the hex digits and the line's number.
	if perLine := (many - few) / 10_000; perLine > 3 {
		t.Errorf("got %.1f allocations a line", perLine)
	}
}

var errBroken = errors.New("broken")

type broken struct{}

func (broken) Read([]byte) (int, error)  { return 0, errBroken }
func (broken) Write([]byte) (int, error) { return 0, errBroken }

func TestBrokenStreams(t *testing.T) {
	var stdout, stderr bytes.Buffer
	if status := run([]string{"decode"}, broken{}, &stdout, &stderr); status != exitFailed {
		t.Errorf("read: got status %d, want %d", status, exitFailed)
	}
	if got, want := stderr.String(), "closeframe: line 1: broken\n"; got != want {
		t.Errorf("read: got %q, want %q", got, want)
	}
	for _, args := range [][]string{{"-h"}, {"decode", "03e8", "03e8"}, {"encode", "1000"}, {"explain"}} {
		stderr.Reset()
		if status := run(args, nil, broken{}, &stderr); status != exitFailed {
			t.Errorf("%q: got status %d, want %d", args, status, exitFailed)
		}
		if got, want := stderr.String(), "closeframe: broken\n"; got != want {
			t.Errorf("%q: got %q, want %q", args, got, want)
		}
	}
}

// What a peer sent never reaches a terminal raw.
func TestDecodeIsSafeForTerminals(t *testing.T) {
	for r := range rune(0x300) {
		var stdout, stderr bytes.Buffer
		run([]string{"decode", fmt.Sprintf("03e8%x", string(r)), string(r) + "g"}, nil, &stdout, &stderr)
		if stdout.Len() == 0 || stderr.Len() == 0 {
			t.Errorf("%U: got %q, %q", r, stdout.String(), stderr.String())
		}
		for _, got := range stdout.String() + stderr.String() {
			if got < ' ' && got != '\n' || 0x7f <= got && got < 0xa0 {
				t.Errorf("%U: got %U raw", r, got)
			}
		}
	}
}
