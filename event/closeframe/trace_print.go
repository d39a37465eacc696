package main

import (
	"encoding/json"
	"fmt"
	"io"
	"sort"
	"strconv"
	"strings"
	"time"

	"example.com/closeframe/code"
	"example.com/closeframe/event"
	"example.com/closeframe/frame"
)

// A reporter writes a line for each connection, and counts.
type reporter struct {
	out    io.Writer
	asJSON bool
	lines  int
	open   int // connections that have neither ended nor begun to close
	codes  map[code.Code]tally
}

// A tally counts the connections that ended with a code.
type tally struct{ ends, clean int }

// A line is what is reported of a connection; it is the object that -json prints.
type line struct {
	Time    time.Time  `json:"time"`
	Client  sideReport `json:"client"`
	Server  sideReport `json:"server"`
	Seconds float64    `json:"seconds"`         // from its first packet to its last one
	First   string     `json:"first,omitempty"` // "client", "server", or "both" where the close frames crossed
	Clean   bool       `json:"clean"`           // both close frames are valid, and TCP ended
	TCP     string     `json:"tcp"`
	Closing *float64   `json:"closingSeconds,omitempty"` // from the first close frame to the last packet
	Wrong   []string   `json:"wrong,omitempty"`
}

// A sideReport is one end of a connection.
type sideReport struct {
	Address string           `json:"address"`
	Sent    json.RawMessage  `json:"sent,omitempty"` // its close frame: code, reason, and error if it is malformed
	Event   event.CloseEvent `json:"event"`          // what a browser's onclose would report at this end
}

const table = "%-23s  %-21s  %-21s  %-9s  %-6s  %-20s  %-20s  %-5s  %-22s  %-9s  %s\n"

// line reports c, which is over or whose capture ended at last.
func (r *reporter) line(c *conn, last time.Time) {
	r.lines++
	closing, ended := c.ends[client].closes+c.ends[server].closes > 0, c.over()
	if !ended {
		c.endAt = last
	}
	l := line{
		Time:    c.start,
		Client:  c.ends[client].side(),
		Server:  c.ends[server].side(),
		Seconds: c.endAt.Sub(c.start).Seconds(),
		TCP:     c.tcpText(),
		Wrong:   c.wrong(),
	}
	// The handshakes are final now.
	l.Clean = ended && l.Client.Event.WasClean() && l.Server.Event.WasClean()
	switch {
	case c.crossed:
		l.First = "both"
	case closing:
		l.First = endNames[c.first]
	}
	if closing {
		d := c.endAt.Sub(c.firstAt).Seconds()
		l.Closing = &d
	}
	if len(c.tcp) == 0 && !closing {
		r.open++
		l.TCP = "open"
	} else {
		r.count(c.code(), l.Clean)
	}
	if r.asJSON {
		b, err := json.Marshal(l)
		if err != nil { // nothing in a line can fail
			panic(err)
		}
		r.out.Write(append(b, '\n'))
		return
	}
	r.row(c, l)
}

func (r *reporter) row(c *conn, l line) {
	if r.lines == 1 {
		r.print("TIME (UTC)", "CLIENT", "SERVER", "LASTED", "FIRST", "CLIENT SENT", "SERVER SENT", "CLEAN", "TCP", "CLOSING", "WRONG")
	}
	lasted, closing, first, clean := duration(c.endAt.Sub(c.start)), "-", "-", "no"
	if l.Clean {
		clean = "yes"
	}
	if l.TCP == "open" {
		clean = "-"
	}
	if l.Closing != nil {
		closing, first = duration(c.endAt.Sub(c.firstAt)), l.First
	}
	if !c.over() { // it may have lasted longer
		lasted, closing = ">"+lasted, strings.Replace(">"+closing, ">-", "-", 1)
	}
	r.print(l.Time.Format("2006-01-02 15:04:05.000"), l.Client.Address, l.Server.Address, lasted, first,
		c.ends[client].text(), c.ends[server].text(), clean, l.TCP, closing, strings.Join(l.Wrong, "; "))
}

func (r *reporter) print(columns ...any) {
	row := fmt.Sprintf(table, columns...)
	io.WriteString(r.out, strings.TrimRight(row, " \n")+"\n")
}

