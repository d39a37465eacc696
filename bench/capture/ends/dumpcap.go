//go:build linux

package main

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"time"
)

func run(name string, args ...string) error {
	if out, err := exec.Command(name, args...).CombinedOutput(); err != nil {
		return fmt.Errorf("%s %s: %w\n%s", name, strings.Join(args, " "), err, out)
	}
	return nil
}

// startDumpcap records what passes a port, in the old format: the new one tells
// about the machine. stop ends that, and kill does if something fails.
func startDumpcap(port int, file string) (stop func() error, kill func() error, err error) {
	cmd := exec.Command("dumpcap", "-q", "-P", "-i", "lo", "-f", fmt.Sprint("tcp port ", port), "-w", file)
	stderr, err := cmd.StderrPipe()
	if err != nil {
		return nil, nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, nil, err
	}
	lines := bufio.NewScanner(stderr)
	for lines.Scan() && !strings.HasPrefix(lines.Text(), "File:") {
	}
	return func() error {
		time.Sleep(1500 * time.Millisecond) // packets reach it late
		cmd.Process.Signal(os.Interrupt)
		for lines.Scan() { // until it closes its end
		}
		if err := cmd.Wait(); err != nil {
			return fmt.Errorf("dumpcap: %w", err)
		}
		return os.Chmod(file, 0o644)
	}, cmd.Process.Kill, nil
}
