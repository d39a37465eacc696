//go:build go1.24

package main

import (
	"bytes"
	"go/ast"
	"go/format"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

const root = "../.."

// pages are what a reader sees first, from the root. What they say is tried here:
// each command is run, each program is built and each name is looked up.
var pages = []string{"README.md", "CONTRIBUTING.md", "SECURITY.md"}

// block is a fenced block of a page.
type block struct{ lang, text string }

func blocks(t *testing.T, page string) (blocks []block) {
	t.Helper()
	for _, m := range regexp.MustCompile("(?ms)^```(\\w+)\n(.*?)^```$").FindAllStringSubmatch(read(t, page), -1) {
		blocks = append(blocks, block{m[1], m[2]})
	}
	return blocks
}

// read returns a file of the repository.
func read(t *testing.T, name string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(root, name))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// TestReadmeCommands runs every command of the pages, and compares what it prints
// where the page says what that is.
func TestReadmeCommands(t *testing.T) {
	needsGo(t)
	ran := 0
	for _, page := range pages {
		for _, b := range blocks(t, page) {
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
						t.Errorf("%s: %s: got\n%s\nwant\n%s", page, command, got, want)
					}
					ran++
				}
			case "go", "text":
			default:
				t.Errorf("%s: a block of %s, which nothing here tries", page, b.lang)
			}
		}
	}
	if ran < 6 {
		t.Errorf("ran %d commands of the pages; are their blocks still found?", ran)
	}
}

