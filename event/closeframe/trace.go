package main

import (
	"flag"
	"fmt"
	"regexp"
	"strings"

	"example.com/closeframe/code"
)

var traceCommand = subcommand{
	name:  "trace",
	args:  "[-json] [-keylog FILE] CAPTURE\n       closeframe trace -print-command [-keylog FILE] [CAPTURE]",
	short: "list how the connections of a packet capture ended",
	help: `
Reads a packet capture with tshark, Wireshark's command. Prints a line for each
WebSocket connection, and a summary by code. The columns are:

  TIME, SECONDS   when the connection began, and how long it lasted
  CLIENT, SERVER  their addresses; C and S are short for client and server
  FIRST           the endpoint that sent the first close frame, or both if the frames
                  crossed
  C SENT, S SENT  the code and the reason that the client and the server sent
  CLEAN           whether both close frames are valid and TCP ended
  TCP             the FIN and RST of C and S, in order, then "silence" if TCP did not
                  end; "open" if there was no FIN, RST or close frame
  CLOSING         the seconds from the first close frame until TCP or the capture ended
  WRONG           what was wrong

CAPTURE is a file in any format that tshark reads, or - for the JSON of tshark on
standard input. trace finds a connection by its opening handshake. If the capture
does not have the handshake, add "-d tcp.port==PORT,websocket" to the tshark command
that -print-command prints. Run that command, and pipe its output to
"closeframe trace -". trace does not find WebSocket over HTTP/2. If a message of over
8 MB ends in the same packet as a close frame or FIN, trace stops with an error.

  -json           print one line of JSON for each connection, and no summary
  -keylog FILE    decrypt TLS with the keys in FILE; browsers write them to the file
                  named by the environment variable SSLKEYLOGFILE
  -print-command  only print the tshark command, whose output "trace -" reads;
                  without CAPTURE that command captures from the network

Examples:
  $ closeframe trace capture.pcapng
  $ closeframe trace -print-command -keylog keys.txt capture.pcapng
`,
	setup: func(f *flag.FlagSet) func([]string, streams) int {
		asJSON := f.Bool("json", false, "")
		keys := f.String("keylog", "", "")
		printOnly := f.Bool("print-command", false, "")
		return func(args []string, s streams) int {
			capture := strings.Join(args, "") // more than one is rejected below
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

// tsharkCommand returns the command that reads the file, or the network if capture is "".
// It prints only the packets with close frames, or with the begin or the end of a
// connection, and only the layers that trace reads.
func tsharkCommand(capture, keys string) []string {
	args := []string{"tshark", "-n", "-l"}
	if capture != "" {
		args = []string{"tshark", "-n", "-r", capture}
	}
	if keys != "" {
		args = append(args, "-o", "tls.keylog_file:"+keys)
	}
	// -x adds the raw bytes of each field; -T fields loses or replaces some. Without
	// --no-duplicate-keys only the last frame of each packet would remain.
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
