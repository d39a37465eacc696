//go:build go1.24

package main

import (
	"bytes"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// captures returns the names of the captures in testdata/trace. bench/capture/ends recorded
// NAME.pcap, and NAME.keys with the keys of TLS. NAME.json has the output of tshark, without
// fields that trace does not read, and NAME.txt the output of trace. -update writes the last
// two if tshark is installed.
func captures(t *testing.T, pattern string) []string {
	t.Helper()
	files, err := filepath.Glob("testdata/trace/" + pattern)
	if err != nil || len(files) != 6 {
		t.Fatalf("got %d captures, %v, want 6", len(files), err)
	}
	for i, f := range files {
		files[i] = strings.TrimSuffix(f, filepath.Ext(f))
	}
	return files
}

// trace runs the subcommand and returns its outputs and exit status.
func trace(stdin io.Reader, args ...string) (stdout, stderr string, status int) {
	var out, err bytes.Buffer
	status = run(append([]string{"trace"}, args...), stdin, &out, &err)
	return out.String(), err.String(), status
}

func TestTraceRecorded(t *testing.T) {
	for _, name := range captures(t, "*.json") {
		in, err := os.ReadFile(name + ".json")
		if err != nil {
			t.Fatal(err)
		}
		want, err := os.ReadFile(name + ".txt")
		if err != nil {
			t.Fatal(err)
		}
		got, stderr, status := trace(bytes.NewReader(in), "-")
		if got != string(want) || stderr != "" || status != exitOK {
			t.Errorf("%s: got status %d\n%s%s\nwant\n%s", name, status, got, stderr, want)
		}
	}
}

// The output of the installed tshark must equal the recorded output. With TSHARK=1 a
// missing tshark is a failure.
func TestTraceLive(t *testing.T) {
	if _, err := exec.LookPath("tshark"); err != nil {
		if os.Getenv("TSHARK") != "" {
			t.Fatal(err)
		}
		t.Skip("needs tshark:", err)
	}
	for _, name := range captures(t, "*.pcap") {
		args := []string{name + ".pcap"}
		keys := ""
		if _, err := os.Stat(name + ".keys"); err == nil {
			keys = name + ".keys"
			args = append([]string{"-keylog", keys}, args...)
		}
		got, stderr, status := trace(nil, args...)
		if stderr != "" || status != exitOK {
			t.Errorf("%s: got status %d, %s", name, status, stderr)
			continue
		}
		if *update {
			record(t, name, tsharkCommand(name+".pcap", keys), got)
		}
		want, err := os.ReadFile(name + ".txt")
		if err != nil {
			t.Fatal(err)
		}
		if got != string(want) {
			t.Errorf("%s: got\n%s\nwant\n%s", name, got, want)
		}
	}
}

// record writes NAME.json and NAME.txt.
func record(t *testing.T, name string, tshark []string, text string) {
	out, err := exec.Command(tshark[0], tshark[1:]...).Output()
	if err != nil {
		t.Fatal(err)
	}
	source, err := os.ReadFile("trace_packet.go")
	if err != nil {
		t.Fatal(err)
	}
	var packets []any
	if err := json.Unmarshal(out, &packets); err != nil {
		t.Fatal(err)
	}
	read := map[string]bool{}
	for _, m := range regexp.MustCompile("`json:\"([^,\"]*)").FindAllStringSubmatch(string(source), -1) {
		read[m[1]] = true
	}
	var b bytes.Buffer
	for i, p := range packets {
		line, err := json.Marshal(trim(p, read))
		if err != nil {
			t.Fatal(err)
		}
		b.WriteString([]string{"[", ","}[min(i, 1)] + string(line) + "\n")
	}
	b.WriteString("]\n")
	if err := os.WriteFile(name+".json", b.Bytes(), 0o666); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name+".txt", []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
}

// trim removes the members of v whose names are not in read.
func trim(v any, read map[string]bool) any {
	switch v := v.(type) {
	case map[string]any:
		for name, value := range v {
			if !read[name] {
				delete(v, name)
				continue
			}
			v[name] = trim(value, read)
		}
	case []any:
		for i := range v {
			v[i] = trim(v[i], read)
		}
	}
	return v
}

// -json has the facts of the text form, one object on each line.
func TestTraceJSON(t *testing.T) {
	in, err := os.ReadFile("testdata/trace/gorilla.json")
	if err != nil {
		t.Fatal(err)
	}
	stdout, stderr, status := trace(bytes.NewReader(in), "-json", "-")
	if stderr != "" || status != exitOK {
		t.Fatalf("got status %d, %s", status, stderr)
	}
	for l := range strings.Lines(stdout) {
		if !json.Valid([]byte(l)) {
			t.Fatalf("not JSON: %s", l)
		}
	}
	first, _, _ := strings.Cut(stdout, "\n")
	// Times and ports differ between recordings.
	got := regexp.MustCompile(`"(time|address)":"[^"]*"`).ReplaceAllString(strings.TrimSpace(first), `"$1":"-"`)
	got = regexp.MustCompile(`econds":[^,}]*`).ReplaceAllString(got, `econds":0`)
	bye := `{"address":"-","sent":{"code":1000,"reason":"bye"},"event":{"wasClean":true,"code":1000,"reason":"bye"}}`
	want := `{"time":"-","client":` + bye + `,"server":` + bye + `,"tcp":"FIN server, FIN client","first":"client","clean":true,` +
		`"seconds":0,"closingSeconds":0}`
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}
