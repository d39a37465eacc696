package interop

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"
	"time"
)

// inGroup makes cmd the leader of a new process group, so that its children can be
// killed with it. The kernel kills it when the tests end.
func inGroup(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
}

// endGroup kills the rest of a process group and waits until it is empty.
func endGroup(t *testing.T, leader int) {
	if err := syscall.Kill(-leader, syscall.SIGKILL); err != nil && !errors.Is(err, syscall.ESRCH) {
		t.Errorf("the group of %d: %v", leader, err)
	}
	// The kernel needs a moment, and sends no signal when it is done.
	for deadline := time.Now().Add(patience); ; time.Sleep(time.Millisecond) {
		left := group(t, leader)
		if len(left) == 0 {
			return
		}
		if time.Now().After(deadline) {
			t.Errorf("the test has left behind %q", left)
			return
		}
	}
}

// group returns the names of the processes of a group, without zombies.
func group(t *testing.T, leader int) (names []string) {
	stats, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil || len(stats) == 0 {
		t.Fatalf("no processes in /proc: %v", err)
	}
	for _, file := range stats {
		stat, err := os.ReadFile(file)
		if err != nil {
			continue // it has ended meanwhile
		}
		// pid (name) state parent group …, see proc_pid_stat(5).
		end := bytes.LastIndexByte(stat, ')')
		fields := bytes.Fields(stat[end+1:])
		if string(fields[2]) == strconv.Itoa(leader) && fields[0][0] != 'Z' {
			names = append(names, string(stat[:end+1]))
		}
	}
	return names
}

func TestEndGroup(t *testing.T) {
	cmd := exec.Command("sh", "-c", "sleep 60 & sleep 60")
	inGroup(cmd)
	cmd.Cancel = nil // that is for a command with a context
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	leader := cmd.Process.Pid
	if len(group(t, leader)) == 0 {
		t.Error("a group that runs is not found")
	}
	endGroup(t, leader)
	cmd.Wait()
	if left := group(t, leader); len(left) > 0 {
		t.Errorf("%q are left", left)
	}
}
