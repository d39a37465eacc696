package inside

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// All places are found, and the changed stack compiles, including its tests.
func TestRewrite(t *testing.T) {
	for _, s := range stacks {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			_, dir := copyModule(t, s)
			rewrite(t, dir, s)
			out, err := goCommand(t, dir, "test", "-run=^$", s.tests).CombinedOutput()
			if err != nil {
				t.Errorf("the rewritten stack: %v\n%s", err, out)
			}
		})
	}
}

const (
	unwritten = `package p

import "fmt"

type T struct {
	a int
}

// f is replaced.
func f() string { return fmt.Sprint("f") }

func h() {}

var v = 1

func (t *T) g(x int) {
	switch {
	case x == 1, x == 2:
		x++
	case x == 3:
		x--
	case x == 3:
		x--
	}
}
`
	ours = `package p

//inside:field T b int
//inside:remove v
//inside:rename h hh
//inside:first T.g[x==1,x==2] x = 0
//inside:body T.g[x==3]#2 return

func f() string { return "ours" }

func h() { hh() }
`
	written = `package p

type T struct {
	a int

	b int
}

func hh() {}

func (t *T) g(x int) {
	switch {
	case x == 1, x == 2:
		x = 0

		x++
	case x == 3:
		x--
	case x == 3:
		return

	}
}
`
)

func TestRewriteDir(t *testing.T) {
	got, err := rewritten(t, unwritten, ours)
	if err != nil {
		t.Fatal(err)
	}
	if got != written {
		t.Errorf("got\n%s\nwant\n%s", got, written)
	}
}

// A directive for a missing place is an error.
func TestRewriteDirMissing(t *testing.T) {
	_, err := rewritten(t, unwritten, "package p\n\n//inside:first T.gone return\n")
	if err == nil || !strings.Contains(err.Error(), "first T.gone: the stack has none") {
		t.Errorf("got %v", err)
	}
}

// rewritten returns the changed source of a file.
func rewritten(t *testing.T, src, ours string) (string, error) {
	t.Helper()
	dir, name := t.TempDir(), filepath.Join(t.TempDir(), "closeframe.go")
	for name, text := range map[string]string{filepath.Join(dir, "p.go"): src, name: ours} {
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := rewriteDir(dir, name); err != nil {
		return "", err
	}
	b, err := os.ReadFile(filepath.Join(dir, "p.go"))
	return string(b), err
}
