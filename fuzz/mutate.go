//go:build ignore

// This program breaks the sources at one place after another, by go-gremlins, and
// fails where the tests do not notice, unless mutants.txt says why nobody can. It
// fails as well where that file excuses what the tests do notice.
//
//	go run ./fuzz/mutate.go           # all of code, frame, event and the command
//	go run ./fuzz/mutate.go -diff REF # only what differs from a commit or branch
package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"go/scanner"
	"go/token"
	"io"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"
)

const (
	gremlins = "github.com/go-gremlins/gremlins/cmd/gremlins@v0.6.0"
	module   = "example.com/closeframe"
	list     = "fuzz/mutants.txt"

	// no marks what is not mutated: what a program writes, or is no library.
	no = `_test\.go$|^frame/utf8_gen\.go$|^frame/utf8_table\.go$|^fuzz/|^bench/`
	// slow tests run the go command, and look at nothing that a mutant changes.
	slow = "^(TestReadme|TestDocBlocks|TestTableIsGenerated|TestDeps)"
)

// mutated are the packages.
var mutated = []string{"code", "frame", "event", "frame/closeframe"}

// stages are the tests that must notice a mutant of a package, one after another:
// first the quick ones, which few survive, and last the seeds of the black box.
func stages(pkg string) [][]string {
	own := []string{"test", "-vet=off", "-failfast", "-skip", slow}
	return [][]string{
		append(slices.Clone(own), "-short", "-timeout", "15s", "./"+pkg),
		append(slices.Clone(own), "-timeout", "120s", "./"+pkg),
		append(slices.Clone(own), "-timeout", "60s", "./fuzz"),
	}
}

func main() {
	log.SetFlags(0)
	log.SetPrefix("mutate: ")
	if filepath.Base(os.Args[0]) == "go" {
		os.Exit(shim(os.Args[1:]))
	}
	diff := flag.String("diff", "", "mutate only what differs from this commit or branch")
	flag.Parse()
	if _, err := os.Stat(list); err != nil {
		log.Fatal("run it in the root of the module: ", err)
	}
	found, err := unleash(*diff)
	if err != nil {
		log.Fatal(err)
	}
	if !judge(found, *diff == "") {
		os.Exit(1)
	}
}

// result is what gremlins writes.
type result struct {
	Files []struct {
		Name      string `json:"file_name"`
		Mutations []struct {
			Type, Status string
			Line, Column int
		}
	}
}

// unleash runs gremlins, with this program in the place of the go command.
func unleash(diff string) (r result, err error) {
	dir, err := os.MkdirTemp("", "mutate-")
	if err != nil {
		return r, err
	}
	defer os.RemoveAll(dir)
	self, err := os.Executable()
	if err != nil {
		return r, err
	}
	realGo, err := exec.LookPath("go")
	if err != nil {
		return r, err
	}
	if err := os.Symlink(self, filepath.Join(dir, "go")); err != nil {
		return r, err
	}
	root, err := os.Getwd()
	if err != nil {
		return r, err
	}
	out, timeouts := filepath.Join(dir, "out.json"), filepath.Join(dir, "timeouts")
	args := []string{
		"run", "-exec", "env PATH=" + dir + ":" + os.Getenv("PATH"), gremlins, "unleash", ".",
		"--output", out, "--exclude-files", no, "--timeout-coefficient", "60", "--output-statuses", "ltr",
		// Invert-negatives is arithmetic-base once more.
		"--invert-negatives=false",
		"--invert-assignments", "--invert-bitwise", "--invert-bwassign", "--invert-logical", "--invert-loopctrl",
		"--remove-self-assignments",
	}
	if diff != "" {
		args = append(args, "--diff", diff)
	}
	cmd := exec.Command(realGo, args...)
	cmd.Env = append(os.Environ(), "MUTATE_GO="+realGo, "MUTATE_ROOT="+root, "MUTATE_TIMEOUTS="+timeouts)
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	if err := cmd.Run(); err != nil {
		return r, fmt.Errorf("gremlins: %w", err)
	}
	if lines, err := os.ReadFile(timeouts); err == nil {
		fmt.Printf("\nkilled by the clock:\n%s", lines)
	}
	b, err := os.ReadFile(out)
	if err != nil {
		return r, err
	}
	return r, json.Unmarshal(b, &r)
}

// shim is the go command for gremlins, which by itself does not find the tests of
// a package main, takes what does not compile for killed, and leaves out what is in
// no function. It returns the exit status: 1 for a mutant that the tests notice, 2
// for one that does not compile.
func shim(args []string) int {
	profile := slices.Index(args, "-coverprofile") + 1
	switch {
	case args[0] != "test":
		status, _ := run(os.Stdout, args...)
		return status
	case profile > 0:
		return prepare(args[profile])
	}
	pkg := strings.TrimPrefix(args[len(args)-1], module+"/")
	if pkg == module {
		pkg = "frame/closeframe" // what gremlins makes of a package main
	}
	// A loop that has lost its end may fill the memory.
	limit := syscall.Rlimit{Cur: 4 << 30, Max: 4 << 30}
	if err := syscall.Setrlimit(syscall.RLIMIT_AS, &limit); err != nil {
		log.Print(err)
	}
	for _, test := range stages(pkg) {
		status, out := run(io.Discard, test...)
		switch {
		case strings.Contains(out, "[build failed]"):
			return 2
		case strings.Contains(out, "panic: test timed out"):
			noteTimeout(pkg)
			return 1
		case status != 0:
			return 1
		}
	}
	return 0
}

