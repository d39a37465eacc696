// Run measures ours beside the peers and writes what it finds to results:
//
//	cd bench && go run ./run
//
// The rounds are interleaved: each runs every benchmark once, ours and the
// peers' of a row one after another, so that whatever else the machine does
// meets all of them alike. latest.txt is the raw output, ratios.md what follows
// from it; benchstat's table goes to standard output, progress to standard error.
package main

import (
	"bufio"
	"bytes"
	"flag"
	"fmt"
	"io"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"time"

	"example.com/closeframe/bench/results"
)

// notScale are the benchmarks that run on one core only.
const notScale = "Parse|Append|Masked|Event|Truncate|JSON|UTF8|Cold|Conn"

const (
	latest = "results/latest.txt"
	ratios = "results/ratios.md"
)

// readmes have a place for the machine.
var readmes = []string{"README.md", "../README.md"}

func main() {
	log.SetFlags(0)
	log.SetPrefix("run: ")
	rounds := flag.Int("count", 10, "rounds")
	benchtime := flag.String("benchtime", "20ms", "time for each benchmark in each round")
	bench := flag.String("bench", ".", "benchmarks to run; unless all, nothing is written")
	report := flag.Bool("report", false, "only write the report on the latest run again")
	flag.Parse()
	if err := run(*rounds, *benchtime, *bench, *report); err != nil {
		log.Fatal(err)
	}
}

func run(rounds int, benchtime, bench string, report bool) error {
	raw, err := os.ReadFile(latest)
	if !report {
		raw, err = measure(rounds, benchtime, bench)
	}
	if err != nil {
		return err
	}
	file := latest
	if bench != "." {
		file = filepath.Join(os.TempDir(), "closeframe-bench.txt")
	}
	if err := os.WriteFile(file, raw, 0o666); err != nil {
		return err
	}
	stat := exec.Command("go", "tool", "benchstat", "-col", "/impl", file)
	stat.Stdout, stat.Stderr = os.Stdout, os.Stderr
	if err := stat.Run(); err != nil {
		return fmt.Errorf("benchstat: %w", err)
	}
	if bench != "." {
		return nil
	}
	set, err := results.Read(bytes.NewReader(raw))
	if err != nil {
		return err
	}
	text := markdown(set)
	fmt.Print("\n", text)
	if err := os.WriteFile(ratios, []byte(text), 0o666); err != nil {
		return err
	}
	return setMachine(machine(set))
}

// measure runs the rounds and returns the output of go test with a header.
func measure(rounds int, benchtime, bench string) ([]byte, error) {
	dir, err := os.MkdirTemp("", "closeframe")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	exe := filepath.Join(dir, "bench.test")
	// One binary for all rounds: another one would lay its code out the same, but
	// take its time.
	if _, err := command("go", "test", "-c", "-o", exe, "."); err != nil {
		return nil, err
	}
	fmt.Fprintln(os.Stderr, "run: first whether the peers do what results/peers.md says")
	if _, err := command(exe, "-test.run", "^Test"); err != nil {
		return nil, err
	}
	var out bytes.Buffer
	fmt.Fprintf(&out, "go: %s\ncpus: %d\nmodel: %s\nrounds: %d x %s, interleaved\n",
		runtime.Version(), runtime.NumCPU(), model(), rounds, benchtime)
	head := true // goos, goarch, pkg and cpu: once is enough
	for i := range rounds {
		start := time.Now()
		// One core but for what is to show two. Not by -test.cpu, which comes too
		// late for a benchmark that loops by b.Loop: it has run by then.
		for _, pass := range []struct{ cores, skip string }{{"1", "^$"}, {"2", notScale}} {
			text, err := command("env", "GOMAXPROCS="+pass.cores, exe, "-test.run", "^$", "-test.skip", pass.skip,
				"-test.bench", bench, "-test.benchtime", benchtime, "-test.timeout", "20m")
			if err != nil {
				return nil, err
			}
			for line := range strings.Lines(text) {
				if strings.HasPrefix(line, "Benchmark") || head && strings.Contains(line, ": ") {
					out.WriteString(line)
				}
			}
			head = false
		}
		fmt.Fprintf(os.Stderr, "run: round %d of %d took %.0fs\n", i+1, rounds, time.Since(start).Seconds())
	}
	return out.Bytes(), nil
}

// command runs a program and returns what it prints; its failure comes with that.
func command(name string, args ...string) (string, error) {
	out, err := exec.Command(name, args...).CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("%s %s: %w\n%s", name, strings.Join(args, " "), err, out)
	}
	return string(out), nil
}

// machine is the line that says where the numbers are from.
func machine(set *results.Set) string {
	c := set.Config
	return fmt.Sprintf("%s, %s/%s, %s (%s), %s CPUs; %s.", c["go"], c["goos"], c["goarch"], c["cpu"], c["model"], c["cpus"], c["rounds"])
}

// model tells processors apart whose names are as vague as a virtual machine gives
// them, where /proc does.
func model() string {
	f, err := os.Open("/proc/cpuinfo")
	if err != nil {
		return "model unknown"
	}
	defer f.Close()
	return cpuDetail(f)
}

func cpuDetail(r io.Reader) string {
	var s []string
	lines := bufio.NewScanner(r)
	for lines.Scan() && lines.Text() != "" { // the first processor
		k, v, _ := strings.Cut(lines.Text(), ":")
		switch strings.TrimSpace(k) {
		case "cpu family", "model", "cpu MHz", "cache size":
			s = append(s, strings.TrimSpace(k)+" "+strings.TrimSpace(v))
		}
	}
	return strings.Join(s, ", ")
}

var machineLine = regexp.MustCompile(`(?s)(<!-- machine: make bench writes it -->\n).*?(<!-- end -->)`)

// setMachine puts the line into the READMEs.
func setMachine(line string) error {
	for _, file := range readmes {
		text, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		if !machineLine.Match(text) {
			return fmt.Errorf("%s has no place for the machine", file)
		}
		text = machineLine.ReplaceAll(text, []byte("${1}"+line+"\n${2}"))
		if err := os.WriteFile(file, text, 0o666); err != nil {
			return err
		}
	}
	return nil
}