// runReadme runs a command line as a reader would, but for make, which would run
// this test again: there the target must exist. For tshark, where the machine has
// none, stands what it printed.
func runReadme(t *testing.T, line string) string {
	t.Helper()
	if target, ok := strings.CutPrefix(line, "make "); ok {
		target, _, _ = strings.Cut(target, " ")
		if !slices.Contains(targets(t), target) {
			t.Errorf("%s: the Makefile has no such target", line)
		}
		return ""
	}
	if _, err := exec.LookPath("tshark"); err != nil && strings.HasPrefix(line, "tshark ") {
		_, rest, _ := strings.Cut(line, "|")
		line = "cat event/closeframe/testdata/loopback.hex |" + rest
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

// targets are those of the Makefile that its help lists.
func targets(t *testing.T) (names []string) {
	t.Helper()
	for _, m := range regexp.MustCompile(`(?m)^(\w+):.*##`).FindAllStringSubmatch(read(t, "Makefile"), -1) {
		names = append(names, m[1])
	}
	return names
}

// TestReadmeTargets compares the table of CONTRIBUTING.md with the Makefile, and
// looks up each make target that a page names.
func TestReadmeTargets(t *testing.T) {
	want := targets(t)
	var got []string
	for _, m := range regexp.MustCompile("(?m)^\\| `make (\\w+)").FindAllStringSubmatch(read(t, "CONTRIBUTING.md"), -1) {
		got = append(got, m[1])
	}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("CONTRIBUTING.md has rows for\n%q, the Makefile has\n%q", got, want)
	}
	for _, page := range pages {
		for _, m := range regexp.MustCompile("`make (\\w+)").FindAllStringSubmatch(read(t, page), -1) {
			if !slices.Contains(want, m[1]) {
				t.Errorf("%s names make %s, which is not there", page, m[1])
			}
		}
	}
}

// TestReadmeProgram runs each Go program of the pages and compares its output with
// the block that follows it.
func TestReadmeProgram(t *testing.T) {
	needsGo(t)
	ran := 0
	for _, page := range pages {
		list := blocks(t, page)
		for i, b := range list {
			if b.lang != "go" {
				continue
			}
			if got, want := runProgram(t, b.text), list[i+1].text; got != want {
				t.Errorf("%s: got\n%s\nwant\n%s", page, got, want)
			}
			if src, err := format.Source([]byte(b.text)); err != nil || string(src) != b.text {
				t.Errorf("%s: not formatted as gofmt does it (%v):\n%s", page, err, b.text)
			}
			ran++
		}
	}
	if ran == 0 {
		t.Error("no page has a program")
	}
}

// runProgram runs a program in a module of its own, which takes the library as the
// README says, and returns what it prints.
func runProgram(t *testing.T, text string) string {
	t.Helper()
	edit := regexp.MustCompile("`go (mod edit -replace [^`]*)DIR`").FindStringSubmatch(read(t, "README.md"))
	if edit == nil {
		t.Fatal("the README does not say how to use a copy of the module")
	}
	dir, err := filepath.Abs(root)
	if err != nil {
		t.Fatal(err)
	}
	module := t.TempDir()
	if err := os.WriteFile(filepath.Join(module, "main.go"), []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
	replace := strings.Fields(edit[1])
	replace[len(replace)-1] += dir
	var out []byte
	for _, args := range [][]string{
		{"mod", "init", "example.org/user"},
		replace,
		{"mod", "tidy"},
		{"run", "."},
	} {
		cmd := exec.Command("go", args...)
		cmd.Dir = module
		var stderr bytes.Buffer
		cmd.Stderr = &stderr
		if out, err = cmd.Output(); err != nil {
			t.Fatalf("go %v: %v\n%s", args, err, &stderr)
		}
	}
	return string(out)
}

// TestReadmeTests finds each test that a page names.
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
	for _, page := range pages {
		for _, m := range regexp.MustCompile("`((?:Test|Fuzz|Example)[A-Z]\\w*)`").FindAllStringSubmatch(read(t, page), -1) {
			if !declared[m[1]] {
				t.Errorf("%s names %s, which is not there", page, m[1])
			}
		}
	}
}

// linked are the pages whose links are followed.
var linked = append(pages, "fuzz/README.md", "bench/README.md", "bench/embed/README.md", "bench/interop/README.md")

// TestReadmeLinks follows each link into the repository, to its heading too, and
// wants words for each picture.
func TestReadmeLinks(t *testing.T) {
	hidden := regexp.MustCompile("(?s)```.*?```|`[^`]*`|<!--.*?-->")
	for _, page := range linked {
		text := hidden.ReplaceAllString(read(t, page), "")
		for _, m := range regexp.MustCompile(`(!?)\[([^\]]*)\]\(([^)#]*)#?([^)]*)\)`).FindAllStringSubmatch(text, -1) {
			picture, words, target, heading := m[1] != "", m[2], m[3], m[4]
			if picture && len(words) < 20 {
				t.Errorf("%s: %s has no text for those who do not see it", page, target)
			}
			if strings.Contains(target, "://") {
				continue
			}
			file := page
			if target != "" {
				file = filepath.Join(filepath.Dir(page), target)
			}
			if _, err := os.Stat(filepath.Join(root, file)); err != nil {
				t.Errorf("%s: %v", page, err)
			} else if heading != "" && !headings(t, file)[heading] {
				t.Errorf("%s: %s has no heading %s", page, file, heading)
			}
		}
	}
}

// headings are the headings of a page as links name them.
func headings(t *testing.T, page string) map[string]bool {
	names := map[string]bool{}
	for _, m := range regexp.MustCompile("(?m)^#+ (.*)$").FindAllStringSubmatch(read(t, page), -1) {
		name := regexp.MustCompile("[^a-z0-9 -]").ReplaceAllString(strings.ToLower(m[1]), "")
		names[strings.ReplaceAll(name, " ", "-")] = true
	}
	return names
}

// TestReadmeRename does what the README says to publish the module under another
// name, to a copy: it builds, and nothing of the old name is left.
func TestReadmeRename(t *testing.T) {
	needsGo(t)
	if testing.Short() {
		t.Skip("copies the repository")
	}
	m := regexp.MustCompile("`(git grep [^`]*)`").FindStringSubmatch(read(t, "README.md"))
	if m == nil {
		t.Fatal("the README does not say how to rename the module")
	}
	sh := func(dir, script string) string {
		cmd := exec.Command("sh", "-ec", script)
		cmd.Dir = dir
		var stderr bytes.Buffer
		cmd.Stderr = &stderr
		out, err := cmd.Output()
		if err != nil {
			t.Fatalf("%s: %v\n%s", script, err, &stderr)
		}
		return string(out)
	}
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("needs git:", err)
	}
	if exec.Command("git", "-C", root, "rev-parse").Run() != nil {
		t.Skip("not a clone")
	}
	dir := t.TempDir()
	sh(root, "git ls-files -z --cached --others --exclude-standard | xargs -0 ls -d 2>/dev/null | tar -cf - -T - | tar -xf - -C '"+dir+"'")
	rename := strings.ReplaceAll(strings.ReplaceAll(m[1], "\n", " "), "NEW", "example.org/other")
	sh(dir, "git init -q && git add -A && "+rename+" && go build ./... && go vet ./code ./frame ./event")
	if left := sh(dir, "git grep -l example.com/closeframe || true"); left != "" {
		t.Errorf("the old name is left in\n%s", left)
	}
}