// noteTimeout writes down the line that a mutant has changed in pkg, since gremlins
// knows no more of it than that it is killed.
func noteTimeout(pkg string) {
	f, err := os.OpenFile(os.Getenv("MUTATE_TIMEOUTS"), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o666)
	if err != nil {
		log.Print(err)
		return
	}
	defer f.Close()
	for _, file := range sources(pkg) {
		was, err1 := os.ReadFile(filepath.Join(os.Getenv("MUTATE_ROOT"), file))
		is, err2 := os.ReadFile(file)
		if err := errors.Join(err1, err2); err != nil {
			log.Print(err)
			return
		}
		before, after := strings.Split(string(was), "\n"), strings.Split(string(is), "\n")
		for i := range min(len(before), len(after)) {
			if !slices.Equal(strings.Fields(before[i]), strings.Fields(after[i])) {
				fmt.Fprintf(f, "%s:%d: %s\n", file, i+1, strings.TrimSpace(after[i]))
				break
			}
		}
	}
}

// sources returns the files of a package.
func sources(pkg string) []string {
	files, err := filepath.Glob(pkg + "/*.go")
	if err != nil {
		log.Fatal(err)
	}
	return slices.DeleteFunc(files, func(f string) bool {
		return strings.HasSuffix(f, "_test.go")
	})
}

// prepare runs all tests on the sources as they are, and writes a profile in which
// every line is covered: each mutant is tried, then.
func prepare(profile string) int {
	var lines strings.Builder
	lines.WriteString("mode: set\n")
	for _, pkg := range mutated {
		for _, file := range sources(pkg) {
			fmt.Fprintf(&lines, "%s/%s:1.1,99999.1 1 1\n", module, file)
		}
	}
	if err := os.WriteFile(profile, []byte(lines.String()), 0o666); err != nil {
		log.Fatal(err)
	}
	for _, pkg := range mutated {
		for _, test := range stages(pkg) {
			if status, out := run(io.Discard, test...); status != 0 {
				fmt.Print(out)
				return status
			}
		}
	}
	// From this time gremlins takes its timeout, which is not to come before ours.
	time.Sleep(5 * time.Second)
	return 0
}

// run runs the real go command, and returns its exit status and what it printed.
func run(w io.Writer, args ...string) (int, string) {
	cmd := exec.Command(os.Getenv("MUTATE_GO"), args...)
	var out bytes.Buffer
	cmd.Stdout = io.MultiWriter(w, &out)
	cmd.Stderr = cmd.Stdout
	if err := cmd.Run(); cmd.ProcessState == nil {
		log.Print(err)
		return 1, ""
	}
	return cmd.ProcessState.ExitCode(), out.String()
}

// mutant is a place, and what is done to it: the head line of an entry of the list
// without its reason, and the line of source with the token between guillemets.
type mutant struct{ head, line string }

// judge compares the mutants with the list, prints the score and reports whether
// all is well. An entry excuses one mutant.
func judge(r result, whole bool) bool {
	excused, err := readList()
	if err != nil {
		log.Fatal(err)
	}
	count := map[string]int{}
	good := true
	for _, f := range r.Files {
		src, err := os.ReadFile(f.Name)
		if err != nil {
			log.Fatal(err)
		}
		for _, m := range f.Mutations {
			count[m.Status]++
			if m.Status == "KILLED" || m.Status == "TIMED OUT" || m.Status == "NOT VIABLE" || m.Status == "SKIPPED" {
				continue
			}
			k := mutant{f.Name + " " + m.Type, mark(src, m.Line, m.Column)}
			if excused[k] > 0 {
				excused[k]--
				count["excused"]++
				continue
			}
			good = false
			fmt.Printf("\n%s:%d:%d: %s: no test notices this:\n%s\n\t%s\n", f.Name, m.Line, m.Column, m.Status, k.head, k.line)
		}
	}
	for k, n := range excused {
		if n > 0 && whole {
			good = false
			fmt.Printf("\n%s: excused, but not there, or the tests notice it:\n%s\n\t%s\n", list, k.head, k.line)
		}
	}
	killed := count["KILLED"] + count["TIMED OUT"]
	fmt.Printf("\n%d mutants killed; %d lived, %d of them excused; %d do not compile",
		killed, count["LIVED"]+count["NOT COVERED"], count["excused"], count["NOT VIABLE"])
	if n := count["SKIPPED"]; n > 0 {
		fmt.Printf("; %d not touched", n)
	}
	fmt.Println()
	if whole && killed == 0 {
		log.Print("nothing was killed: the run is broken")
		return false
	}
	return good
}

// mark returns a line of src with the token at a column between guillemets.
func mark(src []byte, line, column int) string {
	text := bytes.Split(src, []byte("\n"))[line-1]
	before, after := string(text[:column-1]), text[column-1:]
	var s scanner.Scanner
	s.Init(token.NewFileSet().AddFile("", -1, len(after)), after, nil, 0)
	_, tok, _ := s.Scan()
	rest, _, _ := strings.Cut(string(after[len(tok.String()):]), " //")
	return strings.TrimSpace(before + "«" + tok.String() + "»" + rest)
}

// readList reads the list; its head says how.
func readList() (map[mutant]int, error) {
	text, err := os.ReadFile(list)
	if err != nil {
		return nil, err
	}
	excused := map[mutant]int{}
	head := ""
	for i, line := range strings.Split(string(text), "\n") {
		switch {
		case line == "" || strings.HasPrefix(line, "#"):
		case strings.HasPrefix(line, "\t") && head != "":
			excused[mutant{head, strings.TrimSpace(line)}]++
			head = ""
		default:
			var reason string
			var ok bool
			if head, reason, ok = strings.Cut(line, ": "); !ok || strings.TrimSpace(reason) == "" {
				return nil, fmt.Errorf("%s:%d: no reason given", list, i+1)
			}
		}
	}
	return excused, nil
}
