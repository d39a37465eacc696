package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

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
		pkg = "event/closeframe" // what gremlins makes of a package main
	}
	// A loop that has lost its end may fill the memory.
	if err := limitMemory(); err != nil {
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
