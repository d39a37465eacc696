package interop

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"os/exec"
	"testing"

	"example.com/closeframe/event"
)

// python is Debian's, which has python3-websockets. Another python3 may be first in PATH.
const python = "/usr/bin/python3"

// A program is the command of a peer in the folder peers.
type program []string

// with returns p with more arguments.
func (p program) with(args ...string) program { return append(p[:len(p):len(p)], args...) }

// client returns p as a client.
func (p program) client(args ...string) client {
	return func(t *testing.T, addr string, jobs []job) []event.CloseEvent {
		run := p.with("client").with(args...).with("ws://"+addr+"/").start(t, jobs)
		return run.events(t, len(jobs))
	}
}

// serve runs p as a server.
func (p program) serve(t *testing.T, jobs []job) (addr string, events func() []event.CloseEvent) {
	run := p.with("server").start(t, jobs)
	var listening struct{ Port json.Number }
	run.next(t, &listening)
	return "127.0.0.1:" + listening.Port.String(), func() []event.CloseEvent { return run.events(t, len(jobs)) }
}

// A running program prints a line of JSON for each event.
type running struct {
	args []string
	out  *json.Decoder
	in   io.Writer
}

// start starts p and sends it the jobs, if any. p ends with the test, also with one that
// fails.
func (p program) start(t *testing.T, jobs []job) *running {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 3*patience)
	cmd := exec.CommandContext(ctx, p[0], p[1:]...)
	var stderr bytes.Buffer
	cmd.Dir, cmd.Stderr = "peers", &stderr
	inGroup(cmd)
	stdin, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatalf("%v; install.sh installs it", err)
	}
	t.Cleanup(func() {
		stdin.Close() // p exits then
		cancel()
		cmd.Wait()
		endGroup(t, cmd.Process.Pid)
		if t.Failed() && stderr.Len() > 0 {
			t.Logf("%v:\n%s", p, &stderr)
		}
	})
	if jobs != nil {
		if _, err := stdin.Write(append(encode(t, jobs), '\n')); err != nil {
			t.Errorf("%v: %v", p, err)
		}
	}
	return &running{p, json.NewDecoder(stdout), stdin}
}

// encode returns the arguments of close() for each job, or null for a nil job.
func encode(t *testing.T, jobs []job) []byte {
	args := make([]any, len(jobs))
	for i, j := range jobs {
		if j != nil {
			args[i] = j.args()
		}
	}
	b, err := json.Marshal(args)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// next waits for one value.
func (r *running) next(t *testing.T, v any) {
	t.Helper()
	if err := r.out.Decode(v); err != nil {
		t.Fatalf("%v: %v", r.args, err)
	}
}

func (r *running) events(t *testing.T, n int) []event.CloseEvent {
	events := make([]event.CloseEvent, n)
	for i := range events {
		r.next(t, &events[i])
	}
	return events
}
