package inside

import (
	"maps"
	"testing"
)

// In the output of go test -json, a package that does not build counts as failed. A
// package with failed tests does not count in addition to them.
func TestVerdicts(t *testing.T) {
	const out = `{"Action":"start","Package":"p"}
{"Action":"run","Package":"p","Test":"A"}
{"Action":"pass","Package":"p","Test":"A"}
{"Action":"fail","Package":"p","Test":"B/sub"}
{"Action":"skip","Package":"p","Test":"C"}
{"Action":"fail","Package":"p"}
{"Action":"fail","Package":"unbuilt"}
`
	want := results{
		{"p", "A"}: "pass", {"p", "B/sub"}: "fail", {"p", "C"}: "skip",
		{"p", ""}: "pass", {"unbuilt", ""}: "fail",
	}
	got, err := verdicts([]byte(out))
	if err != nil || !maps.Equal(got, want) {
		t.Errorf("got %v, %v, want %v", got, err, want)
	}
	if _, err := verdicts([]byte("FAIL p [setup failed]")); err == nil {
		t.Error("read what is not JSON")
	}
}

// differences reports each difference, and each exception without one.
func TestDifferences(t *testing.T) {
	k, other := key{"p", "T"}, key{"p", "Other"}
	for _, test := range []struct {
		before, after string
		excepted      bool
		want          int
	}{
		{"pass", "pass", false, 0},
		{"pass", "fail", false, 1},
		{"pass", "skip", false, 1},
		{"pass", "", false, 1}, // no longer run
		{"skip", "skip", false, 0},
		{"skip", "fail", false, 1},
		{"fail", "fail", false, 1}, // there is no result to compare with
		{"fail", "pass", false, 1},
		{"pass", "fail", true, 0},
		{"pass", "pass", true, 1},
		{"fail", "fail", true, 1},
		{"", "fail", true, 1},
	} {
		before, after, excepted := results{other: "pass"}, results{other: "pass"}, map[key]string{}
		if test.before != "" {
			before[k] = test.before
		}
		if test.after != "" {
			after[k] = test.after
		}
		if test.excepted {
			excepted[k] = "a defect"
		}
		if got := differences(before, after, excepted); len(got) != test.want {
			t.Errorf("%+v: got %q", test, got)
		}
	}
}

// A suite without a passing test is an error.
func TestDifferencesOfNothing(t *testing.T) {
	for _, before := range []results{{}, {{"p", "T"}: "skip"}, {{"p", ""}: "pass"}} {
		if got := differences(before, before, nil); len(got) != 1 {
			t.Errorf("%v: got %q, want one line", before, got)
		}
	}
}