func (r *reporter) count(c code.Code, clean bool) {
	if r.codes == nil {
		r.codes = map[code.Code]tally{}
	}
	t := r.codes[c]
	t.ends++
	if clean {
		t.clean++
	}
	r.codes[c] = t
}

// summary prints how many connections ended with which code.
func (r *reporter) summary() {
	if r.asJSON || r.lines == 0 {
		return
	}
	var codes []code.Code
	for c := range r.codes {
		codes = append(codes, c)
	}
	sort.Slice(codes, func(i, j int) bool { return codes[i] < codes[j] })
	fmt.Fprintf(r.out, "\n%-32s  %6s  %6s\n", "CODE", "ENDS", "CLEAN")
	for _, c := range codes {
		fmt.Fprintf(r.out, "%-32s  %6d  %6d\n", c, r.codes[c].ends, r.codes[c].clean)
	}
	if r.open > 0 {
		fmt.Fprintf(r.out, "%-32s  %6d\n", "still open", r.open)
	}
}

// code returns the code that the connection ended with: that of the first close
// frame as its receiver sees it, 1006 if there is no valid one.
func (c *conn) code() code.Code { return c.ends[1-c.first].view.End().Code() }

// wrong returns what was wrong, in words.
func (c *conn) wrong() (all []string) {
	if !c.switched {
		all = append(all, "no 101 response")
	}
	for side := range c.ends {
		e := &c.ends[side]
		if e.fault != nil {
			all = append(all, endNames[side]+": "+faultText(e.fault))
		}
		if e.closes > 1 {
			all = append(all, fmt.Sprintf("%s: %d close frames", endNames[side], e.closes))
		}
	}
	switch a, b := c.ends[client].closes > 0, c.ends[server].closes > 0; {
	case a && !b:
		all = append(all, "no close frame from the server")
	case b && !a:
		all = append(all, "no close frame from the client")
	case !a && !b && c.switched && len(c.tcp) > 0:
		all = append(all, "no close frame")
	}
	return all
}

// tcpText returns how TCP ended, in order.
func (c *conn) tcpText() string {
	var parts []string
	for _, t := range c.tcp {
		kind := "FIN "
		if t.reset {
			kind = "RST "
		}
		parts = append(parts, kind+endNames[t.side])
	}
	if !c.over() {
		parts = append(parts, "silence")
	}
	return strings.Join(parts, ", ")
}

// side returns what is reported of e, whose connection is at its end.
func (e *end) side() sideReport {
	s := sideReport{Address: e.addr.String(), Event: e.view.End()}
	if e.closes > 0 {
		s.Sent = e.sentJSON()
	}
	return s
}

// sentJSON returns code and reason of the close frame that e sent, with the reason
// escaped as in the JSON of a CloseEvent.
func (e *end) sentJSON() json.RawMessage {
	sent, err := event.New(e.code, e.reason, false)
	if err != nil { // what frame.Parse returned is never too long, nor bad UTF-8
		panic(err)
	}
	text := "{" + strings.TrimPrefix(string(sent.AppendJSON(nil)), `{"wasClean":false,`)
	if e.fault != nil {
		text = strings.TrimSuffix(text, "}") + `,"error":"` + faultText(e.fault) + `"}`
	}
	return json.RawMessage(text)
}

func faultText(err error) string { return strings.TrimPrefix(err.Error(), "closeframe: ") }

// text returns the code and the reason that e sent. The reason is quoted, so that
// no byte of it reaches a terminal raw.
func (e *end) text() string {
	switch {
	case e.closes == 0:
		return "-"
	case e.fault == frame.ErrShortPayload:
		return "wrong"
	case e.fault != nil:
		return "wrong " + strconv.Itoa(int(e.code))
	case e.reason == "":
		return strconv.Itoa(int(e.code))
	}
	return strconv.Itoa(int(e.code)) + " " + strconv.Quote(e.reason)
}

// duration returns d with three digits.
func duration(d time.Duration) string {
	step := time.Duration(1)
	for d/step >= 1000 {
		step *= 10
	}
	return d.Round(step).String()
}
