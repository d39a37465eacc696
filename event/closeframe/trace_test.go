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
	"runtime"
	"strings"
	"testing"
	"time"
	"unicode"
)

// Of each capture in testdata/trace there are NAME.pcap, as recorded by
// bench/capture/ends, with its keys in NAME.keys if it is of TLS; NAME.json, what
// tshark made of it, less all that trace does not read; and NAME.txt, what trace
// prints. -update writes the last two, if there is tshark.
func captures(t *testing.T, pattern string) []string {
	t.Helper()
	files, err := filepath.Glob("testdata/trace/" + pattern)
	if err != nil || len(files) < 6 {
		t.Fatalf("got %d captures, %v, want at least 6", len(files), err)
	}
	for i, f := range files {
		files[i] = strings.TrimSuffix(f, filepath.Ext(f))
	}
	return files
}

// trace returns what the verb prints, and its exit status.
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

// What tshark makes of the captures today is what was recorded. With TSHARK=1 it
// has to be there.
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
			record(t, name, tsharkArgs(name+".pcap", keys), got)
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
	source, err := os.ReadFile("trace_json.go")
	if err != nil {
		t.Fatal(err)
	}
	var packets []any
	if err := json.Unmarshal(out, &packets); err != nil {
		t.Fatal(err)
	}
	read := map[string]bool{}
	for _, m := range regexp.MustCompile("`json:\"(.*)\"`").FindAllStringSubmatch(string(source), -1) {
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

// The lines of -json have the same facts, and events that a browser accepts.
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
	want := `{"time":"-","client":` + bye + `,"server":` + bye + `,"seconds":0,"first":"client","clean":true,` +
		`"tcp":"FIN server, FIN client","closingSeconds":0}`
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// However large what a packet repeats in hex, it takes no memory.
func TestTraceMemory(t *testing.T) {
	const size = 16 << 20
	in, err := os.ReadFile("testdata/trace/gorilla.json")
	if err != nil {
		t.Fatal(err)
	}
	head, tail, ok := strings.Cut(string(in), `"tcp":`)
	if !ok {
		t.Fatal("no tcp in the recording")
	}
	r := io.MultiReader(strings.NewReader(head+`"data":"`), io.LimitReader(endlessly('0'), size), strings.NewReader(`","tcp":`+tail))
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	stdout, stderr, status := trace(r, "-")
	runtime.ReadMemStats(&after)
	want, err := os.ReadFile("testdata/trace/gorilla.txt")
	if err != nil {
		t.Fatal(err)
	}
	if stdout != string(want) || status != exitOK {
		t.Errorf("got status %d, %s%s", status, stdout, stderr)
	}
	if n := after.TotalAlloc - before.TotalAlloc; n > size/4 {
		t.Errorf("got %d bytes allocated for a string of %d, want far fewer", n, size)
	}
}

type endlessly byte

func (c endlessly) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = byte(c)
	}
	return len(p), nil
}

// JSON that is not tshark's is an error that names the packet, and never endless.
func TestTraceHostileJSON(t *testing.T) {
	const good = `{"_source":{"layers":{"frame":{"frame.time_epoch":"1.5"},"tcp":{"tcp.stream":"0","tcp.srcport":"1","tcp.dstport":"2","tcp.flags":"0x02"}}}}`
	for _, c := range []struct{ in, want string }{
		{"", "not the JSON of tshark: unexpected EOF"},
		{"tshark: nothing", "not the JSON of tshark: invalid character"},
		{`{"a":1}`, "not the JSON of tshark: it has to start with ["},
		{"[", "after packet 0: unexpected EOF"},
		{"[" + good, "after packet 1: unexpected EOF"},
		{"[" + good + ",", "packet 2: unexpected EOF"},
		{"[" + good + good + "]", "packet 2: "},
		{"[1]", "packet 1: json: cannot unmarshal"},
		{strings.Repeat("[", 20_000), "packet 1: "},
		{"[" + good + "," + strings.Replace(good, `"0x02"`, `"0x10002"`, 1), "packet 2: tcp.flags: "},
		{"[" + strings.Replace(good, `"1.5"`, `"1.5\u001b[31m"`, 1), "packet 1: frame.time_epoch: "},
		{"[" + strings.Replace(good, `"1.5"`, `"999999999999999"`, 1), "packet 1: frame.time_epoch: "},
		{"[" + strings.Replace(good, `"tcp.srcport":"1"`, `"tcp.srcport":"65536"`, 1), "packet 1: port: "},
		{"[" + strings.Replace(good, `"frame":`, `"ip":{"ip.src":"\u001b[31m"},"frame":`, 1), "packet 1: ParseAddr"},
		{"[" + strings.Replace(good, `"frame":`, `"websocket_raw":["88"],"frame":`, 1), "packet 1: 1 headers for 0 WebSocket frames"},
		{"[" + strings.Replace(good, `"frame":`, `"websocket_raw":["8g"],"frame":`, 1), "packet 1: encoding/hex"},
		{"[" + strings.Replace(good, `"frame":`, `"websocket_raw":[[]],"frame":`, 1), "packet 1: a field without bytes"},
	} {
		stdout, stderr, status := trace(strings.NewReader(c.in), "-")
		if !strings.HasPrefix(stderr, "closeframe: "+c.want) || status != exitFailed || strings.Count(stderr, "\n") != 1 || !printsOnly(stdout+stderr) {
			t.Errorf("%.80q: got status %d, %q, want %q", c.in, status, stderr, c.want)
		}
	}
	endless := io.MultiReader(strings.NewReader(`[{"a":[`), endlessly('['))
	if _, stderr, status := trace(endless, "-"); status != exitFailed {
		t.Errorf("an endless packet: got status %d, %q", status, stderr)
	}
	endless = io.MultiReader(strings.NewReader(`[{"a":[1`), endlessly('1'))
	if _, stderr, status := trace(endless, "-"); status != exitFailed || !strings.Contains(stderr, "packet 1: longer than") {
		t.Errorf("an endless number: got status %d, %q", status, stderr)
	}
}

