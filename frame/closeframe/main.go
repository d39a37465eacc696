// Command closeframe decodes, encodes and explains WebSocket close frames.
//
// Run closeframe -h for its use.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
)

func main() {
	os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}

// The exit statuses.
const (
	exitOK     = 0
	exitFailed = 1 // something was refused; what could be done is done
	exitUsage  = 2 // the command line is wrong; nothing is done
)

const usage = `usage: closeframe decode|encode|explain [-h] [flag...] [argument...]
`

const help = usage + `
  decode    close frames in hex, to one line of JSON each
  encode    a code and a reason, to a close frame in hex
  explain   what close codes mean

Each has its own -h.

Examples:
  closeframe decode 03e8627965
  closeframe encode -frame 1001 "going away"
  closeframe explain 1006 4001

Exit status: 0 if all went well, 1 if something was refused, 2 if the command
line is wrong.
`

// A verb is one thing that the command does. setup declares its flags and returns
// what does it with the arguments behind them and returns the exit status.
type verb struct {
	usage string // one line
	help  string // what follows that line for -h
	setup func(*flag.FlagSet) func(args []string, s streams) int
}

type streams struct {
	in       io.Reader
	out, err io.Writer
}

// complain writes one line of diagnosis.
func (s streams) complain(format string, args ...any) {
	fmt.Fprintf(s.err, "closeframe: "+format+"\n", args...)
}

var verbs = map[string]verb{"decode": decodeVerb, "encode": encodeVerb, "explain": explainVerb}

// run is main with its surroundings as arguments. It returns the exit status.
func run(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	s := streams{stdin, &checkedWriter{w: stdout}, stderr}
	status := dispatch(args, s)
	if err := s.out.(*checkedWriter).err; err != nil {
		s.complain("%v", err)
		return exitFailed
	}
	return status
}

func dispatch(args []string, s streams) int {
	if len(args) == 0 {
		io.WriteString(s.err, usage)
		return exitUsage
	}
	switch args[0] {
	case "-h", "-help", "--help", "help":
		io.WriteString(s.out, help)
		return exitOK
	}
	v, ok := verbs[args[0]]
	if !ok {
		io.WriteString(s.err, usage)
		return exitUsage
	}
	flags := flag.NewFlagSet(args[0], flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	do := v.setup(flags)
	switch err := flags.Parse(args[1:]); {
	case errors.Is(err, flag.ErrHelp):
		io.WriteString(s.out, v.usage+v.help)
		return exitOK
	case err != nil:
		io.WriteString(s.err, v.usage)
		return exitUsage
	}
	status := do(flags.Args(), s)
	if status == exitUsage {
		io.WriteString(s.err, v.usage)
	}
	return status
}

// checkedWriter keeps the first error of w and writes nothing after it, so that
// the verbs need not look.
type checkedWriter struct {
	w   io.Writer
	err error
}

func (c *checkedWriter) Write(p []byte) (int, error) {
	if c.err == nil {
		_, c.err = c.w.Write(p)
	}
	return len(p), c.err
}
