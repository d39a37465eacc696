package inside

import (
	"bytes"
	"go/format"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strings"
)

// changedLines returns how many lines of code were added to the package in dir and
// removed, compared with the package in was, without comments, blank lines and tests.
func changedLines(dir, was string) (added, removed int, err error) {
	files, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		return 0, 0, err
	}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		is, err := codeLines(name)
		if err != nil {
			return 0, 0, err
		}
		old, err := codeLines(filepath.Join(was, filepath.Base(name)))
		if err != nil && !os.IsNotExist(err) {
			return 0, 0, err
		}
		common := commonLines(is, old)
		added += len(is) - common
		removed += len(old) - common
	}
	return added, removed, nil
}

// codeLines returns the lines of a file, formatted, without comments and blank lines.
func codeLines(name string) (lines []string, err error) {
	src, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, name, src, parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	if err := format.Node(&b, fset, f); err != nil {
		return nil, err
	}
	for line := range strings.Lines(b.String()) {
		if line = strings.TrimSpace(line); line != "" {
			lines = append(lines, line)
		}
	}
	return lines, nil
}

// commonLines returns the length of the longest common subsequence.
func commonLines(a, b []string) int {
	row := make([]int, len(b)+1)
	for _, x := range a {
		diagonal := 0
		for j, y := range b {
			above := row[j+1]
			switch {
			case x == y:
				row[j+1] = diagonal + 1
			case row[j] > above:
				row[j+1] = row[j]
			}
			diagonal = above
		}
	}
	return row[len(b)]
}
