// Command closeframe decodes, encodes and explains WebSocket close frames, lists how the
// connections of a packet capture ended, and tests how a server or a client closes:
//
//	closeframe -h             lists the subcommands
//	closeframe SUBCOMMAND -h  describes one, with its flags and examples
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
	exitFailed = 1 // an input was rejected; the rest is done
	exitUsage  = 2 // the command line is wrong; nothing is done
	exitNoRow  = 3 // no row of probe ran: exits with 2 too, but does not print the usage
)

// A subcommand such as decode. setup declares its flags. The function that it returns
// runs the subcommand with the remaining arguments and returns the exit status.
type subcommand struct {
	name  string
	args  string // the arguments, for the usage
	short string // one line for closeframe -h
	help  string // the text of -h between the usage and the statuses
	setup func(*flag.FlagSet) func(args []string, s streams) int

	statuses string // replaces the statuses of all subcommands, if not empty
}

var subcommands = []subcommand{decodeCommand, encodeCommand, explainCommand, traceCommand, probeCommand}

func (c subcommand) usage() string { return "usage: closeframe " + c.name + " " + c.args + "\n" }

// usage is the text of closeframe -h, up to the statuses.
func usage() string {
	text := "usage: closeframe SUBCOMMAND [ARGUMENTS]\n       closeframe [SUBCOMMAND] -h\n\n" +
		"Decodes, encodes and explains WebSocket close frames (RFC 6455).\n\n"
	for _, c := range subcommands {
		text += fmt.Sprintf("  %-9s %s\n", c.name, c.short)
	}
	return text + `
Examples:
  $ closeframe decode -text 03e8627965
  1000 (Normal Closure) "bye" [payload]
  $ closeframe explain 1013
`
}

// statuses are the exit statuses of each subcommand except probe.
const statuses = `  0   success
  1   an input was rejected, or reading or writing failed; the rest is done
  2   the command line is wrong; nothing is done
`

// streams are the standard streams.
type streams struct {
	in       io.Reader
	out, err *output
}

// dead reports whether an output has failed. A subcommand with endless input stops then.
func (s streams) dead() bool { return s.out.err != nil || s.err.err != nil }

// complain writes one line of diagnosis.
func (s streams) complain(format string, args ...any) {
	fmt.Fprintf(s.err, "closeframe: "+format+"\n", args...)
}

// printable replaces characters that a terminal might interpret. Package flag prints the
// name of an unknown flag raw.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if !strconv.IsPrint(r) {
			return utf8.RuneError
		}
		return r
	}, s)
}

// run is main with arguments and streams that tests provide. It returns the exit status.
func run(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	s := streams{stdin, &output{w: stdout}, &output{w: stderr}}
	status := dispatch(args, s)
	// A full disk or a closed pipe must not look like success.
	if s.out.err != nil {
		s.complain("%v", s.out.err)
	}
	if s.dead() {
		return exitFailed
	}
	return status
}

// dispatch runs the subcommand that args[0] names.
func dispatch(args []string, s streams) int {
	if len(args) == 0 {
		io.WriteString(s.err, usage())
		return exitUsage
	}
	switch args[0] {
	case "-h", "-help", "--help", "help":
		io.WriteString(s.out, usage()+"\nExit status (probe differs: see closeframe probe -h):\n"+statuses)
		return exitOK
	}
	for _, c := range subcommands {
		if c.name == args[0] {
			return c.run(args[1:], s)
		}
	}
	s.complain("no subcommand %q: closeframe -h lists them", args[0])
	return exitUsage
}

// run parses the flags and runs the subcommand.
func (c subcommand) run(args []string, s streams) int {
	flags := flag.NewFlagSet(c.name, flag.ContinueOnError)
	flags.SetOutput(io.Discard) // its own messages are not in our form, and print arguments raw
	do := c.setup(flags)
	switch err := flags.Parse(args); {
	case errors.Is(err, flag.ErrHelp):
		if c.statuses == "" {
			c.statuses = statuses
		}
		io.WriteString(s.out, c.usage()+c.help+"\nExit status:\n"+c.statuses)
		return exitOK
	case err != nil:
		s.complain("%s", printable(err.Error()))
		io.WriteString(s.err, c.usage())
		return exitUsage
	}
	status := do(flags.Args(), s)
	switch status {
	case exitUsage:
		io.WriteString(s.err, c.usage())
	case exitNoRow:
		return exitUsage
	}
	return status
}

// An output keeps the first error of w and writes nothing after it.
type output struct {
	w   io.Writer
	err error
}

// Write discards p after an error, so that callers need not check each write.
func (o *output) Write(p []byte) (int, error) {
	if o.err == nil {
		_, o.err = o.w.Write(p)
	}
	return len(p), o.err
}

// isTerminal reports whether o writes to a terminal, or to another character device such as
// /dev/null. The standard library has no better test.
func (o *output) isTerminal() bool {
	f, ok := o.w.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}
