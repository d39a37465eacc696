//go:build go1.24

package main

import (
	"errors"
	"fmt"
	"go/ast"
	"go/doc"
	"go/doc/comment"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"example.com/closeframe/code"
)

// surroundings are what the Go of doc comments finds declared.
const surroundings = `package surroundings

import (
	"io"
	"strings"

	"example.com/closeframe/code"
	"example.com/closeframe/event"
	"example.com/closeframe/frame"
)

var (
	_ = strings.ToValidUTF8
	_ event.CloseEvent
	_ = frame.MaxReason

	h       event.Handshake
	buf     []byte
	payload []byte
	conn    io.Writer
	c       code.Code
	reason  string
	s       string
)
`

// TestDocBlocks type-checks each block of Go in the doc comments of the three
// packages. A block that is no Go, such as a drawing, has nothing that looks like
// it.
func TestDocBlocks(t *testing.T) {
	needsGo(t)
	source := surroundings
	found := 0
	for _, pkg := range []string{"code", "frame", "event"} {
		for _, text := range docBlocks(t, pkg) {
			// … is where the reader's own code goes.
			body := strings.ReplaceAll(text, "…\n", "\n")
			f := fmt.Sprintf("\nfunc _() error {\n%s\nreturn nil\n}\n", body)
			if _, err := parser.ParseFile(token.NewFileSet(), "", "package p\n"+f, 0); err == nil {
				source += f
				found++
			} else if strings.Contains(text, ":=") || strings.Contains(text, "func ") {
				t.Errorf("package %s has a block of broken Go: %v\n%s", pkg, err, text)
			}
		}
	}
	if found < 4 {
		t.Errorf("%d blocks of Go in the doc comments; are they still found?", found)
	}

	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, "surroundings.go", source, 0)
	if err != nil {
		t.Fatal(err)
	}
	config := types.Config{
		Importer: importer.ForCompiler(fset, "source", nil),
		Error: func(err error) {
			// A variable that is not used is the reader's, to be used.
			var e types.Error
			if !errors.As(err, &e) || !e.Soft {
				t.Errorf("%v in\n%s", err, source)
			}
		},
	}
	config.Check("surroundings", fset, []*ast.File{file}, nil)
}

// TestDocTable compares the table in the comment of package code with its verdicts.
func TestDocTable(t *testing.T) {
	row := regexp.MustCompile(`(?m)^(\d+)(?:-(\d+))? +(\w+) +(yes|no) +(yes|no)$`)
	next := 0
	for _, m := range row.FindAllStringSubmatch(strings.Join(docBlocks(t, "code"), "\n"), -1) {
		first, err := strconv.Atoi(m[1])
		if err != nil {
			t.Fatal(err)
		}
		last := first
		if m[2] != "" {
			if last, err = strconv.Atoi(m[2]); err != nil {
				t.Fatal(err)
			}
		}
		if first != next {
			t.Errorf("%s: want a row that begins with %d", m[0], next)
		}
		for n := first; n <= last; n++ {
			c := code.Code(n)
			got := []string{c.Class().String(), yesNo(c.IsSendable()), yesNo(c.IsApplication())}
			if !slices.Equal(got, m[3:]) {
				t.Errorf("%s: %d is %q", m[0], n, got)
			}
		}
		next = last + 1
	}
	if next != 1<<16 {
		t.Errorf("the table ends before %d", next)
	}
}

// docBlocks returns the preformatted blocks of the doc comments of a package.
func docBlocks(t *testing.T, pkg string) (list []string) {
	t.Helper()
	fset := token.NewFileSet()
	p, err := doc.NewFromFiles(fset, sources(t, fset, pkg), pkg)
	if err != nil {
		t.Fatal(err)
	}
	texts := []string{p.Doc}
	values := func(values []*doc.Value) {
		for _, v := range values {
			texts = append(texts, v.Doc)
		}
	}
	funcs := func(funcs []*doc.Func) {
		for _, f := range funcs {
			texts = append(texts, f.Doc)
		}
	}
	values(p.Consts)
	funcs(p.Funcs)
	for _, typ := range p.Types {
		texts = append(texts, typ.Doc)
		values(typ.Consts)
		funcs(typ.Funcs)
		funcs(typ.Methods)
	}
	for _, text := range texts {
		for _, c := range new(comment.Parser).Parse(text).Content {
			if c, ok := c.(*comment.Code); ok {
				list = append(list, c.Text)
			}
		}
	}
	return list
}
