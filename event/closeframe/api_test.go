//go:build go1.24

package main

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/constant"
	"go/doc"
	"go/format"
	"go/parser"
	"go/token"
	"go/types"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const api = "testdata/api.golden"

// TestAPI compares the exported surface of the three packages, constants with their
// values, with api.golden, so that a change of it is seen in review.
func TestAPI(t *testing.T) {
	got := "The exported surface. TestAPI compares it with the source; -update writes it.\n"
	for _, pkg := range []string{"code", "frame", "event"} {
		got += "\npackage " + pkg + "\n\n" + surface(t, pkg)
	}
	want, err := os.ReadFile(api)
	if err != nil && !*update {
		t.Fatal(err)
	}
	if got == string(want) {
		return
	}
	if !*update {
		t.Fatalf("%s is not current: go test ./event/closeframe -update writes this:\n%s", api, got)
	}
	if err := os.WriteFile(api, []byte(got), 0o666); err != nil {
		t.Fatal(err)
	}
}

// surface lists the exported declarations of a package, as go doc orders them,
// without comments.
func surface(t *testing.T, pkg string) string {
	l := listing{t: t, fset: token.NewFileSet()}
	files := sources(t, l.fset, pkg)
	// Nothing is imported for it: no exported constant depends on another package.
	config := types.Config{Error: func(error) {}}
	l.pkg, _ = config.Check(pkg, l.fset, files, nil)
	p, err := doc.NewFromFiles(l.fset, files, "example.com/closeframe/"+pkg)
	if err != nil {
		t.Fatal(err)
	}
	l.consts(p.Consts)
	l.funcs(p.Funcs)
	for _, typ := range p.Types {
		l.WriteByte('\n')
		l.typ(typ)
		l.consts(typ.Consts)
		l.funcs(typ.Funcs)
		l.funcs(typ.Methods)
	}
	return strings.TrimLeft(l.String(), "\n")
}

// sources parses the files of a package that are the library's.
func sources(t *testing.T, fset *token.FileSet, pkg string) (files []*ast.File) {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(root, pkg, "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") || strings.HasSuffix(name, "_gen.go") {
			continue
		}
		f, err := parser.ParseFile(fset, name, nil, parser.SkipObjectResolution|parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, f)
	}
	return files
}

// A listing is the surface in the making.
type listing struct {
	bytes.Buffer
	t    *testing.T
	fset *token.FileSet
	pkg  *types.Package
}

func (l *listing) line(node any) {
	if err := format.Node(l, l.fset, node); err != nil {
		l.t.Fatal(err)
	}
	l.WriteByte('\n')
}

func (l *listing) consts(values []*doc.Value) {
	for _, v := range values {
		for _, name := range v.Names {
			if !ast.IsExported(name) {
				continue
			}
			c := l.pkg.Scope().Lookup(name).(*types.Const)
			if c.Val().Kind() == constant.Unknown {
				l.t.Errorf("the value of %s is not known", name)
			}
			typ := ""
			if named, ok := c.Type().(*types.Named); ok {
				typ = " " + named.Obj().Name()
			}
			fmt.Fprintf(l, "const %s%s = %v\n", name, typ, c.Val())
		}
	}
}

func (l *listing) funcs(funcs []*doc.Func) {
	for _, f := range funcs {
		f.Decl.Body, f.Decl.Doc = nil, nil
		l.line(f.Decl)
	}
}

func (l *listing) typ(t *doc.Type) {
	spec := t.Decl.Specs[0].(*ast.TypeSpec)
	if s, ok := spec.Type.(*ast.StructType); ok {
		fmt.Fprintf(l, "type %s struct{ %s }\n", t.Name, l.fields(s))
		return
	}
	spec.Doc, spec.Comment = nil, nil
	l.WriteString("type ")
	l.line(spec)
}

// fields lists the exported fields of a struct, and … for the others.
func (l *listing) fields(s *ast.StructType) string {
	var list []string
	for _, f := range s.Fields.List {
		var typ bytes.Buffer
		if err := format.Node(&typ, l.fset, f.Type); err != nil {
			l.t.Fatal(err)
		}
		for _, name := range f.Names {
			if name.IsExported() {
				list = append(list, name.Name+" "+typ.String())
			}
		}
	}
	if s.Incomplete { // unexported ones were left out
		list = append(list, "…")
	}
	return strings.Join(list, "; ")
}
