//go:build go1.22

package closetest

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write testdata/rows.txt")

// TestRowNames compares the rows with rows.txt. A name never changes, since it is in the
// configuration of CI systems. Add new rows; a changed line needs a reason.
func TestRowNames(t *testing.T) {
	var got bytes.Buffer
	for _, under := range both {
		fmt.Fprintf(&got, "a stack that is a %s\n", under)
		for _, r := range Rows(under) {
			fmt.Fprintf(&got, "%-9s %-7s %-8s %s (%s)\n", r.Name, r.Level, r.Kind, r.Title, r.Source)
		}
	}
	const name = "testdata/rows.txt"
	want, err := os.ReadFile(name)
	if err != nil && !*update {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile(name, got.Bytes(), 0o666); err != nil {
			t.Fatal(err)
		}
		return
	}
	g, w := strings.Split(got.String(), "\n"), strings.Split(string(want), "\n")
	for i := range min(len(g), len(w)) {
		if g[i] != w[i] {
			t.Fatalf("line %d: got\n%s\nwant\n%s", i+1, g[i], w[i])
		}
	}
	if len(g) != len(w) {
		t.Errorf("%d lines, want %d", len(g), len(w))
	}
}

// A name is the same row in both roles, and only the peer of a server masks its frames.
func TestRowsOfBothRoles(t *testing.T) {
	rows := [2]map[string]Row{{}, {}}
	for _, under := range both {
		for _, r := range Rows(under) {
			if _, ok := rows[under][r.Name]; ok {
				t.Errorf("%s: two rows %s", under, r.Name)
			}
			rows[under][r.Name] = r
		}
	}
	for name, s := range rows[ServerRole] {
		c, ok := rows[ClientRole][name]
		if !ok {
			if name != "5.1/1" {
				t.Errorf("%s: for a server alone", name)
			}
			continue
		}
		if s.Title != c.Title || s.Level != c.Level || len(s.Steps) != len(c.Steps) {
			t.Errorf("%s: %q for a server, %q for a client", name, s.Title, c.Title)
		}
		for i := range s.Steps {
			if bs, bc := s.Steps[i].Bytes, c.Steps[i].Bytes; len(bs) > 2 && bs[0] != 0xff && bytes.Equal(bs, bc) && s.Name != "5.2/11" {
				t.Errorf("%s: the same bytes %x in both roles", name, bs)
			}
		}
	}
	for name := range reports {
		if _, ok := rows[ServerRole][name]; !ok {
			t.Errorf("reports of %s, which is no row", name)
		}
	}
}

// The JSON for other languages has all bytes of the steps.
func TestRowsJSON(t *testing.T) {
	for _, under := range both {
		for _, r := range Rows(under) {
			b, err := json.Marshal(r)
			if err != nil {
				t.Fatal(err)
			}
			var got struct {
				Name, Level, Kind, Source string
				Steps                     []struct{ Do, Bytes, Reason string }
			}
			if err := json.Unmarshal(b, &got); err != nil {
				t.Fatal(err)
			}
			if got.Name != r.Name || got.Level != r.Level.String() || got.Source == "" || len(got.Steps) != len(r.Steps) {
				t.Fatalf("%s: %s", r.Name, b)
			}
			for i, s := range r.Steps {
				if got.Steps[i].Bytes != fmt.Sprintf("%x", []byte(s.Bytes)) || got.Steps[i].Reason != fmt.Sprintf("%x", []byte(s.Reason)) || got.Steps[i].Do == "" {
					t.Fatalf("%s: step %d is %v, want %v", r.Name, i, got.Steps[i], s)
				}
			}
		}
	}
}

func TestRowMatch(t *testing.T) {
	r := Row{Name: "7.4.1/3", Kind: Payload}
	for pattern, want := range map[string]bool{
		"7.4.1/3": true, "7.4.1": true, "payload": true, "7.4.1/*": true, "7.*/*": true, "*/3": true,
		"": false, "7.4": false, "7.4.1/33": false, "order": false, "*": false,
	} {
		if ok, err := r.Match(pattern); ok != want || err != nil {
			t.Errorf("%q: %v, %v, want %v", pattern, ok, err, want)
		}
	}
	if _, err := r.Match("["); err == nil {
		t.Error("no error for a bad pattern")
	}
}

// The text of an error is a sentence for people.
func TestTexts(t *testing.T) {
	t.Parallel()
	report := run(t, ServerRole, stack{faults: faults{utf8As1002: true}}, only("8.1/7"))
	if err := report.Err(Must); err != nil {
		t.Errorf("Must: %v", err)
	}
	err := report.Err(Should)
	const want = "closetest: 1 findings:\n8.1/7: SHOULD: 1007 expected for a reason that is not UTF-8, ff (RFC 6455, 8.1): answered 1002"
	if err == nil || err.Error() != want {
		t.Errorf("%v, want %s", err, want)
	}
	b, err := json.Marshal(report.Results[0])
	if err != nil || !strings.Contains(string(b), `"findings":[{"level":"SHOULD","part":"answer","text":"1007 expected`) {
		t.Errorf("%v: %s", err, b)
	}
}
