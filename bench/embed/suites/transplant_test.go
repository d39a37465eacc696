package suites

import (
	"fmt"
	"go/ast"
	"go/format"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// rewrite replaces, in the package in dir, what s names by the functions of s.file.
func rewrite(dir string, s stack) error {
	todo := map[string]string{} // from what is to be found, to what takes its place
	for _, name := range s.removed {
		todo[name] = ""
	}
	for _, c := range s.clauses {
		todo[c.name()] = "case " + c.label + ":\n" + c.body
	}
	files, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		return err
	}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") || strings.HasSuffix(name, "_js.go") {
			continue // in a browser coder has functions of the same names
		}
		if err := rewriteFile(name, todo); err != nil {
			return err
		}
	}
	if len(todo) > 0 {
		return fmt.Errorf("%s has no %s", s.module, slices.Sorted(maps.Keys(todo)))
	}
	ours, err := os.ReadFile(s.file())
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, "closeframe.go"), ours, 0o644)
}

// name returns the name under which find finds c.
func (c clause) name() string { return c.function + " case " + c.label }

// rewriteFile replaces what is in the file and in todo, and takes it from todo.
func rewriteFile(name string, todo map[string]string) error {
	src, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, name, src, parser.ParseComments)
	if err != nil {
		return err
	}
	var edits []edit
	for found, n := range find(f) {
		if text, ok := todo[found]; ok {
			edits = append(edits, replace(fset, n, text))
			delete(todo, found)
		}
	}
	if len(edits) == 0 {
		return nil
	}
	src, err = blankImports(name, apply(src, edits))
	if err != nil {
		return err
	}
	return os.WriteFile(name, src, 0o644)
}

// find returns the functions of f, and the case clauses with one label in them, by
// name.
func find(f *ast.File) map[string]ast.Node {
	found := map[string]ast.Node{}
	for _, d := range f.Decls {
		fn, ok := d.(*ast.FuncDecl)
		if !ok {
			continue
		}
		name := functionName(fn)
		found[name] = fn
		ast.Inspect(fn, func(n ast.Node) bool {
			if c, ok := n.(*ast.CaseClause); ok && len(c.List) == 1 {
				if label, ok := c.List[0].(*ast.Ident); ok {
					found[name+" case "+label.Name] = c
				}
			}
			return true
		})
	}
	return found
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

// An edit puts text in the place of src[from:to].
type edit struct {
	from, to int
	text     string
}

// replace returns the edit that puts text in the place of n and its comment.
func replace(fset *token.FileSet, n ast.Node, text string) edit {
	from := n.Pos()
	if fn, ok := n.(*ast.FuncDecl); ok && fn.Doc != nil {
		from = fn.Doc.Pos()
	}
	return edit{fset.Position(from).Offset, fset.Position(n.End()).Offset, text}
}

// apply returns src with the edits, which do not overlap.
func apply(src []byte, edits []edit) []byte {
	slices.SortFunc(edits, func(a, b edit) int { return b.from - a.from })
	for _, e := range edits { // from the end, so that the offsets stay good
		src = slices.Concat(src[:e.from], []byte(e.text), src[e.to:])
	}
	return src
}

// blankImports returns src, formatted, with a blank name for the imports that
// nothing in it uses any more.
func blankImports(name string, src []byte) ([]byte, error) {
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, name, src, parser.ParseComments)
	if err != nil {
		return nil, err
	}
	used := map[string]bool{}
	ast.Inspect(f, func(n ast.Node) bool {
		if sel, ok := n.(*ast.SelectorExpr); ok {
			if id, ok := sel.X.(*ast.Ident); ok {
				used[id.Name] = true
			}
		}
		return true
	})
	var edits []edit
	for _, spec := range f.Imports {
		imported, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			return nil, err
		}
		if spec.Name == nil && !used[path.Base(imported)] {
			// As _ it is still imported, and may be without parentheses.
			at := fset.Position(spec.Pos()).Offset
			edits = append(edits, edit{at, at, "_ "})
		}
	}
	return format.Source(apply(src, edits))
}
