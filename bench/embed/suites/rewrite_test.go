package suites

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Every function is found, and what becomes of the stack compiles, its tests too.
func TestRewrite(t *testing.T) {
	for _, s := range stacks {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			dir := copyModule(t, s)
			if err := rewrite(dir, s); err != nil {
				t.Fatal(err)
			}
			out, err := goCommand(t, dir, "test", "-mod=mod", "-run=^$", "./...").CombinedOutput()
			if err != nil {
				t.Errorf("the rewritten stack: %v\n%s", err, out)
			}
		})
	}
}

const (
	unwritten = `package p

import "fmt"

// f is to go.
func f() string { return fmt.Sprint("f") }

func (t *T) g(x int) {
	switch x {
	case 1, two:
		x++
	case two:
		x--
	}
}
`
	written = `package p

import _ "fmt"

func (t *T) g(x int) {
	switch x {
	case 1, two:
		x++
	case two:
		return
	}
}
`
)

func TestRewriteFile(t *testing.T) {
	name := filepath.Join(t.TempDir(), "p.go")
	if err := os.WriteFile(name, []byte(unwritten), 0o644); err != nil {
		t.Fatal(err)
	}
	todo := map[string]string{"f": "", "T.g case two": "case two:\nreturn", "h": ""}
	if err := rewriteFile(name, todo); err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != written {
		t.Errorf("got\n%s\nwant\n%s", got, written)
	}
	if _, left := todo["h"]; !left || len(todo) != 1 {
		t.Errorf("left to do: %v, want h", todo)
	}
}

// A function that the stack no longer has is told.
func TestRewriteTellsWhatIsMissing(t *testing.T) {
	err := rewrite(t.TempDir(), stack{
		name:    "gobwas",
		module:  "empty",
		removed: []string{"f"},
		clauses: []clause{{function: "T.g", label: "two"}},
	})
	if err == nil || !strings.Contains(err.Error(), "empty has no [T.g case two f]") {
		t.Errorf("got %v", err)
	}
}
