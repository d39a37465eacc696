// Command closeframe decodes, encodes and explains WebSocket close frames.
//
//	closeframe decode [-frame] [HEX...]
//	closeframe encode [-frame] [-mask KEY] [-truncate] CODE [REASON]
//	closeframe explain [CODE...]
//
// closeframe -h tells the rest, with examples.
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
	exitFailed = 1 // something was refused; what could be done is done
	exitUsage  = 2 // the command line is wrong; nothing is done
)

// about is the help of the whole command, between its usage and the statuses.
const about = `
Reads, makes and explains WebSocket close frames (RFC 6455).

  decode    close frames in hex, to one line of JSON each
  encode    a code and a reason, to a close frame in hex
  explain   what close codes mean

Examples:
  $ closeframe decode 03e8627965
  {"wasClean":false,"code":1000,"reason":"bye","name":"Normal Closure","class":"registered"}
  $ closeframe encode -frame 1001 "going away"
  880c03e9676f696e672061776179
  $ closeframe explain 4001
  CODE         CLASS       FRAME  BROWSER  NAME, MEANING
  4001         private     yes    yes      -
               For private use, by agreement between both ends.
`

// statuses ends each help.
const statuses = `
Exit status:
  0   all went well
  1   something was refused, or could not be read or written; the rest is done
  2   the command line is wrong; nothing is done
`

// A verb is one thing that the command does. setup declares its flags and returns
// what does it with the arguments behind them and returns the exit status.
type verb struct {
	name  string
	args  string // what may follow the name
	help  string // what follows the usage for -h, up to the statuses
	setup func(*flag.FlagSet) func(args []string, s streams) int
}

var verbs = []verb{decodeVerb, encodeVerb, explainVerb}

func (v verb) usage() string { return "usage: closeframe " + v.name + " " + v.args + "\n" }

// usage is that of all verbs.
func usage() string {
	var b strings.Builder
	for i, v := range verbs {
		line := v.usage()
		if i > 0 {
			line = strings.Replace(line, "usage:", "      ", 1)
		}
		b.WriteString(line)
	}
	b.WriteString("       closeframe [decode|encode|explain] -h\n")
	return b.String()
}

type streams struct {
	in       io.Reader
	out, err io.Writer
}

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
		io.WriteString(s.err, usage())
		return exitUsage
	}
	switch args[0] {
	case "-h", "-help", "--help", "help":
		io.WriteString(s.out, usage()+about+statuses)
		return exitOK
	}
	for _, v := range verbs {
		if v.name == args[0] {
			return v.run(args[1:], s)
		}
	}
	s.complain("no verb %q", args[0])
	io.WriteString(s.err, usage())
	return exitUsage
}

// run parses the flags and does what the verb does.
func (v verb) run(args []string, s streams) int {
	flags := flag.NewFlagSet(v.name, flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	do := v.setup(flags)
	switch err := flags.Parse(args); {
	case errors.Is(err, flag.ErrHelp):
		io.WriteString(s.out, v.usage()+v.help+statuses)
		return exitOK
	case err != nil:
		s.complain("%s", printable(err.Error()))
		io.WriteString(s.err, v.usage())
		return exitUsage
	}
	status := do(flags.Args(), s)
	if status == exitUsage {
		io.WriteString(s.err, v.usage())
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
