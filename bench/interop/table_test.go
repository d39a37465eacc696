package interop

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"example.com/closeframe/event"
)

// A table has a line for each outcome of groups of close frames, and a column for each
// peer.
type table struct {
	name string // of its place in README.md
	verb string // for the close frame that a peer sends
	rows []row
	run  func(peer, *testing.T) []outcome // one for each row
}

// A row is one close frame and the right outcome.
type row struct {
	group, name string
	frame       event.CloseEvent // the event of an end that accepts it
	want        outcome
}

var tables = []table{
	{"receives", "replies with", closingRows(func(frame, reply event.CloseEvent) outcome { return outcome{frame, reply} }), peer.receives},
	{"sends", "sends", closingRows(func(frame, reply event.CloseEvent) outcome { return outcome{reply, frame} }), peer.sends},
	{"malformed", "replies with", malformedRows(), peer.fails},
}

// closingRows returns a row for each closing. want is called with its close frame and
// the reply.
func closingRows(want func(frame, reply event.CloseEvent) outcome) (rows []row) {
	for _, c := range closings {
		reply := event.MustNew(c.code, "", true)
		rows = append(rows, row{c.group, c.name(), c.event(), want(c.event(), reply)})
	}
	return rows
}

func malformedRows() (rows []row) {
	for _, m := range malformations {
		want := outcome{event.Abnormal(), event.MustNew(m.reply, "", false)}
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
				t.Errorf("%s, %s: %s reports %v and %s %v; want %v, %v", r.group, r.name, p.name, o.reported, tb.verb, o.sent, r.want.reported, r.want.sent)
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
	names := make([]string, len(peers))
	cells := make([][]string, len(peers)) // by peer and group
	for i, p := range peers {
		names[i] = p.name
		for _, group := range tb.groups() {
			cells[i] = append(cells[i], tb.cell(group, func(row int) string { return tb.differs(t, p, row, columns[i][row], why) }))
		}
	}
	names, cells = mergeColumns(names, cells)
	head := fmt.Sprintf("| close frame | closeframe | %s |\n|---|---|%s\n", strings.Join(names, " | "), strings.Repeat("---|", len(names)))
	return head + tb.lines(cells)
}

// mergeColumns merges the columns "ws client" and "ws server" to "ws" if all of their
// cells are the same.
func mergeColumns(names []string, cells [][]string) ([]string, [][]string) {
	stack := func(i int) string {
		s, _, _ := strings.Cut(names[i], " ")
		return s
	}
	for i := len(names) - 1; i > 0; i-- {
		if stack(i) == stack(i-1) && slices.Equal(cells[i], cells[i-1]) {
			names[i-1] = stack(i)
			names, cells = slices.Delete(names, i, i+1), slices.Delete(cells, i, i+1)
		}
	}
	return names, cells
}

// lines returns the lines of the table. Groups with the same cells share one.
func (tb table) lines(cells [][]string) (text string) {
	var lines []string
	groups := map[string][]string{} // by line
	for i, group := range tb.groups() {
		line := tb.cell(group, func(row int) string {
			r := tb.rows[row]
			return r.want.reports(r.frame) + ", " + r.want.sends(tb.verb, r.frame)
		})
		for _, column := range cells {
			line += " | " + column[i]
		}
		if groups[line] == nil {
			lines = append(lines, line)
		}
		groups[line] = append(groups[line], group)
	}
	for _, line := range lines {
		text += fmt.Sprintf("| %s | %s |\n", strings.Join(groups[line], "; "), line)
	}
	return text
}

// differs returns how a peer's outcome differs from ours: "=" if it does not, "-" if the
// peer cannot send the row's close frame.
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
			t.Errorf("%s, %s: %s %s: not explained; it reports %v and %s %v", r.group, r.name, p.name, d, o.reported, tb.verb, o.sent)
		}
		differences[i] = fmt.Sprintf("%s [%d]", d, n)
	}
	return strings.Join(differences, ", ")
}

// cell returns what say returns for the rows of a group, once if it is the same for
// all.
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
