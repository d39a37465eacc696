package docs

import (
	"fmt"
	"go/importer"
	"go/token"
	"go/types"
	"strings"
	"testing"
)

// TestAPI makes a change of an exported name, or of the value of a constant, visible in
// review.
func TestAPI(t *testing.T) {
	imp := importer.ForCompiler(token.NewFileSet(), "source", nil)
	var b strings.Builder
	for _, name := range packages {
		pkg, err := imp.Import(module + "/" + name)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&b, "package %s\n\n", name)
		for _, name := range pkg.Scope().Names() {
			if o := pkg.Scope().Lookup(name); o.Exported() {
				b.WriteString(describe(o))
			}
		}
		b.WriteByte('\n')
	}
	golden(t, "api.golden", b.String())
}

// describe returns the declaration of o, and those of its exported methods.
func describe(o types.Object) string {
	short := func(p *types.Package) string {
		if p == o.Pkg() {
			return ""
		}
		return p.Name()
	}
	switch o := o.(type) {
	case *types.Const:
		return fmt.Sprintf("%s = %s\n", types.ObjectString(o, short), o.Val())
	case *types.TypeName:
		s := "type " + o.Name() + " " + underlying(o.Type().Underlying(), short) + "\n"
		methods := types.NewMethodSet(types.NewPointer(o.Type()))
		for i := range methods.Len() {
			if m := methods.At(i).Obj(); m.Exported() {
				s += "  " + types.ObjectString(m, short) + "\n"
			}
		}
		return s
	}
	return types.ObjectString(o, short) + "\n"
}

// underlying returns typ, with … for the unexported fields of a struct.
func underlying(typ types.Type, short types.Qualifier) string {
	s, ok := typ.(*types.Struct)
	if !ok {
		return types.TypeString(typ, short)
	}
	var fields []string
	for i := range s.NumFields() {
		if f := s.Field(i); f.Exported() {
			fields = append(fields, f.Name()+" "+types.TypeString(f.Type(), short))
		}
	}
	if len(fields) < s.NumFields() {
		fields = append(fields, "…")
	}
	return "struct{ " + strings.Join(fields, "; ") + " }"
}
