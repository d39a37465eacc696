// Mutate breaks the sources at one place after another, by go-gremlins, and fails
// where the tests do not notice, unless mutants.txt says why nobody can. It fails
// as well where that file excuses what the tests do notice.
//
//	go run ./fuzz/mutate           # all of code, frame, event and the command
//	go run ./fuzz/mutate -diff REF # only what differs from a commit or branch
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
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
var mutated = []string{"code", "frame", "event", "event/closeframe"}

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
