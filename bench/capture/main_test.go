package main

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"os"
	"strconv"
	"strings"
	"testing"

	"example.com/closeframe/frame"
)

// A line is one line of the capture, parsed.
type line struct {
	wire   []byte
	label  string
	stack  string
	role   string
	code   int
	reason string
}

func parse(t *testing.T, file string) []line {
	t.Helper()
	var lines []line
	for s := range strings.Lines(file) {
		if strings.HasPrefix(s, "# ") {
			continue
		}
		digits, label, ok := strings.Cut(strings.TrimSuffix(s, "\n"), "  # ")
		f := strings.SplitN(label, " ", 5)
		if !ok || len(f) != 5 || digits != strings.ToLower(digits) {
			t.Fatalf("malformed line %q", s)
		}
		wire, err := hex.DecodeString(digits)
		if err != nil {
			t.Fatalf("%s: %v", label, err)
		}
		code, err := strconv.Atoi(f[3])
		if err != nil {
			t.Fatalf("%s: %v", label, err)
		}
		reason, err := strconv.Unquote(f[4])
		if err != nil {
			t.Fatalf("%s: %v", label, err)
		}
		lines = append(lines, line{wire, label, f[0], f[2], code, reason})
	}
	return lines
}

// payload parses the frame by hand, so that the test does not only rely on closeframe.
func (l line) payload(t *testing.T) []byte {
	t.Helper()
	b := l.wire
	if len(b) < 2 || b[0] != 0x88 {
		t.Fatalf("%s: not a whole close frame: %x", l.label, b)
	}
	masked, n := b[1]&0x80 != 0, int(b[1]&0x7f)
	if masked != (l.role == "client") {
		t.Fatalf("%s: masked = %t", l.label, masked)
	}
	var key [4]byte
	b = b[2:]
	if masked {
		if len(b) < len(key) {
			t.Fatalf("%s: no key: %x", l.label, l.wire)
		}
		b = b[copy(key[:], b):]
	}
	if len(b) != n {
		t.Fatalf("%s: %d bytes of payload, the header says %d", l.label, len(b), n)
	}
	p := make([]byte, n)
	for i := range p {
		p[i] = b[i] ^ key[i%4]
	}
	return p
}

func (l line) check(t *testing.T) {
	t.Helper()
	p := l.payload(t)
	var want []byte
	if l.code != 1005 {
		want = binary.BigEndian.AppendUint16(nil, uint16(l.code))
		want = append(want, l.reason...)
	}
	if !bytes.Equal(p, want) {
		t.Errorf("%s: payload %x, want %x", l.label, p, want)
	}

	parseFrame := frame.ParseFrame
	if l.role == "client" {
		parseFrame = frame.ParseMasked
	}
	// ParseMasked modifies its input, so pass a copy.
	got, n, err := parseFrame(bytes.Clone(l.wire))
	if err != nil || n != len(l.wire) {
		t.Errorf("%s: closeframe consumed %d of %d bytes, %v", l.label, n, len(l.wire), err)
	}
	c, reason, err := frame.Parse(got)
	if int(c) != l.code || string(reason) != l.reason || err != nil {
		t.Errorf("%s: closeframe parsed %d %q, %v", l.label, c, reason, err)
	}
}

func TestCapture(t *testing.T) {
	var out strings.Builder
	if err := capture(&out); err != nil {
		t.Fatal(err)
	}
	lines := parse(t, out.String())
	count := map[string]int{}
	for _, l := range lines {
		l.check(t)
		count[l.stack+" "+l.role]++
	}
	for _, who := range []string{"gorilla server", "gorilla client", "coder server", "coder client"} {
		if count[who] != len(endings) {
			t.Errorf("%d frames from %s, want %d", count[who], who, len(endings))
		}
	}

	// The checked-in file may differ only in the frames with masking keys.
	file, err := os.ReadFile("../../frame/testdata/captured.txt")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(string(file), header) {
		t.Error("captured.txt has another header")
	}
	old := parse(t, string(file))
	if len(old) != len(lines) {
		t.Fatalf("captured.txt has %d frames, a new capture %d", len(old), len(lines))
	}
	for i, l := range lines {
		if old[i].label != l.label {
			t.Fatalf("captured.txt has %s, a new capture %s", old[i].label, l.label)
		}
		old[i].check(t)
		if l.role == "server" && !bytes.Equal(old[i].wire, l.wire) {
			t.Errorf("%s: captured.txt has %x, a new capture %x", l.label, old[i].wire, l.wire)
		}
	}
}
