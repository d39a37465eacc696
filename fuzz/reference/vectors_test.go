//go:build go1.24

package reference_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"example.com/closeframe/fuzz/reference"
)

func write(t *testing.T, text string) (path string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "vectors.txt")
	if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestVectors(t *testing.T) {
	got, err := reference.Vectors(write(t, `
# a comment
payload  03e8+61*3+c3a9  1000  "a"*3+"é"   -        a source: with words
payload  -               1005  -           -        empty
frame    8803+03e8+ff    -     -           ErrUTF8  cut
	masked	8880+00*4	1005	"" - tabs
payload  03e8+612062     1000  "a \x62"    -        a space
`))
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		`3 payload "\x03\xe8aaa\xc3\xa9" 1000 "aaaé" 0 "a source: with words"`,
		`4 payload "" 1005 "" 0 "empty"`,
		`5 frame "\x88\x03\x03\xe8\xff" 0 "" 5 "cut"`,
		`6 masked "\x88\x80\x00\x00\x00\x00" 1005 "" 0 "tabs"`,
		`7 payload "\x03\xe8a b" 1000 "a b" 0 "a space"`,
	}
	for i, v := range got {
		line := fmt.Sprintf("%d %s %+q %d %q %d %q", v.Line, v.Kind, string(v.Bytes), v.Code, v.Reason, uint8(v.Err), v.Source)
		line = strings.Replace(line, `\u00e9`, `\xc3\xa9`, 1)
		if i >= len(want) || line != want[i] {
			t.Errorf("line %d: %s", i, line)
		}
	}
	if len(got) != len(want) {
		t.Errorf("%d vectors, want %d", len(got), len(want))
	}
}

func TestVectorsErrors(t *testing.T) {
	for name, line := range map[string]string{
		"kind":              `load 03e8 1000 - - x`,
		"odd hex":           `payload 03e 1000 - - x`,
		"no hex":            `payload xy 1000 - - x`,
		"empty part":        `payload 03e8++61 1000 "a" - x`,
		"repetition":        `payload 61*x 1000 - - x`,
		"large repetition":  `payload 61*65536 - - ErrTooLong x`,
		"code":              `payload 03e8 1000x - - x`,
		"large code":        `payload 03e8 65536 - - x`,
		"reason":            `payload 03e8 1000 bye - x`,
		"open reason":       `payload 03e8 1000 "bye - x`,
		"reason repetition": `payload 03e8 1000 "a"*y - x`,
		"reason end":        `payload 03e8 1000 "a"b - x`,
		"reason, open part": `payload 03e8 1000 "a"+ - x`,
		"error":             `payload 03e8 1000 - ErrNothing x`,
		"no source":         `payload 03e8 1000 - -`,
		"too few":           `payload`,
	} {
		t.Run(name, func(t *testing.T) {
			v, err := reference.Vectors(write(t, "# comment\n"+line+"\n"))
			if v != nil || err == nil || !strings.Contains(err.Error(), "vectors.txt:2: ") {
				t.Errorf("%s: %v, %v, want an error in line 2", line, v, err)
			}
		})
	}
	if _, err := reference.Vectors(filepath.Join(t.TempDir(), "missing")); err == nil {
		t.Error("a missing file gives no error")
	}
}

func TestCaptures(t *testing.T) {
	got, err := reference.Captures(write(t, "# comment\n880503e8627965  # gorilla v1.5.3 server 1000 \"b\\x79e # x\"\n"))
	if err != nil {
		t.Fatal(err)
	}
	line := fmt.Sprintf("%+q", got)
	if want := `[{"\x88\x05\x03\xe8bye" "gorilla" "v1.5.3" "server" '\u03e8' "bye # x"}]`; line != want {
		t.Errorf("got %s, want %s", line, want)
	}
	for _, line := range []string{
		`88050  # gorilla v1.5.3 server 1000 "bye"`,
		`8800  gorilla v1.5.3 server 1000 "bye"`,
		`8800  # gorilla v1.5.3 peer 1000 "bye"`,
		`8800  # gorilla v1.5.3 server 65536 "bye"`,
		`8800  # gorilla v1.5.3 server 1000 bye`,
		`8800  # gorilla v1.5.3 server 1000`,
	} {
		if c, err := reference.Captures(write(t, line)); c != nil || err == nil {
			t.Errorf("%s: %v, want an error", line, c)
		}
	}
}
