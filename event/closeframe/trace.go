package main

import (
	"flag"
	"fmt"
	"regexp"
	"strings"

	"example.com/closeframe/code"
)

var traceVerb = verb{
	name:  "trace",
	args:  "[-json] [-keylog FILE] [-print-command] [CAPTURE]",
	short: "which end closed each connection of a packet capture, how and why",
	help: `
Reads a packet capture with tshark, Wireshark's command, and prints a line for each
WebSocket connection: when it began, its ends, how long it lasted, which end sent the
first close frame ("both" where the frames crossed), the code and the reason that
each end sent, whether the end was clean, how TCP ended, the time from the first
close frame to the end, and what was wrong. A summary by code follows.

CAPTURE is a file in any format of tshark's, or - for tshark's JSON in standard
input. A connection is found by its opening handshake. To see one whose opening
handshake is not in the capture, run the command that -print-command prints with
"-d tcp.port==PORT,websocket" added. WebSocket over HTTP/2 is not found. trace
stops at a packet in which a close frame follows the end of a message of over 8 MB.

  -json           one line of JSON for each connection, without a summary
  -keylog FILE    decrypt TLS with the keys in FILE, which browsers write where
                  SSLKEYLOGFILE names it, and other programs by an option
  -print-command  only print the command whose output "trace -" reads; without
                  CAPTURE it listens to the network

Examples:
  $ closeframe trace capture.pcapng
  $ closeframe trace -print-command -keylog keys.txt capture.pcapng
`,
	setup: func(f *flag.FlagSet) func([]string, streams) int {
		asJSON := f.Bool("json", false, "")
		keys := f.String("keylog", "", "")
		printOnly := f.Bool("print-command", false, "")
		return func(args []string, s streams) int {
			capture := strings.Join(args, "") // there is at most one, or it is not used
			command := tsharkCommand(capture, *keys)
			switch {
			case len(args) > 1, len(args) == 0 && !*printOnly:
				s.complain("trace reads one CAPTURE, and its flags come before it")
				return exitUsage
			case capture == "-" && *keys != "":
				s.complain("give -keylog to -print-command: standard input is decrypted already")
				return exitUsage
			case *printOnly:
				fmt.Fprintln(s.out, shellQuote(command))
				return exitOK
			}
			t := tracer{streams: s, json: *asJSON, conns: map[uint64]*conn{}, ends: map[code.Code]int{}, clean: map[code.Code]int{}}
			if capture == "-" {
				return t.finish(t.readInput())
			}
			return t.finish(t.runTshark(command))
		}
	},
}

// tsharkCommand returns the command that reads a file, or the network without one. It
// prints the packets with close frames, and those in which a connection begins or
// ends, and of those only the layers that trace reads.
func tsharkCommand(capture, keys string) []string {
	args := []string{"tshark", "-n", "-l"}
	if capture != "" {
		args = []string{"tshark", "-n", "-r", capture}
	}
	if keys != "" {
		args = append(args, "-o", "tls.keylog_file:"+keys)
	}
	// -x adds the bytes of each field, which -T fields loses or replaces. Without
	// --no-duplicate-keys all but the last frame of a packet would be lost.
	return append(args, "-o", "tcp.reassemble_out_of_order:TRUE",
		"-Y", "websocket.opcode == 8 || http.sec_websocket_key || http.sec_websocket_accept || "+
			"tcp.flags.syn == 1 || tcp.flags.fin == 1 || tcp.flags.reset == 1",
		"-j", "frame ip ipv6 tcp http websocket", "-T", "json", "-x", "--no-duplicate-keys")
}

var isPlain = regexp.MustCompile(`^[\w./:=,-]+$`).MatchString

// shellQuote quotes args for a POSIX shell.
func shellQuote(args []string) string {
	var quoted []string
	for _, arg := range args {
		if !isPlain(arg) {
			arg = "'" + strings.ReplaceAll(arg, "'", `'\''`) + "'"
		}
		quoted = append(quoted, arg)
	}
	return strings.Join(quoted, " ")
}
