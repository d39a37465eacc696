// Command closeframe reads, makes and explains WebSocket close frames, and tests how
// others end their connections: closeframe -h prints its verbs, and closeframe VERB -h
// the flags of one, with examples.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"unicode/utf8"
)

func main() {
	os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}

// The exit statuses.
const (
	exitOK     = 0
	exitFailed = 1 // something was rejected; what could be done is done
	exitUsage  = 2 // the command line is wrong; nothing is done
	exitNoPeer = 3 // as exitUsage, without the usage
)

// A verb is one thing that the command does. setup declares its flags and returns
// the function that runs it with the arguments after them and returns the exit
// status.
type verb struct {
	name  string
	args  string // what may follow the name
	short string // one line for closeframe -h
	help  string // what follows the usage for -h, up to the statuses
	setup func(*flag.FlagSet) func(args []string, s streams) int

	statuses string // in place of those of all verbs, if not empty
}

var verbs = []verb{decodeVerb, encodeVerb, explainVerb, traceVerb, probeVerb}

func (v verb) usage() string { return "usage: closeframe " + v.name + " " + v.args + "\n" }

// usage is the help of the whole command, up to the statuses.
func usage() string {
	text := "usage: closeframe VERB [ARGUMENTS]\n       closeframe [VERB] -h\n\n" +
		"Reads, makes and explains WebSocket close frames (RFC 6455).\n\n"
	for _, v := range verbs {
		text += fmt.Sprintf("  %-9s %s\n", v.name, v.short)
	}
	return text + `
Examples:
  $ closeframe decode -text 03e8627965
  1000 (Normal Closure) "bye" [payload]
  $ closeframe explain 1013
`
}

// statuses ends each help.
const statuses = `
Exit status:
  0   all went well
  1   something was rejected, or could not be read or written; the rest is done
  2   the command line is wrong; nothing is done
`

// streams are the standard streams. Both outputs keep their first error, after which
// they discard what is written: dead reports it, so that a verb with endless input
// stops.
type streams struct {
	in       io.Reader
	out, err *output
}

func (s streams) dead() bool { return s.out.err != nil || s.err.err != nil }

// complain writes one line of diagnosis.
func (s streams) complain(format string, args ...any) {
	fmt.Fprintf(s.err, "closeframe: "+format+"\n", args...)
}

// printable replaces what a terminal might act on: the flag package repeats the
// name of a flag that it does not know as it is.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if !strconv.IsPrint(r) {
			return utf8.RuneError
		}
		return r
	}, s)
}

// run is main with its surroundings as arguments. It returns the exit status.
func run(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	s := streams{stdin, &output{w: stdout}, &output{w: stderr}}
	status := dispatch(args, s)
	if s.out.err != nil {
		s.complain("%v", s.out.err)
	}
	if s.dead() {
		return exitFailed
	}
	return status
}

func dispatch(args []string, s streams) int {
	if len(args) == 0 {
		io.WriteString(s.err, usage())
		return exitUsage
	}
	switch args[0] {
	case "-h", "-help", "--help", "help":
		io.WriteString(s.out, usage()+statuses)
		return exitOK
	}
	for _, v := range verbs {
		if v.name == args[0] {
			return v.run(args[1:], s)
		}
	}
	s.complain("no verb %q: closeframe -h lists them", args[0])
	return exitUsage
}

// run parses the flags and does what the verb does.
func (v verb) run(args []string, s streams) int {
	flags := flag.NewFlagSet(v.name, flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	do := v.setup(flags)
	switch err := flags.Parse(args); {
	case errors.Is(err, flag.ErrHelp):
		if v.statuses == "" {
			v.statuses = statuses
		}
		io.WriteString(s.out, v.usage()+v.help+v.statuses)
		return exitOK
	case err != nil:
		s.complain("%s", printable(err.Error()))
		io.WriteString(s.err, v.usage())
		return exitUsage
	}
	status := do(flags.Args(), s)
	switch status {
	case exitUsage:
		io.WriteString(s.err, v.usage())
	case exitNoPeer:
		return exitUsage
	}
	return status
}

// An output keeps the first error of w and writes nothing after it.
type output struct {
	w   io.Writer
	err error
}

func (o *output) Write(p []byte) (int, error) {
	if o.err == nil {
		_, o.err = o.w.Write(p)
	}
	return len(p), o.err
}

// isTerminal reports whether what is written is for a person to read at once.
func (o *output) isTerminal() bool {
	f, ok := o.w.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}
