package interop

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"example.com/closeframe/event"
)

// A table has a line for each group of close frames and a column for each peer.
type table struct {
	name string // of its place in README.md
	verb string // for the close frame that a peer sends
	rows []row
	run  func(peer, *testing.T) []outcome // one for each row
}

// A row is one close frame, with what is right.
type row struct {
	group, name string
	frame       event.CloseEvent // the event of an end that takes it
	want        outcome
}

var tables = []table{
	{"receives", "answers", closingRows(func(frame, answer event.CloseEvent) outcome { return outcome{frame, answer} }), peer.receives},
	{"sends", "sends", closingRows(func(frame, answer event.CloseEvent) outcome { return outcome{answer, frame} }), peer.sends},
	{"malformed", "answers", malformedRows(), peer.fails},
}

// closingRows gives want the close frame of each closing and the answer to it.
func closingRows(want func(frame, answer event.CloseEvent) outcome) (rows []row) {
	for _, c := range closings {
		answer := event.MustNew(c.code, "", true)
		rows = append(rows, row{c.group, c.name(), c.event(), want(c.event(), answer)})
	}
	return rows
}

func malformedRows() (rows []row) {
	for _, m := range malformations {
		want := outcome{event.Abnormal(), event.MustNew(m.answer, "", false)}
		rows = append(rows, row{m.group, m.name, m.event(), want})
	}
	return rows
}

// groups returns the groups in their order.
func (tb table) groups() (names []string) {
	for _, r := range tb.rows {
		if !slices.Contains(names, r.group) {
			names = append(names, r.group)
		}
	}
	return names
}

// column runs the rows with a peer. It is nil if that failed.
func (tb table) column(t *testing.T, p peer) (column []outcome) {
	t.Run(p.name, func(t *testing.T) { column = tb.run(p, t) })
	return column
}

// checkOurs runs the rows with closeframe on both sides.
func (tb table) checkOurs(t *testing.T) {
	for _, p := range []peer{{name: "our client", client: ourClient}, {name: "our server", server: ourServer}} {
		for i, o := range tb.column(t, p) {
			if r := tb.rows[i]; o != r.want {
				t.Errorf("%s, %s: %s is told %v and %s %v; want %v, %v", r.group, r.name, p.name, o.told, tb.verb, o.sent, r.want.told, r.want.sent)
			}
		}
	}
}

// markdown runs the rows with all peers and returns the table. Each difference from
// ours needs an explanation.
func (tb table) markdown(t *testing.T, peers []peer, why explanations) string {
	tb.checkOurs(t)
	columns := make([][]outcome, len(peers))
	for i, p := range peers {
		columns[i] = tb.column(t, p)
	}
	if t.Failed() {
		return ""
	}
	var b strings.Builder
	fmt.Fprint(&b, "| close frame | closeframe |")
	for _, p := range peers {
		fmt.Fprintf(&b, " %s |", p.name)
	}
	fmt.Fprintf(&b, "\n|---|---|%s\n", strings.Repeat("---|", len(peers)))
	for _, group := range tb.groups() {
		ours := tb.cell(group, func(i int) string {
			r := tb.rows[i]
			return r.want.tells(r.frame) + ", " + r.want.sends(tb.verb, r.frame)
		})
		fmt.Fprintf(&b, "| %s | %s |", group, ours)
		for i, p := range peers {
			theirs := tb.cell(group, func(row int) string { return tb.differs(t, p, row, columns[i][row], why) })
			fmt.Fprintf(&b, " %s |", theirs)
		}
		fmt.Fprintln(&b)
	}
	return b.String()
}

// differs says how a peer's outcome differs from ours: "=" is not at all, "-" that
// the peer cannot be asked for the row.
func (tb table) differs(t *testing.T, p peer, i int, o outcome, why explanations) string {
	r := tb.rows[i]
	if o == (outcome{}) {
		return "-"
	}
	differences := o.differences(r.want, tb.verb, r.frame)
	if len(differences) == 0 {
		return "="
	}
	for i, d := range differences {
		n := why.of(tb.name, p.name, d)
		if n == 0 {
			t.Errorf("%s, %s: %s %s: not explained; it is told %v and %s %v", r.group, r.name, p.name, d, o.told, tb.verb, o.sent)
		}
		differences[i] = fmt.Sprintf("%s [%d]", d, n)
	}
	return strings.Join(differences, ", ")
}

// cell says what there is to say about the rows of a group, once where it is the
// same for all.
func (tb table) cell(group string, say func(row int) string) string {
	var said []string
	names := map[string][]string{}
	for i, r := range tb.rows {
		if r.group != group {
			continue
		}
		s := say(i)
		if !slices.Contains(said, s) {
			said = append(said, s)
		}
		names[s] = append(names[s], r.name)
	}
	if len(said) > 1 {
		for i, s := range said {
			said[i] = fmt.Sprintf("%s: %s", strings.Join(names[s], ", "), s)
		}
	}
	return strings.Join(said, "; ")
}
