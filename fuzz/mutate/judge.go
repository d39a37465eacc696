package main

import (
	"bytes"
	"fmt"
	"go/scanner"
	"go/token"
	"log"
	"os"
	"strings"
)

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
