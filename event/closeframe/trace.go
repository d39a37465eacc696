package main

import (
	"flag"
	"fmt"
	"strings"
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
"-d tcp.port==PORT,websocket" added. WebSocket over HTTP/2 is not found.

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
			switch {
			case len(args) > 1, len(args) == 0 && !*printOnly:
				s.complain("trace reads one CAPTURE, and its flags come before it")
				return exitUsage
			case *keys != "" && len(args) == 1 && args[0] == "-":
				s.complain("give -keylog to -print-command: standard input is decrypted already")
				return exitUsage
			case *printOnly:
				fmt.Fprintln(s.out, shellCommand(tsharkArgs(strings.Join(args, ""), *keys)))
				return exitOK
			}
			t := newTracer(s, *asJSON)
			if args[0] == "-" {
				return t.fromInput()
			}
			return t.fromFile(tsharkArgs(args[0], *keys))
		}
	},
}

// What is needed of a capture: the frames to look at, and where a connection
// begins and ends.
const (
	tsharkFilter = "websocket.opcode == 8 || http.sec_websocket_key || http.sec_websocket_accept || tcp.flags.syn == 1 || tcp.flags.fin == 1 || tcp.flags.reset == 1"
	tsharkLayers = "frame ip ipv6 tcp http websocket"
)

// tsharkArgs returns the command line that reads a file, or the network without one.
func tsharkArgs(capture, keys string) []string {
	args := []string{"tshark", "-n"}
	if capture == "" {
		args = append(args, "-l")
	} else {
		args = append(args, "-r", capture)
	}
	if keys != "" {
		args = append(args, "-o", "tls.keylog_file:"+keys)
	}
	return append(args, "-o", "tcp.reassemble_out_of_order:TRUE", "-Y", tsharkFilter, "-j", tsharkLayers,
		"-T", "json", "-x", "--no-duplicate-keys")
}

// shellCommand quotes args for a POSIX shell.
func shellCommand(args []string) string {
	var b strings.Builder
	for i, arg := range args {
		if i > 0 {
			b.WriteByte(' ')
		}
		if arg != "" && strings.Trim(arg, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./:=,") == "" {
			b.WriteString(arg)
			continue
		}
		b.WriteString("'" + strings.ReplaceAll(arg, "'", `'\''`) + "'")
	}
	return b.String()
}
