package docs

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// blocks returns the fenced blocks of a page as pairs of language and text.
func blocks(t *testing.T, page string) [][]string {
	var list [][]string
	for _, m := range regexp.MustCompile("(?ms)^```(\\w+)\n(.*?)^```$").FindAllStringSubmatch(read(t, page), -1) {
		list = append(list, m[1:])
	}
	return list
}

// TestCommands runs the commands of the pages in sh blocks and in console blocks, which
// show the output.
func TestCommands(t *testing.T) {
	ran := 0
	for _, page := range []string{"README.md", "CONTRIBUTING.md", "SECURITY.md"} {
		for _, b := range blocks(t, page) {
			switch b[0] {
			case "sh":
				for line := range strings.Lines(b[1]) {
					command(t, strings.TrimSpace(line))
					ran++
				}
			case "console":
				for _, example := range strings.Split("\n"+b[1], "\n$ ")[1:] {
					line, want, _ := strings.Cut(example, "\n")
					if got := strings.TrimSpace(command(t, line)); got != strings.TrimSpace(want) {
						t.Errorf("%s: %s: got\n%s\nwant\n%s", page, line, got, want)
					}
					ran++
				}
			}
		}
	}
	if ran < 2 {
		t.Errorf("found %d commands", ran)
	}
}

// command runs a line. For make it only checks that the target exists.
func command(t *testing.T, line string) string {
	if rest, ok := strings.CutPrefix(line, "make "); ok {
		line = "make -n " + rest
	}
	return run(t, root, "sh", "-c", line)
}

// TestProgram runs the programs of the README in a module that uses a copy of the
// library as the README describes. The next block must be their output.
func TestProgram(t *testing.T) {
	list := blocks(t, "README.md")
	replace := regexp.MustCompile("go mod edit -replace ([^ `]*)=").FindStringSubmatch(read(t, "README.md"))
	if replace == nil {
		t.Fatal("the README does not say how to use a copy")
	}
	library, err := filepath.Abs(root)
	if err != nil {
		t.Fatal(err)
	}
	ran := 0
	for i, b := range list {
		if b[0] != "go" || !strings.HasPrefix(b[1], "package main") {
			continue
		}
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, "main.go"), []byte(b[1]), 0o666); err != nil {
			t.Fatal(err)
		}
		run(t, dir, "go", "mod", "init", "example.org/user")
		run(t, dir, "go", "mod", "edit", "-replace", replace[1]+"="+library)
		run(t, dir, "go", "mod", "tidy")
		if got, want := run(t, dir, "go", "run", "."), list[i+1][1]; got != want {
			t.Errorf("got\n%s\nwant\n%s", got, want)
		}
		if diff := run(t, dir, "gofmt", "-d", "."); diff != "" {
			t.Errorf("not formatted:\n%s", diff)
		}
		ran++
	}
	if ran == 0 {
		t.Error("found no program")
	}
}

// TestLinks checks the links of all pages into the repository, including headings.
func TestLinks(t *testing.T) {
	hidden := regexp.MustCompile("(?s)```.*?```|`[^`]*`|<!--.*?-->")
	link := regexp.MustCompile(`\]\(([^)#]*)#?([^)]*)\)`)
	found := 0
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err == nil && (d.Name() == "node_modules" || d.Name() == ".git") {
			return fs.SkipDir
		}
		if err != nil || filepath.Ext(path) != ".md" {
			return err
		}
		page, _ := filepath.Rel(root, path)
		for _, m := range link.FindAllStringSubmatch(hidden.ReplaceAllString(read(t, page), ""), -1) {
			if strings.Contains(m[1], "://") {
				continue
			}
			found++
			target := page
			if m[1] != "" {
				target = filepath.Join(filepath.Dir(page), m[1])
			}
			if _, err := os.Stat(filepath.Join(root, target)); err != nil {
				t.Errorf("%s: %s is not there", page, m[1])
			} else if m[2] != "" && !headings(t, target)[m[2]] {
				t.Errorf("%s: %s has no heading %s", page, target, m[2])
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if found < 10 {
		t.Errorf("found %d links", found)
	}
}

// headings returns the anchors of the headings of a page.
func headings(t *testing.T, page string) map[string]bool {
	names := map[string]bool{}
	for line := range strings.Lines(read(t, page)) {
		if marks, text, ok := strings.Cut(line, " "); ok && strings.Trim(marks, "#") == "" {
			text = regexp.MustCompile("[^a-z0-9 -]").ReplaceAllString(strings.ToLower(text), "")
			names[strings.ReplaceAll(text, " ", "-")] = true
		}
	}
	return names
}
