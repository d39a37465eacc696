package bench

import (
	"bytes"
	"flag"
	"os"
	"testing"

	"example.com/closeframe/frame"
	"example.com/closeframe/fuzz/reference"
)

var update = flag.Bool("update", false, "write results/peers.md")

const peersFile = "results/peers.md"

// A class is a kind of payload that stacks treat differently.
type class struct {
	name  string
	valid bool
	has   func(payload []byte, c uint16, err frame.Error) bool
}

// Each vector belongs to the first class that matches.
var classes = []class{
	{"empty payload", true, func(p []byte, _ uint16, e frame.Error) bool { return len(p) == 0 }},
	{"1012, 1013", true, func(_ []byte, c uint16, e frame.Error) bool { return e == 0 && (c == 1012 || c == 1013) }},
	{"1014", true, func(_ []byte, c uint16, e frame.Error) bool { return e == 0 && c == 1014 }},
	{"1000-1003, 1007-1011", true, func(_ []byte, c uint16, e frame.Error) bool { return e == 0 && c < 3000 }},
	{"3000-4999", true, func(_ []byte, _ uint16, e frame.Error) bool { return e == 0 }},
	{"one byte", false, func(_ []byte, _ uint16, e frame.Error) bool { return e == frame.ErrShortPayload }},
	{"over 125 bytes", false, func(_ []byte, _ uint16, e frame.Error) bool { return e == frame.ErrTooLong }},
	{"not UTF-8", false, func(_ []byte, _ uint16, e frame.Error) bool { return e == frame.ErrUTF8 }},
	{"0-999", false, func(_ []byte, c uint16, _ frame.Error) bool { return c < 1000 }},
	{"1004", false, func(_ []byte, c uint16, _ frame.Error) bool { return c == 1004 }},
	{"1005, 1006, 1015", false, func(_ []byte, c uint16, _ frame.Error) bool { return c < 1016 }},
	{"1016-2999", false, func(_ []byte, c uint16, _ frame.Error) bool { return c < 3000 }},
	{"5000-65535", false, func([]byte, uint16, frame.Error) bool { return true }},
}

// An outcome is what a peer did with a payload.
type outcome int

const (
	right   outcome = iota
	accepts         // invalid input
	rejects         // valid input
	changes         // to another valid payload
)

// TestPeersAgree runs the vectors through every peer and writes to results/peers.md
// what each wrongly accepts or rejects. Timings mean little without it.
func TestPeersAgree(t *testing.T) {
	vectors, err := reference.Vectors("../frame/testdata/vectors.txt")
	if err != nil {
		t.Fatal(err)
	}
	all := append(append([]peer{}, peers...), connPeers()...)
	var reading, writing []column
	for _, p := range all {
		r, w := column{peer: p}, column{peer: p}
		seen := map[string]bool{}
		for _, v := range vectors {
			if v.Kind != "payload" || seen[string(v.Bytes)] {
				continue
			}
			seen[string(v.Bytes)] = true
			i := classOf(v)
			if p.read != nil {
				r.count(i, readOutcome(p, v))
			}
			if p.write != nil && len(v.Bytes) != 1 {
				w.count(i, writeOutcome(p, v))
			}
		}
		if p.name == "ours" || p.name == "std" {
			for i, k := range classes {
				if r.n[i][right] != r.total(i) || w.n[i][right] != w.total(i) {
					t.Errorf("%s is wrong on %s", p.name, k.name)
				}
			}
		}
		if p.read != nil {
			reading = append(reading, r)
		}
		if p.write != nil {
			writing = append(writing, w)
		}
	}
	got := peersMarkdown(reading, writing, versions(t))
	if *update {
		if err := os.WriteFile(peersFile, got, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(peersFile)
	if err != nil || !bytes.Equal(got, want) {
		t.Errorf("%s is not current; go test -run TestPeersAgree -update writes it\n%s", peersFile, got)
	}
}

func classOf(v reference.Vector) int {
	for i, k := range classes {
		if k.has(v.Bytes, v.Code, v.Err) {
			return i
		}
	}
	panic("no class")
}

func readOutcome(p peer, v reference.Vector) outcome {
	c, reason, ok := p.read(bytes.Clone(v.Bytes))
	switch {
	case v.Err != 0 && ok:
		return accepts
	case v.Err == 0 && !ok:
		return rejects
	case ok && (c != v.Code || reason != string(v.Reason)):
		return changes
	}
	return right
}

func writeOutcome(p peer, v reference.Vector) outcome {
	c, reason := uint16(1005), ""
	if len(v.Bytes) >= 2 {
		c, reason = uint16(v.Bytes[0])<<8|uint16(v.Bytes[1]), string(v.Bytes[2:])
	}
	if c == 1005 && reason == "" {
		v.Err = 0 // received, 1005 is illegal; as an argument it means the empty payload
		v.Bytes = nil
	}
	got, ok := p.write(c, reason)
	_, _, e := reference.Parse(got)
	switch {
	case !ok && v.Err == 0:
		return rejects
	case !ok:
		return right
	case e != 0:
		return accepts
	case v.Err != 0 || !bytes.Equal(got, v.Bytes):
		return changes
	}
	return right
}
