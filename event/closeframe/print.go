package main

import (
	"encoding/json"
	"fmt"
	"strconv"

	"example.com/closeframe/event"
)

// print writes a finding, as one line in either form. Nothing that a terminal could
// act on comes out raw.
func (d *decoder) print(f finding) {
	d.failed = d.failed || f.err != ""
	if d.json {
		d.out.Write(f.appendJSON(nil, d.source, d.n))
		return
	}
	if f.err == "" {
		fmt.Fprintf(d.out, "%s [%s]\n", f.said(), f.as)
		return
	}
	fmt.Fprintf(d.out, "%s %d: rejected%s: %s; %s [%s]\n", d.source, d.n, f.received(), f.err, f.reply(), f.as)
}

// said returns code and reason for people.
func (f finding) said() string {
	if len(f.reason) == 0 {
		return f.code.String()
	}
	return f.code.String() + " " + strconv.Quote(string(f.reason))
}

func (f finding) received() string {
	if !f.coded {
		return ""
	}
	return " " + f.code.String()
}

func (f finding) reply() string {
	if f.answer == 0 {
		return "nothing to answer"
	}
	return "answer " + f.answer.String()
}

// appendJSON appends a line of JSON: what a browser's CloseEvent has but wasClean,
// which no single frame shows, then what else is known.
func (f finding) appendJSON(b []byte, source string, n int) []byte {
	b = append(b, fmt.Sprintf(`{"%s":%d,`, source, n)...)
	if f.err == "" {
		e := event.MustNew(f.code, f.reason, false)
		b = append(b, e.AppendJSON(nil)[len(`{"wasClean":false,`):]...)
		b = append(b[:len(b)-1], ',')
	} else if f.coded {
		b = append(b, fmt.Sprintf(`"code":%d,`, f.code)...)
	}
	if f.coded {
		b = append(b, fmt.Sprintf(`"name":"%s","class":"%v",`, f.code.Name(), f.code.Class())...)
	}
	if f.err != "" {
		text, _ := json.Marshal(f.err) // of printable characters only: it cannot fail
		b = append(b, `"error":`...)
		b = append(b, text...)
		b = append(b, ',')
	}
	if f.answer != 0 {
		b = append(b, fmt.Sprintf(`"answer":%d,`, f.answer)...)
	}
	return append(b, fmt.Sprintf(`"as":"%s"}`+"\n", f.as)...)
}
