package main

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf16"

	"example.com/closeframe/code"
)

// A finding is the result for a payload or a frame. -json prints it. It has no wasClean,
// because no single frame determines it.
type finding struct {
	place
	Code   *code.Code `json:"code,omitempty"`   // as received, nil without one
	Reason *string    `json:"reason,omitempty"` // nil if the frame was rejected
	Name   string     `json:"name,omitempty"`
	Class  string     `json:"class,omitempty"`
	Error  string     `json:"error,omitempty"`  // why the frame was rejected, or ""
	Answer code.Code  `json:"answer,omitempty"` // the code to reply with, or 0
	As     string     `json:"as"`               // "payload", "masked frame" and so on
}

// print writes a finding as one line of text or JSON. It escapes all characters that a
// terminal might interpret.
func (d *decoder) print(f finding) {
	f.place = d.at
	d.failed = d.failed || f.Error != ""
	var received string
	if f.Code != nil {
		received = " " + f.Code.String()
	}
	switch {
	case d.json:
		d.printJSON(f)
		return
	case f.Error == "" && *f.Reason != "":
		fmt.Fprintf(d.out, "%s %s", received[1:], strconv.Quote(*f.Reason))
	case f.Error == "":
		fmt.Fprint(d.out, received[1:])
	case f.Answer == 0:
		fmt.Fprintf(d.out, "%v: rejected%s: %s; no reply", f.place, received, f.Error)
	default:
		fmt.Fprintf(d.out, "%v: rejected%s: %s; reply %v", f.place, received, f.Error, f.Answer)
	}
	fmt.Fprintf(d.out, " [%s]\n", f.As)
}

// printJSON writes v, which must be valid JSON, as a line. encoding/json leaves some
// characters raw that a terminal might interpret. They are all in strings, so \u escapes
// are valid for them.
func (s streams) printJSON(v any) {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	var line strings.Builder
	for _, r := range string(b) {
		if strconv.IsPrint(r) {
			line.WriteRune(r)
			continue
		}
		for _, u := range utf16.Encode([]rune{r}) {
			fmt.Fprintf(&line, `\u%04x`, u)
		}
	}
	fmt.Fprintln(s.out, line.String())
}
