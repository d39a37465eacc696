package main

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf16"

	"example.com/closeframe/code"
)

// A finding is what a payload or a frame says; it is the object that -json prints. It
// has no wasClean, which no single frame shows.
type finding struct {
	place
	Code   *code.Code `json:"code,omitempty"`   // as received, if one was
	Reason *string    `json:"reason,omitempty"` // if it was accepted
	Name   string     `json:"name,omitempty"`
	Class  string     `json:"class,omitempty"`
	Error  string     `json:"error,omitempty"` // why it was rejected, if it was
	Answer code.Code  `json:"answer,omitempty"`
	As     string     `json:"as"` // what it was taken for
}

// print writes a finding, as one line in either form. Nothing that a terminal could
// act on comes out raw.
func (d *decoder) print(f finding) {
	f.place = d.at
	d.failed = d.failed || f.Error != ""
	var said string
	if f.Code != nil {
		said = " " + f.Code.String()
	}
	switch {
	case d.json:
		d.printJSON(f)
		return
	case f.Error == "" && *f.Reason != "":
		fmt.Fprintf(d.out, "%s %s", said[1:], strconv.Quote(*f.Reason))
	case f.Error == "":
		fmt.Fprint(d.out, said[1:])
	case f.Answer == 0:
		fmt.Fprintf(d.out, "%v: rejected%s: %s; nothing to answer", f.place, said, f.Error)
	default:
		fmt.Fprintf(d.out, "%v: rejected%s: %s; answer %v", f.place, said, f.Error, f.Answer)
	}
	fmt.Fprintf(d.out, " [%s]\n", f.As)
}

// printJSON writes v, of which nothing can fail, as a line of JSON. It escapes what
// encoding/json leaves raw and a terminal might act on; that can only be in strings.
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
