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

var encodeCommand = subcommand{
	name:  "encode",
	args:  "[-frame] [-mask KEY] [-truncate] CODE [REASON]",
	short: "print the bytes of a close frame in hex",
	help: `
Prints the payload of a close frame in hex. CODE is a number; 1005 without a REASON
is the empty payload. encode rejects a code that must not be sent, and a reason that
is not UTF-8 or longer than 123 bytes.

  -frame      print the whole frame, as a server sends it
  -mask KEY   print the whole frame, as a client sends it; KEY is four bytes in hex
  -truncate   cut a reason of over 123 bytes, between characters

Examples:
  $ closeframe encode 1000 bye
  03e8627965
  $ closeframe encode -mask 37fa213d 4001 "see you"
  888937fa213d385b525852da585242
`,
	setup: setupEncode,
}

// setupEncode declares -frame, -mask and -truncate. An explicit key makes the output
// reproducible; a client must choose a random one for each frame (RFC 6455, 5.3).
func setupEncode(f *flag.FlagSet) func([]string, streams) int {
	isFrame := f.Bool("frame", false, "")
	truncate := f.Bool("truncate", false, "")
	var key []byte // nil without -mask
	f.Func("mask", "", func(s string) (err error) {
		if key, err = hex.DecodeString(s); err != nil || len(key) != 4 {
			return errors.New("not four bytes in hex")
		}
		return nil
	})
	return func(args []string, s streams) int {
		if len(args) < 1 || len(args) > 2 {
			s.complain("encode accepts a code and at most one reason, not %d arguments", len(args))
			return exitUsage
		}
		c, err := parseCode(args[0])
		if err != nil {
			s.complain("%v", err)
			return exitFailed
		}
		reason := strings.Join(args[1:], "") // at most one
		if *truncate {
			reason = frame.Truncate(reason)
		}
		var b []byte
		switch {
		case key != nil:
			b, err = frame.AppendMasked(nil, c, reason, *(*[4]byte)(key))
		case *isFrame:
			b, err = frame.AppendFrame(nil, c, reason)
		default:
			b, err = frame.Append(nil, c, reason)
		}
		switch { // frame and payload have the same errors
		case err == frame.ErrTooLong:
			s.complain("reason has %d bytes, the limit is %d (-truncate cuts it)", len(reason), frame.MaxReason)
		case err == frame.ErrCode && c == code.NoStatus:
			s.complain("%v is the empty close frame, which has no reason", c)
		case err != nil:
			s.complain("%v: %s", c, message(err.(frame.Error)))
		default:
			fmt.Fprintf(s.out, "%x\n", b)
			return exitOK
		}
		return exitFailed
	}
}

// parseCode reads a code in decimal.
func parseCode(s string) (code.Code, error) {
	n, err := strconv.ParseUint(s, 10, 16)
	if err != nil {
		return 0, fmt.Errorf("%q is not a close code, which is a number from 0 to 65535", s)
	}
	return code.Code(n), nil
}
