//go:build go1.24

package main

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"example.com/closeframe/frame"
)

// interleaved notes the lines of both outputs in the order in which they came.
type interleaved struct{ lines []string }

func (w *interleaved) Write(p []byte) (int, error) {
	w.lines = append(w.lines, strings.SplitAfter(strings.TrimSuffix(string(p), "\n"), "\n")...)
	return len(p), nil
}

// FuzzDecode feeds decode any standard input: every line that is not blank or a
// comment yields one line of JSON or one diagnosis that names it, in order.
func FuzzDecode(f *testing.F) {
	f.Add([]byte("03:e8:62 79 65 # x\n\n#c\n0fa1\r\n0"))
	f.Add([]byte("zz\n03\n03ed\n03e8ff\n"))
	f.Add([]byte("\x00\n\xff\n 0 3 e 8 \n"))
	f.Fuzz(func(t *testing.T, input []byte) {
		var out interleaved
		failed := run([]string{"decode"}, bytes.NewReader(input), &out, &out) == exitFailed
		for n, line := range strings.Split(string(input), "\n") {
			line, _, _ = strings.Cut(line, "#")
			if strings.TrimSpace(line) == "" {
				continue
			}
			if len(out.lines) == 0 {
				t.Fatalf("line %d yields nothing", n+1)
			}
			got := out.lines[0]
			out.lines = out.lines[1:]
			diagnosis := fmt.Sprintf("closeframe: line %d: ", n+1)
			if !strings.HasPrefix(got, `{"wasClean":false,"code":`) && !(failed && strings.HasPrefix(got, diagnosis)) {
				t.Fatalf("line %d yields %q", n+1, got)
			}
		}
		if len(out.lines) > 0 {
			t.Fatalf("too much: %q", out.lines)
		}
	})
}

// FuzzDecodeFrames does the same with whole frames: what it decodes is what the
// package parses.
func FuzzDecodeFrames(f *testing.F) {
	f.Add([]byte("\x88\x05\x03\xe8bye\x88\x00"))
	f.Add([]byte("\x88\x80\x00\x00\x00\x00\x88\x01\x03\x88\x00\x81\x00"))
	f.Fuzz(func(t *testing.T, input []byte) {
		var out interleaved
		run([]string{"decode", "-frame", fmt.Sprintf("%x", input)}, nil, &out, &out)
		for _, got := range out.lines {
			parse := frame.ParseFrame
			if len(input) > 1 && input[1]&0x80 != 0 {
				parse = frame.ParseMasked
			}
			payload, n, err := parse(input)
			good := err == nil
			if good {
				_, _, err = frame.Parse(payload)
			}
			if (err == nil) != strings.HasPrefix(got, "{") {
				t.Fatalf("got %q, want %v", got, err)
			}
			input = input[n:]
			if !good {
				input = nil
			}
		}
		if len(input) > 0 {
			t.Fatalf("%x is left", input)
		}
	})
}
