package code_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strings"
	"testing"

	"example.com/closeframe/code"
)

var (
	sinkCode   code.Code
	sinkClass  code.Class
	sinkBool   bool
	sinkString string
	sinkBytes  []byte
)

// allocs has every exported function, under its name and what is special about
// the call, with the number of allocations that it may make.
var allocs = []struct {
	name string
	want float64
	f    func()
}{
	{"From/fits", 0, func() { sinkCode, sinkBool = code.From(1000) }},
	{"From/negative", 0, func() { sinkCode, sinkBool = code.From(-1) }},
	{"From/too large", 0, func() { sinkCode, sinkBool = code.From(uint64(66536)) }},
	{"From/named type", 0, func() { sinkCode, sinkBool = code.From(statusCode(1000)) }},
	{"Code.Class", 0, func() { sinkClass = sinkCode.Class() }},
	{"Code.IsSendable", 0, func() { sinkBool = sinkCode.IsSendable() }},
	{"Code.IsApplication", 0, func() { sinkBool = sinkCode.IsApplication() }},
	{"Code.Name/named", 0, func() { sinkString = code.Code(1007).Name() }},
	{"Code.Name/unnamed", 0, func() { sinkString = code.Code(4001).Name() }},
	{"Code.Description/named", 0, func() { sinkString = code.Code(1007).Description() }},
	{"Code.Description/unnamed", 0, func() { sinkString = code.Code(4001).Description() }},
	{"Code.String/named", 0, func() { sinkString = code.Code(1007).String() }},
	{"Code.String/private", 1, func() { sinkString = code.Code(4999).String() }},
	{"Code.String/libraries", 1, func() { sinkString = code.Code(3999).String() }},
	{"Code.String/reserved", 1, func() { sinkString = code.Code(2999).String() }},
	{"Code.String/unused", 1, func() { sinkString = code.Code(65535).String() }},
	{"Code.AppendTo/named", 0, func() { sinkBytes = code.Code(1007).AppendTo(sinkBytes[:0]) }},
	{"Code.AppendTo/unnamed", 0, func() { sinkBytes = code.Code(4999).AppendTo(sinkBytes[:0]) }},
	{"Class.String", 0, func() { sinkString = sinkClass.String() }},
	{"Class.String/unknown", 0, func() { sinkString = code.Class(9).String() }},
}

func TestAllocs(t *testing.T) {
	sinkBytes = make([]byte, 0, 64)
	for _, a := range allocs {
		t.Run(a.name, func(t *testing.T) {
			if got := testing.AllocsPerRun(100, a.f); got != a.want {
				t.Errorf("%v allocations, want %v", got, a.want)
			}
		})
	}
}

// The list above is to be whole.
func TestAllocsListsAll(t *testing.T) {
	listed := map[string]bool{}
	for _, a := range allocs {
		name, _, _ := strings.Cut(a.name, "/")
		listed[name] = true
	}
	for _, name := range exported(t, ".") {
		if !listed[name] {
			t.Errorf("%s is exported, but not in the list", name)
		}
		delete(listed, name)
	}
	for name := range listed {
		t.Errorf("%s is in the list, but not exported", name)
	}
}

// exported returns the exported functions of the package in dir, methods as
// "Type.Name".
func exported(t *testing.T, dir string) (names []string) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range f.Decls {
			d, ok := d.(*ast.FuncDecl)
			if !ok || !d.Name.IsExported() {
				continue
			}
			name := d.Name.Name
			if d.Recv != nil {
				r := d.Recv.List[0].Type
				if star, ok := r.(*ast.StarExpr); ok {
					r = star.X
				}
				name = r.(*ast.Ident).Name + "." + name
			}
			names = append(names, name)
		}
	}
	return names
}
