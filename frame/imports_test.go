package frame_test

import (
	"go/ast"
	"go/token"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const (
	module      = "example.com/closeframe"
	constraints = "golang.org/x/exp/constraints"
)

// imports is all that the sources of the packages may import. That fmt, reflect,
// unsafe and encoding/binary are not here is the point.
var imports = map[string][]string{
	"../code":  {"strconv", constraints},
	".":        {"unicode/utf8", module + "/code"},
	"../event": {"encoding/json", "errors", "strconv", "sync", "unicode/utf8", module + "/code", module + "/frame"},
}

func TestImports(t *testing.T) {
	for dir, allowed := range imports {
		t.Run(dir, func(t *testing.T) {
			unused := slices.Clone(allowed)
			for name, f := range sources(t, dir) {
				for _, i := range f.Imports {
					path, err := strconv.Unquote(i.Path.Value)
					if err != nil {
						t.Fatal(err)
					}
					if !slices.Contains(allowed, path) {
						t.Errorf("%s imports %s, which may not be", name, path)
					}
					if path == constraints && name != "from.go" {
						t.Errorf("%s imports %s, which only from.go may", name, path)
					}
					unused = slices.DeleteFunc(unused, func(s string) bool { return s == path })
				}
			}
			if len(unused) > 0 {
				t.Errorf("nothing imports %q any more: take it off the list", unused)
			}
		})
	}
}

// No package does anything before main, offers a variable that others could
// write to, or is written in anything but plain Go.
func TestPlainGo(t *testing.T) {
	for dir := range imports {
		t.Run(dir, func(t *testing.T) {
			for name, f := range sources(t, dir) {
				for _, d := range f.Decls {
					switch d := d.(type) {
					case *ast.FuncDecl:
						if d.Recv == nil && d.Name.Name == "init" {
							t.Errorf("%s has a function init", name)
						}
						if d.Body == nil {
							t.Errorf("%s: %s has no body", name, d.Name.Name)
						}
					case *ast.GenDecl:
						if d.Tok == token.VAR {
							exportedVars(t, name, d)
						}
					}
				}
				for _, group := range f.Comments {
					for _, c := range group.List {
						if strings.HasPrefix(c.Text, "//go:linkname") || strings.HasPrefix(c.Text, "//go:build") {
							t.Errorf("%s: %s", name, c.Text)
						}
					}
				}
			}
			entries, err := os.ReadDir(dir)
			if err != nil {
				t.Fatal(err)
			}
			for _, e := range entries {
				if !e.IsDir() && !strings.HasSuffix(e.Name(), ".go") {
					t.Errorf("%s is not Go", e.Name())
				}
			}
		})
	}
}

func exportedVars(t *testing.T, file string, d *ast.GenDecl) {
	for _, s := range d.Specs {
		for _, v := range s.(*ast.ValueSpec).Names {
			if v.IsExported() {
				t.Errorf("%s: the variable %s is exported", file, v.Name)
			}
		}
	}
}

// The module requires golang.org/x/exp, in the version that still works with Go
// 1.24, and nothing else.
func TestRequirements(t *testing.T) {
	text, err := os.ReadFile("../go.mod")
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for line := range strings.Lines(string(text)) {
		line, _, _ = strings.Cut(line, "//")
		if line = strings.TrimSpace(line); line != "" {
			got = append(got, line)
		}
	}
	want := []string{
		"module " + module,
		"go 1.24.0",
		"require golang.org/x/exp v0.0.0-20260112195511-716be5621a96",
	}
	if !slices.Equal(got, want) {
		t.Errorf("go.mod has %q, want %q", got, want)
	}
}
