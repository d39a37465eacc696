package main

import (
	"encoding/hex"
	"errors"
	"flag"
	"fmt"
	"strconv"
	"strings"

	"example.com/closeframe/code"
	"example.com/closeframe/frame"
)

var encodeVerb = verb{
	name:  "encode",
	args:  "[-frame] [-mask KEY] [-truncate] CODE [REASON]",
	short: "a code and a reason, to the bytes of a close frame in hex",
	help: `
Writes the payload of a close frame in hex. CODE is a number; 1005 without a
reason is the empty payload. A code that must not be sent is rejected, and so is a
reason that is not UTF-8 or over 123 bytes.

  -frame      the whole frame, as a server sends it
  -mask KEY   the whole frame, as a client sends it, masked with KEY: four bytes
              in hex
  -truncate   cut a reason of over 123 bytes, between characters

Examples:
  $ closeframe encode 1000 bye
  03e8627965
  $ closeframe encode -mask 37fa213d 4001 "see you"
  888937fa213d385b525852da585242
`,
	setup: func(f *flag.FlagSet) func([]string, streams) int {
		var e encoder
		f.BoolVar(&e.frame, "frame", false, "")
		f.BoolVar(&e.truncate, "truncate", false, "")
		f.Func("mask", "", e.setKey)
		return e.run
	},
}

type encoder struct {
	frame, truncate, masked bool
	key                     [4]byte
}

func (e *encoder) setKey(s string) error {
	k, err := hex.DecodeString(s)
	if err != nil || len(k) != len(e.key) {
		return errors.New("not four bytes in hex")
	}
	e.masked = true
	copy(e.key[:], k)
	return nil
}

func (e *encoder) run(args []string, s streams) int {
	if len(args) < 1 || len(args) > 2 {
		s.complain("encode accepts a code and at most one reason, not %d arguments", len(args))
		return exitUsage
	}
	c, err := parseCode(args[0])
	if err != nil {
		s.complain("%v", err)
		return exitFailed
	}
	reason := strings.Join(args[1:], "")
	if e.truncate {
		reason = frame.Truncate(reason)
	}
	b, err := e.append(c, reason)
	if err != nil {
		s.complain("%s", rejection(err.(frame.Error), c, len(reason)))
		return exitFailed
	}
	fmt.Fprintf(s.out, "%x\n", b)
	return exitOK
}

func (e *encoder) append(c code.Code, reason string) ([]byte, error) {
	switch {
	case e.masked:
		return frame.AppendMasked(nil, c, reason, e.key)
	case e.frame:
		return frame.AppendFrame(nil, c, reason)
	default:
		return frame.Append(nil, c, reason)
	}
}

// rejection says why a close frame cannot be made.
func rejection(e frame.Error, c code.Code, reasonLen int) string {
	switch {
	case e == frame.ErrTooLong:
		return fmt.Sprintf("reason has %d bytes, %d are allowed (-truncate cuts it)", reasonLen, frame.MaxReason)
	case e == frame.ErrCode && c == code.NoStatus:
		return fmt.Sprintf("%v is the empty close frame, which has no reason", c)
	case e == frame.ErrCode:
		return fmt.Sprintf("%v is not allowed in a close frame", c)
	default:
		return message(e)
	}
}

// parseCode reads a code in decimal, without wrapping.
func parseCode(s string) (code.Code, error) {
	n, err := strconv.ParseInt(s, 10, 64)
	c, ok := code.From(n)
	if err != nil || !ok {
		return 0, fmt.Errorf("%q is not a close code, which is a number from 0 to 65535", s)
	}
	return c, nil
}
