package inside

import (
	"bytes"
	"encoding/gob"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"example.com/closeframe/bench/embed/verdict"
)

// bench is the folder of the bench module.
const bench = "../.."

// buildJudge builds the command judge with the copies of all stacks, and returns its
// path.
func buildJudge(t *testing.T, all []*result) string {
	t.Helper()
	dir := t.TempDir()
	mod := filepath.Join(dir, "go.mod")
	for _, name := range []string{"go.mod", "go.sum"} {
		b, err := os.ReadFile(filepath.Join(bench, name))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), b, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for _, r := range all {
		out, err := goCommand(t, ".", "mod", "edit", "-replace="+r.module+"="+r.dir, mod).CombinedOutput()
		if err != nil {
			t.Fatalf("go mod edit: %v\n%s", err, out)
		}
	}
	exe := filepath.Join(dir, "judge")
	out, err := goCommand(t, bench, "build", "-modfile="+mod, "-o", exe, "./embed/judge").CombinedOutput()
	if err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	return exe
}

func runJudge(t *testing.T, exe string, args ...string) (v verdict.Verdicts) {
	t.Helper()
	var stderr bytes.Buffer
	cmd := exec.CommandContext(t.Context(), exe, args...)
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err == nil {
		err = gob.NewDecoder(bytes.NewReader(out)).Decode(&v)
	}
	if err != nil {
		t.Fatalf("judge %v: %v\n%s", args, err, &stderr)
	}
	return v
}

func setVerdicts(all []*result, when int, v verdict.Verdicts) {
	for _, r := range all {
		r.verdict[when] = v[r.name]
	}
}

// measureCosts returns the minimum of a few runs, alternating before and after.
func measureCosts(t *testing.T, all []*result, bare, ours string) {
	for i := range 3 {
		for when, exe := range []string{bare, ours} {
			v := runJudge(t, exe, "-costs")
			for _, r := range all {
				to, from := r.verdict[when], v[r.name]
				if i == 0 {
					to.Received, to.Sent = from.Received, from.Sent
				}
				to.Received, to.Sent = to.Received.Least(from.Received), to.Sent.Least(from.Sent)
			}
		}
	}
	for _, r := range all {
		was, is := r.verdict[before], r.verdict[inside]
		if is.Received.Allocs > was.Received.Allocs || is.Sent.Allocs > was.Sent.Allocs {
			t.Errorf("%s: a close makes more allocations: %v, %v, was %v, %v", r.name, is.Received, is.Sent, was.Received, was.Sent)
		}
	}
}

// checkDefects breaks the copy of each stack in one place. A row must fail.
func checkDefects(t *testing.T, all []*result) {
	var rows []string
	for _, r := range all {
		name := filepath.Join(r.dir, r.defect.folder, "closeframe.go")
		src, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Count(string(src), r.defect.old) != 1 {
			t.Fatalf("%s: %q is not there once", r.name, r.defect.old)
		}
		src = []byte(strings.Replace(string(src), r.defect.old, r.defect.new, 1))
		if err := os.WriteFile(name, src, 0o644); err != nil {
			t.Fatal(err)
		}
		rows = append(rows, r.defect.row)
	}
	v := runJudge(t, buildJudge(t, all), "-row="+strings.Join(rows, ","))
	for _, r := range all {
		if found := findings(v[r.name], r.defect.row); len(found) > 0 {
			t.Logf("%s with %q: %s", r.name, r.defect.new, found[0].Text)
		} else {
			t.Errorf("%s: nothing notices %q for %q", r.name, r.defect.new, r.defect.old)
		}
	}
}
