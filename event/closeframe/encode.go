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
	setup: setupEncode,
}

func setupEncode(f *flag.FlagSet) func([]string, streams) int {
	isFrame := f.Bool("frame", false, "")
	truncate := f.Bool("truncate", false, "")
	var key []byte // four bytes, if it was given
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
		reason := strings.Join(args[1:], "") // one or none
		if *truncate {
			reason = frame.Truncate(reason)
		}
		var b []byte
		switch { // -mask implies -frame

		case key != nil:
			b, err = frame.AppendMasked(nil, c, reason, *(*[4]byte)(key))
		case *isFrame:
			b, err = frame.AppendFrame(nil, c, reason)
		default:
			b, err = frame.Append(nil, c, reason)
		}
		switch { // a payload is rejected for the same reasons as a frame
		case err == frame.ErrTooLong:
			s.complain("reason has %d bytes, %d are allowed (-truncate cuts it)", len(reason), frame.MaxReason)
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