// printsOnly reports whether s has no character that a terminal might act on.
func printsOnly(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return r != '\n' && !unicode.IsPrint(r) }) < 0
}

func FuzzTrace(f *testing.F) {
	recorded, err := os.ReadFile("testdata/trace/gorilla.json")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(recorded, false)
	f.Add([]byte(capture(opened+"client 8885 03e8627965\nserver late 8802 0fa0 FIN\nclient RST")), true)
	f.Fuzz(func(t *testing.T, in []byte, asJSON bool) {
		args := []string{"-"}
		if asJSON {
			args = []string{"-json", "-"}
		}
		stdout, stderr, status := trace(bytes.NewReader(in), args...)
		if !printsOnly(stdout + stderr) {
			t.Errorf("got %q, %q, want nothing that a terminal acts on", stdout, stderr)
		}
		if status != exitOK && stderr == "" {
			t.Errorf("got status %d and no diagnosis", status)
		}
	})
}

func TestTraceWithoutTshark(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	stdout, stderr, status := trace(nil, "capture.pcap")
	if stdout != "" || !strings.Contains(stderr, "install the package tshark") || status != exitFailed {
		t.Errorf("got status %d, %q, %q", status, stdout, stderr)
	}
	stdout, _, status = trace(nil, "-print-command", "-keylog", "a b", "it's.pcap")
	want := `tshark -n -r 'it'\''s.pcap' -o 'tls.keylog_file:a b' -o tcp.reassemble_out_of_order:TRUE `
	if !strings.HasPrefix(stdout, want) || status != exitOK {
		t.Errorf("got status %d, %q, want %q...", status, stdout, want)
	}
	for _, args := range [][]string{{}, {"a", "b"}, {"-keylog", "k", "-"}, {"-port"}} {
		if _, stderr, status := trace(nil, args...); status != exitUsage || !strings.Contains(stderr, "usage: closeframe trace") {
			t.Errorf("%q: got status %d, %q", args, status, stderr)
		}
	}
}

// fakeTshark puts a shell script into PATH as tshark, and returns its path.
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

// tshark does not outlive trace, whether it is the input or the output that is wrong.
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
			if d := time.Since(start); d > 30*time.Second {
				t.Errorf("it took %v", d)
			}
			b, err := os.ReadFile(script + ".pid")
			if err != nil {
				t.Fatal(err)
			}
			pids := strings.Fields(string(b))
			if err := exec.Command("kill", "-0", pids[0]).Run(); err == nil {
				t.Error("tshark still runs")
			}
			if len(pids) > 1 {
				exec.Command("kill", pids[1]).Run()
			}
		})
	}
}

// What tshark complains of is passed on, without a byte that a terminal acts on.
func TestTraceTsharkFails(t *testing.T) {
	fakeTshark(t, `printf 'Running as user "root".\ntshark: The file "\033[31m" does not exist.\n' >&2; exit 2`)
	_, stderr, status := trace(nil, "x.pcap")
	want := "closeframe: tshark: exit status 2: The file \"\ufffd[31m\" does not exist.\n"
	if stderr != want || status != exitFailed {
		t.Errorf("got status %d, %q, want %q", status, stderr, want)
	}
}
