package bench

import (
	"encoding/json"
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// oneFileStacks are the packages into which frame/onefile/closeframe.go can be copied
// unchanged.
var oneFileStacks = []string{
	"github.com/coder/websocket",
	"github.com/fasthttp/websocket",
	"github.com/gobwas/ws",
	"github.com/gobwas/ws/wsutil",
	"github.com/gorilla/websocket",
	"github.com/lesismal/nbio/nbhttp/websocket",
	"github.com/lxzan/gws",
	"golang.org/x/net/websocket",
}

// No name in that file is declared by a stack or its tests.
func TestOneFileClashes(t *testing.T) {
	ours := declared(t, "../frame/onefile/closeframe.go")
	if len(ours) < 15 {
		t.Fatalf("closeframe.go declares %d names, want at least 15", len(ours))
	}
	for name := range ours {
		if !strings.HasPrefix(name, "close") || name == "close" {
			t.Errorf("closeframe.go declares %s, want names that start with close", name)
		}
	}
	for path, files := range sourcesOf(t, oneFileStacks) {
		theirs := declared(t, files...)
		if len(theirs) == 0 {
			t.Errorf("%s declares nothing: has it been read?", path)
		}
		for name := range ours {
			if where, ok := theirs[name]; ok {
				t.Errorf("%s declares %s too, at %s", path, name, where)
			}
		}
	}
}

// sourcesOf returns the Go files of each package, for all platforms, with its internal
// tests.
func sourcesOf(t *testing.T, paths []string) map[string][]string {
	t.Helper()
	out, err := exec.Command("go", append([]string{"list", "-json"}, paths...)...).Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	all := map[string][]string{}
	for d := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p struct {
			Dir, ImportPath                      string
			GoFiles, IgnoredGoFiles, TestGoFiles []string
		}
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		for _, names := range [][]string{p.GoFiles, p.IgnoredGoFiles, p.TestGoFiles} {
			for _, name := range names {
				all[p.ImportPath] = append(all[p.ImportPath], filepath.Join(p.Dir, name))
			}
		}
	}
	if len(all) != len(paths) {
		t.Fatalf("go list knows %d packages, want %d", len(all), len(paths))
	}
	return all
}

// declared returns the names in the package scope of the files, and where they are.
func declared(t *testing.T, files ...string) map[string]string {
	t.Helper()
	names := map[string]string{}
	fset := token.NewFileSet()
	add := func(id *ast.Ident) { names[id.Name] = fset.Position(id.Pos()).String() }
	for _, file := range files {
		f, err := parser.ParseFile(fset, file, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range f.Decls {
			switch d := d.(type) {
			case *ast.FuncDecl:
				if d.Recv == nil {
					add(d.Name)
				}
			case *ast.GenDecl:
				for _, s := range d.Specs {
					switch s := s.(type) {
					case *ast.TypeSpec:
						add(s.Name)
					case *ast.ValueSpec:
						for _, id := range s.Names {
							add(id)
						}
					}
				}
			}
		}
	}
	return names
}
