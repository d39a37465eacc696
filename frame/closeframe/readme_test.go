package main

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/doc"
	"go/format"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

const root = "../.."

// block is a fenced block of README.md.
type block struct{ lang, text string }

func readmeBlocks(t *testing.T) (blocks []block) {
	t.Helper()
	for _, m := range regexp.MustCompile("(?ms)^```(\\w+)\n(.*?)^```$").FindAllStringSubmatch(readme(t), -1) {
		blocks = append(blocks, block{m[1], m[2]})
	}
	return blocks
}

func readme(t *testing.T) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(root, "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// TestReadmeCommands runs every command of the README, and compares what it prints
// where the README says what that is.
func TestReadmeCommands(t *testing.T) {
	needsGo(t)
	ran := 0
	for _, b := range readmeBlocks(t) {
		switch b.lang {
		case "sh":
			for line := range strings.Lines(b.text) {
				runReadme(t, strings.TrimSpace(line))
				ran++
			}
		case "console":
			for _, run := range strings.Split(b.text, "$ ")[1:] {
				command, want, _ := strings.Cut(run, "\n")
				if got := runReadme(t, command); got != want {
					t.Errorf("%s: got\n%s\nwant\n%s", command, got, want)
				}
				ran++
			}
		}
	}
	if ran < 5 {
		t.Errorf("ran %d commands of the README; are its blocks still found?", ran)
	}
}

// runReadme runs a command line as a reader would, but for make, which would run
// this test again: there the target must exist.
func runReadme(t *testing.T, line string) string {
	t.Helper()
	if target, ok := strings.CutPrefix(line, "make "); ok {
		makefile, err := os.ReadFile(filepath.Join(root, "Makefile"))
		if err != nil {
			t.Fatal(err)
		}
		target, _, _ = strings.Cut(target, " ")
		if !strings.Contains(string(makefile), "\n"+target+":") {
			t.Errorf("%s: the Makefile has no such target", line)
		}
		return ""
	}
	cmd := exec.Command("sh", "-c", line)
	cmd.Dir = root
	out, err := cmd.Output()
	if err != nil {
		t.Errorf("%s: %v", line, err)
	}
	if len(out) == 0 {
		t.Errorf("%s: printed nothing", line)
	}
	return string(out)
}

// TestReadmeProgram runs the README's Go program and compares its output with the
// block that follows it.
func TestReadmeProgram(t *testing.T) {
	needsGo(t)
	blocks := readmeBlocks(t)
	ran := 0
	for i, b := range blocks {
		if b.lang != "go" {
			continue
		}
		file := filepath.Join(t.TempDir(), "main.go")
		if err := os.WriteFile(file, []byte(b.text), 0o666); err != nil {
			t.Fatal(err)
		}
		cmd := exec.Command("go", "run", file)
		cmd.Dir = root
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		if got, want := string(out), blocks[i+1].text; got != want {
			t.Errorf("got\n%s\nwant\n%s", got, want)
		}
		if src, err := format.Source([]byte(b.text)); err != nil || string(src) != b.text {
			t.Errorf("not formatted as gofmt does it (%v):\n%s", err, b.text)
		}
		ran++
	}
	if ran == 0 {
		t.Error("the README has no program")
	}
}

// TestReadmeTests finds each test that the README names.
func TestReadmeTests(t *testing.T) {
	declared := map[string]bool{}
	err := filepath.WalkDir(root, func(path string, _ fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, "_test.go") {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		for _, d := range file.Decls {
			if f, ok := d.(*ast.FuncDecl); ok {
				declared[f.Name.Name] = true
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	names := regexp.MustCompile("`((?:Test|Fuzz|Example)[A-Z]\\w*)`").FindAllStringSubmatch(readme(t), -1)
	if len(names) == 0 {
		t.Error("the README names no test")
	}
	for _, m := range names {
		if !declared[m[1]] {
			t.Errorf("the README names %s, which is not there", m[1])
		}
	}
}

// TestReadmeAPI compares the README's API block with the exported names of the
// three packages.
func TestReadmeAPI(t *testing.T) {
	var want strings.Builder
	for i, pkg := range []string{"code", "frame", "event"} {
		if i > 0 {
			want.WriteString("\n")
		}
		fmt.Fprintf(&want, "package %s\n\n%s", pkg, surface(t, filepath.Join(root, pkg)))
	}
	api := regexp.MustCompile("(?s)(writes it. -->\n\n```text\n)(.*?)(```\n)")
	text := readme(t)
	m := api.FindStringSubmatch(text)
	if m == nil {
		t.Fatal("the README has no API block")
	}
	if m[2] == want.String() {
		return
	}
	if !*update {
		t.Fatalf("the README's API block is not current: go test ./frame/closeframe -update writes this:\n%s", want.String())
	}
	text = api.ReplaceAllLiteralString(text, m[1]+want.String()+m[3])
	if err := os.WriteFile(filepath.Join(root, "README.md"), []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
}

// surface lists the exported declarations of the package in dir, as go doc orders
// them, without comments.
func surface(t *testing.T, dir string) string {
	fset := token.NewFileSet()
	names, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	var files []*ast.File
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") || strings.HasSuffix(name, "_gen.go") {
			continue
		}
		f, err := parser.ParseFile(fset, name, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, f)
	}
	pkg, err := doc.NewFromFiles(fset, files, "example.com/closeframe/"+filepath.Base(dir))
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	line := func(node any) {
		if err := format.Node(&b, fset, node); err != nil {
			t.Fatal(err)
		}
		b.WriteByte('\n')
	}
	consts := func(values []*doc.Value) {
		for _, v := range values {
			var names []string
			for _, name := range v.Names {
				if ast.IsExported(name) {
					names = append(names, name)
				}
			}
			if len(names) > 0 {
				fmt.Fprintf(&b, "const %s\n", wrap(names))
			}
		}
	}
	funcs := func(funcs []*doc.Func) {
		for _, f := range funcs {
			f.Decl.Body, f.Decl.Doc = nil, nil
			line(f.Decl)
		}
	}
	consts(pkg.Consts)
	funcs(pkg.Funcs)
	for _, typ := range pkg.Types {
		b.WriteString("\n")
		spec := typ.Decl.Specs[0].(*ast.TypeSpec)
		if s, ok := spec.Type.(*ast.StructType); ok {
			fmt.Fprintf(&b, "type %s struct{ %s }\n", typ.Name, fields(t, fset, s))
		} else {
			spec.Doc, spec.Comment = nil, nil
			b.WriteString("type ")
			line(spec)
		}
		consts(typ.Consts)
		funcs(typ.Funcs)
		funcs(typ.Methods)
	}
	return strings.TrimLeft(b.String(), "\n")
}

// fields lists the exported fields of a struct, and … for the others.
func fields(t *testing.T, fset *token.FileSet, s *ast.StructType) string {
	var list []string
	for _, f := range s.Fields.List {
		var typ bytes.Buffer
		if err := format.Node(&typ, fset, f.Type); err != nil {
			t.Fatal(err)
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

// wrap joins names into lines of less than 80 columns.
func wrap(names []string) string {
	var b strings.Builder
	column := len("const ")
	for i, name := range names {
		if i > 0 {
			b.WriteByte(',')
			if column+len(name) > 76 {
				b.WriteString("\n\t")
				column = 8
			} else {
				b.WriteByte(' ')
			}
		}
		b.WriteString(name)
		column += len(name) + 2
	}
	return b.String()
}
