// Compare measures closeframe and its peers:
//
//	cd bench && go run ./compare              # writes results/ and the figures of the README
//	cd bench && go run ./compare -old HEAD~3  # also measures that commit, and writes the comparison
//	cd bench && go run ./compare -bench 'Parse/reason=ascii'  # prints these rows only
//
// A round runs the implementations of a row one after another, so that a busy machine
// slows all of them alike. Each round links the benchmarks in another order, because
// the code layout changes some rows by 10 to 20 %. benchstat's confidence covers both.
package main

import (
	"bytes"
	"flag"
	"fmt"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

var (
	rounds    = flag.Int("count", 10, "rounds")
	benchtime = flag.String("benchtime", "20ms", "time for each row in each round")
	bench     = flag.String("bench", ".", "rows to measure; unless all, nothing is written")
	old       = flag.String("old", "", "a commit whose closeframe is measured too")
)

func main() {
	log.SetFlags(0)
	log.SetPrefix("compare: ")
	flag.Parse()
	tmp, err := os.MkdirTemp("", "closeframe")
	if err == nil {
		err = compare(tmp)
	}
	os.RemoveAll(tmp)
	if err != nil {
		log.Fatal(err)
	}
}

// compare runs the rounds and writes the results. tmp is for its files.
func compare(tmp string) error {
	sides := []*side{{name: "new", tmp: tmp}}
	if *old != "" {
		s, err := checkout(*old, tmp)
		if err != nil {
			return err
		}
		sides = append([]*side{s}, sides...)
	}
	log.Print("first whether the peers do what results/peers.md says")
	if _, err := run("go", "test", "."); err != nil {
		return err
	}
	for i := range *rounds {
		log.Printf("round %d of %d", i+1, *rounds)
		if err := round(sides, i+1); err != nil {
			return err
		}
	}
	return report(sides)
}

// A side is closeframe at one commit, measured with the rows of this module.
type side struct {
	name, tmp string
	modfile   string // with another closeframe than ../, or ""
	raw       bytes.Buffer
}

func (s *side) exe() string { return filepath.Join(s.tmp, s.name+".test") }

// checkout returns the side of an old commit.
func checkout(ref, tmp string) (*side, error) {
	dir, mod := filepath.Join(tmp, "src"), filepath.Join(tmp, "old.mod")
	if _, err := run("git", "clone", "-q", "--shared", "..", dir); err != nil {
		return nil, err
	}
	if _, err := run("git", "-C", dir, "checkout", "-q", "--detach", ref); err != nil {
		return nil, err
	}
	for from, to := range map[string]string{"go.mod": mod, "go.sum": filepath.Join(tmp, "old.sum")} {
		text, err := os.ReadFile(from)
		if err != nil {
			return nil, err
		}
		if err := os.WriteFile(to, bytes.Replace(text, []byte("=> ../"), []byte("=> "+dir), 1), 0o666); err != nil {
			return nil, err
		}
	}
	return &side{name: "old", tmp: tmp, modfile: mod}, nil
}

// round builds each side with a new layout and runs every benchmark once, one
// operation of all sides after another.
func round(sides []*side, layout int) error {
	for _, s := range sides {
		_, err := run("go", "test", "-c", "-modfile="+s.modfile, "-ldflags=-randlayout="+fmt.Sprint(layout), "-o", s.exe(), ".")
		if err != nil {
			return err
		}
	}
	op, row, _ := strings.Cut(*bench, "/")
	ops, err := run(sides[0].exe(), "-test.list", "^Benchmark.*"+op)
	if err != nil {
		return err
	}
	for op := range strings.FieldsSeq(ops) {
		for _, s := range sides {
			out, err := run("env", "GOMAXPROCS=1", s.exe(), "-test.run", "^$", "-test.bench", "^"+op+"$/"+row, "-test.benchtime", *benchtime)
			if err != nil {
				return err
			}
			s.raw.WriteString(out)
		}
	}
	return nil
}

// run runs a program and returns what it prints; an error includes it.
func run(name string, args ...string) (string, error) {
	out, err := exec.Command(name, args...).CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("%s %s: %w\n%s", name, strings.Join(args, " "), err, out)
	}
	return string(out), nil
}
