package inside

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/format"
	"go/parser"
	"go/token"
	"go/types"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/tools/go/ast/astutil"
)

// rewriteDir adds the file ours to the package in dir. It removes the functions that
// ours replaces, and applies its directives.
func rewriteDir(dir, ours string) error {
	src, err := os.ReadFile(ours)
	if err != nil {
		return err
	}
	todo, err := plan(ours, src)
	if err != nil {
		return err
	}
	files, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		return err
	}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") || strings.HasSuffix(name, "_js.go") {
			continue // files for browsers in coder have functions with the same names
		}
		if err := rewriteFile(name, todo); err != nil {
			return err
		}
	}
	for _, d := range todo {
		if !d.done && d.verb != "" {
			return fmt.Errorf("%s: %s %s: the stack has none", ours, d.verb, d.place)
		}
	}
	return os.WriteFile(filepath.Join(dir, "closeframe.go"), src, 0o644)
}

// A directive is a change to a stack, one line of its closeframe.go:
//
//	//inside:remove NAME              a function or a package-level variable
//	//inside:rename FUNC NAME         a function that one of ours wraps
//	//inside:field TYPE FIELD         a field to append to a struct
//	//inside:first PLACE STATEMENTS   statements to insert at the beginning of a place
//	//inside:body PLACE STATEMENTS    statements that replace a place
//
// A method is Type.method. A PLACE is a FUNC, or the clause of a switch in it:
// FUNC[LABEL], FUNC[LABEL,LABEL], FUNC[LABEL]#2 for the second one. A function of the
// file that the stack has too needs no directive: its verb is "".
type directive struct {
	verb, place, text string
	done              bool
}

const prefix = "//inside:"

// plan returns the directives of a closeframe.go.
func plan(name string, src []byte) (todo []*directive, err error) {
	f, err := parser.ParseFile(token.NewFileSet(), name, src, parser.ParseComments)
	if err != nil {
		return nil, err
	}
	for _, group := range f.Comments {
		for _, c := range group.List {
			line, ok := strings.CutPrefix(c.Text, prefix)
			if !ok {
				continue
			}
			verb, rest, _ := strings.Cut(line, " ")
			place, text, _ := strings.Cut(rest, " ")
			todo = append(todo, &directive{verb: verb, place: place, text: text})
		}
	}
	for _, d := range f.Decls {
		if fn, ok := d.(*ast.FuncDecl); ok && !renames(todo, functionName(fn)) {
			todo = append(todo, &directive{place: functionName(fn)})
		}
	}
	return todo, nil
}

// renames reports whether a directive keeps the stack's own function under another
// name.
func renames(todo []*directive, function string) bool {
	return slices.ContainsFunc(todo, func(d *directive) bool { return d.verb == "rename" && d.place == function })
}

// rewriteFile applies the directives of todo that match the file.
func rewriteFile(name string, todo []*directive) error {
	src, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, name, src, parser.ParseComments)
	if err != nil {
		return err
	}
	places := find(f)
	var edits []edit
	for _, d := range todo {
		n, ok := places[d.place]
		if !ok {
			continue
		}
		e, err := d.edit(n)
		if err != nil || d.done {
			return fmt.Errorf("%s: %s %s: not one place: %v", name, d.verb, d.place, err)
		}
		d.done = true
		e.from, e.to = fset.Position(e.pos).Offset, fset.Position(e.end).Offset
		edits = append(edits, e)
	}
	if len(edits) == 0 {
		return nil
	}
	src, err = dropImports(f, apply(src, edits))
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return os.WriteFile(name, src, 0o644)
}

// An edit replaces src[from:to] with text.
type edit struct {
	pos, end token.Pos
	from, to int
	text     string
}

// edit returns the change of d to n, which find has found for it.
func (d *directive) edit(n ast.Node) (edit, error) {
	text := "\n" + d.text + "\n"
	switch n := n.(type) {
	case *ast.FuncDecl:
		switch d.verb {
		case "", "remove":
			pos := n.Pos()
			if n.Doc != nil {
				pos = n.Doc.Pos()
			}
			return edit{pos: pos, end: n.End()}, nil
		case "rename":
			return edit{pos: n.Name.Pos(), end: n.Name.End(), text: d.text}, nil
		case "first":
			return edit{pos: n.Body.Lbrace + 1, end: n.Body.Lbrace + 1, text: text}, nil
		}
	case *ast.CaseClause:
		switch d.verb {
		case "first":
			return edit{pos: n.Colon + 1, end: n.Colon + 1, text: text}, nil
		case "body":
			return edit{pos: n.Colon + 1, end: n.End(), text: text}, nil
		}
	case *ast.StructType:
		if d.verb == "field" {
			return edit{pos: n.Fields.Closing, end: n.Fields.Closing, text: text}, nil
		}
	case *ast.GenDecl:
		if d.verb == "remove" {
			return edit{pos: n.Pos(), end: n.End()}, nil
		}
	}
	return edit{}, fmt.Errorf("%q cannot be done to a %T", d.verb, n)
}

// find returns the places of f that a directive can name.
func find(f *ast.File) map[string]ast.Node {
	places := map[string]ast.Node{}
	add := func(name string, n ast.Node) {
		for i, once := 2, name; places[name] != nil; i++ {
			name = fmt.Sprintf("%s#%d", once, i)
		}
		places[name] = n
	}
	for _, d := range f.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			name := functionName(d)
			add(name, d)
			ast.Inspect(d, func(n ast.Node) bool {
				if c, ok := n.(*ast.CaseClause); ok {
					add(name+labels(c), c)
				}
				return true
			})
		case *ast.GenDecl:
			if len(d.Specs) != 1 {
				continue
			}
			switch s := d.Specs[0].(type) {
			case *ast.TypeSpec:
				if t, ok := s.Type.(*ast.StructType); ok {
					add(s.Name.Name, t)
				}
			case *ast.ValueSpec:
				add(s.Names[0].Name, d)
			}
		}
	}
	return places
}

// labels returns "[A,B]" for the clause of case A, B.
func labels(c *ast.CaseClause) string {
	var names []string
	for _, e := range c.List {
		names = append(names, strings.ReplaceAll(types.ExprString(e), " ", ""))
	}
	return "[" + strings.Join(names, ",") + "]"
}

// functionName returns "function" or "Type.method".
func functionName(fn *ast.FuncDecl) string {
	if fn.Recv == nil {
		return fn.Name.Name
	}
	t := fn.Recv.List[0].Type
	if star, ok := t.(*ast.StarExpr); ok {
		t = star.X
	}
	if id, ok := t.(*ast.Ident); ok {
		return id.Name + "." + fn.Name.Name
	}
	return fn.Name.Name
}

// apply returns src with the edits, which do not overlap.
func apply(src []byte, edits []edit) []byte {
	slices.SortStableFunc(edits, func(a, b edit) int { return b.from - a.from })
	for _, e := range edits { // from the end, so that the other offsets stay valid
		src = slices.Concat(src[:e.from], []byte(e.text), src[e.to:])
	}
	return src
}

// dropImports returns src, formatted, without the imports that it no longer uses.
func dropImports(before *ast.File, src []byte) ([]byte, error) {
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, "", src, parser.ParseComments)
	if err != nil {
		return nil, err
	}
	for _, spec := range before.Imports {
		path := strings.Trim(spec.Path.Value, "`\"")
		if astutil.UsesImport(before, path) && !astutil.UsesImport(f, path) {
			astutil.DeleteImport(fset, f, path)
		}
	}
	var b bytes.Buffer
	err = format.Node(&b, fset, f)
	return b.Bytes(), err
}
