//go:build go1.24

package main

import (
	"bytes"
	"io"
	"os"
	"strings"
	"testing"
	"time"
	"unicode"
)

// Any number of large packets needs no more memory than a few.
func TestTraceMemory(t *testing.T) {
	in, err := os.ReadFile("testdata/trace/gorilla.json")
	if err != nil {
		t.Fatal(err)
	}
	large := `{"data":"` + strings.Repeat("0", 1<<20) + `","_source":null},` + "\n"
	r := &endless{text: large, bound: 100 * len(large)} // more than maxPacket
	stdout, stderr, status := trace(io.MultiReader(strings.NewReader("["), r, bytes.NewReader(in[1:])), "-")
	want, err := os.ReadFile("testdata/trace/gorilla.txt")
	if err != nil {
		t.Fatal(err)
	}
	if stdout != string(want) || status != exitOK {
		t.Errorf("got status %d, %.2000s%.2000s", status, stdout, stderr)
	}
	if first, last := r.heap[0], r.heap[len(r.heap)-1]; last > first+8<<20 {
		t.Errorf("%d bytes in use at first, later %d", first, last)
	}
}

type endlessly byte

func (c endlessly) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = byte(c)
	}
	return len(p), nil
}

// JSON that is not tshark's is an error that names the packet. It never hangs.
func TestTraceHostileJSON(t *testing.T) {
	const good = `{"_source":{"layers":{"frame":{"frame.time_epoch":"1.5"},"tcp":{"tcp.stream":"0","tcp.srcport":"1","tcp.dstport":"2","tcp.flags":"0x02"}}}}`
	for _, c := range []struct{ in, want string }{
		{"", "packet 0: unexpected EOF"},
		{"tshark: nothing", "packet 0: invalid character"},
		{`{"a":1}`, "packet 1: "},
		{"[", "packet 0: unexpected EOF"},
		{"[" + good, "packet 1: unexpected EOF"},
		{"[" + good + ",", "packet 2: unexpected EOF"},
		{"[" + good + good + "]", "packet 2: "},
		{"[1]", "packet 1: json: cannot unmarshal"},
		{strings.Repeat("[", 20_000), "packet 1: "},
		{"[" + good + "," + strings.Replace(good, `"0x02"`, `"0x10002"`, 1), "packet 2: "},
		{"[" + strings.Replace(good, `"1.5"`, `"1.5\u001b[31m"`, 1), "packet 1: "},
		{"[" + strings.Replace(good, `"1.5"`, `"999999999999999"`, 1), "packet 1: "},
		{"[" + strings.Replace(good, `"tcp.srcport":"1"`, `"tcp.srcport":"65536"`, 1), "packet 1: json: "},
		{"[" + strings.Replace(good, `"frame":`, `"ip":{"ip.src":"\u001b[31m"},"frame":`, 1), "packet 1: ParseAddr"},
		{"[" + strings.Replace(good, `"frame":`, `"websocket_raw":["88"],"frame":`, 1), "packet 1: 1 headers for 0 WebSocket frames"},
	} {
		stdout, stderr, status := trace(strings.NewReader(c.in), "-")
		if !strings.HasPrefix(stderr, "closeframe: the JSON of tshark, "+c.want) || status != exitFailed || strings.Count(stderr, "\n") != 1 || !printsOnly(stdout+stderr) {
			t.Errorf("%.80q: got status %d, %q, want %q", c.in, status, stderr, c.want)
		}
	}
	for _, start := range []string{`[{"a":"0`, `[{"a":[1`} {
		in := io.MultiReader(strings.NewReader(start), endlessly(start[len(start)-1]))
		if _, stderr, status := trace(in, "-"); status != exitFailed || !strings.Contains(stderr, "packet 1: longer than") {
			t.Errorf("%s without an end: got status %d, %q", start, status, stderr)
		}
	}
}

// printsOnly reports whether s has no character that a terminal might interpret.
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

// Newer versions of tshark print a date instead of seconds.
func TestTraceTimes(t *testing.T) {
	for _, s := range []string{"1795438159.239278", "1795438159.239278000", "2026-11-23T12:49:19.239278000Z", "2026-11-23T13:49:19.239278+01:00"} {
		var got epoch
		err := got.UnmarshalText([]byte(s))
		if want := "2026-11-23 12:49:19.239278 +0000 UTC"; err != nil || time.Time(got).String() != want {
			t.Errorf("%s: got %v, %v, want %s", s, time.Time(got), err, want)
		}
	}
}
