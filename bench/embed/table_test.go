package embed_test

import (
	"bytes"
	"flag"
	"os"
	"testing"

	"example.com/closeframe/bench/embed/live"
)

var update = flag.Bool("update", false, "write the tables of README.md")

var roles = []live.Role{live.Server, live.Client}

// A cell is what one stack made of one row.
type cell struct {
	text  string
	wrong live.Facets
}

// An outcome is what one stack made of all rows, alone or with its adapter.
type outcome struct {
	receive, send [2][]cell // by role
}

// A column is one stack.
type column struct {
	name          string
	before, after outcome
}

// TestTable runs every stack, without and with its adapter, and compares what it
// did with what is right and with README.md.
func TestTable(t *testing.T) {
	columns := make([]column, len(pairs))
	t.Run("run", func(t *testing.T) {
		for i, p := range pairs {
			columns[i].name = p.before.Name
			runStack(t, p.before, &columns[i].before)
			runStack(t, p.after, &columns[i].after)
		}
	})
	if t.Failed() {
		return
	}
	for i, p := range pairs {
		checkLimits(t, p.after.Limits, columns[i])
	}
	text := tables(columns)
	t.Logf("\n%s", text)
	checkReadme(t, text)
}

func runStack(t *testing.T, s live.Stack, o *outcome) {
	for _, role := range roles {
		t.Run(s.Name+" "+role.String(), func(t *testing.T) {
			t.Parallel()
			o.receive[role] = receive(t, s, role)
			o.send[role] = send(t, s, role)
		})
	}
}

func receive(t *testing.T, s live.Stack, role live.Role) (cells []cell) {
	for i, rec := range live.Receive(t, s, role) {
		text, wrong := live.Rows[i].Judge(rec, role)
		cells = append(cells, cell{text, wrong})
	}
	return cells
}

func send(t *testing.T, s live.Stack, role live.Role) (cells []cell) {
	for i, sending := range live.Send(t, s, role) {
		text, ok := live.SendRows[i].Judge(sending, role)
		cells = append(cells, cell{text, live.If(!ok, live.Sends)})
	}
	return cells
}

// checkLimits is the ratchet: nothing gets worse by an adapter, and what stays
// wrong with it is what the limits name, no more and no less.
func checkLimits(t *testing.T, limits []live.Limit, c column) {
	used := make([]bool, len(limits))
	check := func(row string, role live.Role, before, after cell, named func(live.Limit) live.Facets) {
		var want live.Facets
		for i, l := range limits {
			f := named(l)
			want |= f
			used[i] = used[i] || f != 0
		}
		if worse := after.wrong &^ before.wrong; worse != 0 {
			t.Errorf("%s as %s, %s: worse with the adapter: %v: %q, without %q", c.name, role, row, worse, after.text, before.text)
		}
		if more := after.wrong &^ want; more != 0 {
			t.Errorf("%s as %s, %s: wrong and in no limit: %v: %q", c.name, role, row, more, after.text)
		}
		if fewer := want &^ after.wrong; fewer != 0 {
			t.Errorf("%s as %s, %s: right, but a limit says otherwise: %v: %q", c.name, role, row, fewer, after.text)
		}
	}
	for _, role := range roles {
		for i, r := range live.Rows {
			check(r.Name, role, c.before.receive[role][i], c.after.receive[role][i], func(l live.Limit) live.Facets {
				if l.Receive == nil {
					return 0
				}
				return l.Receive(r, role)
			})
		}
		for i, r := range live.SendRows {
			check(r.Name, role, c.before.send[role][i], c.after.send[role][i], func(l live.Limit) live.Facets {
				return live.If(l.Send != nil && l.Send(r, role), live.Sends)
			})
		}
	}
	for i, l := range limits {
		if !used[i] {
			t.Errorf("%s: a limit without a case: %s", c.name, l.Why)
		}
	}
}

const readme = "README.md"

// The tables stand between these lines.
const (
	tablesBegin = "<!-- tables: go test ./embed -run TestTable -update writes them -->\n"
	tablesEnd   = "<!-- end of tables -->\n"
)

func checkReadme(t *testing.T, want []byte) {
	t.Helper()
	b, err := os.ReadFile(readme)
	if err != nil {
		t.Fatal(err)
	}
	head, rest, ok := bytes.Cut(b, []byte(tablesBegin))
	got, tail, ok2 := bytes.Cut(rest, []byte(tablesEnd))
	if !ok || !ok2 {
		t.Fatalf("%s has no place for the tables", readme)
	}
	if bytes.Equal(got, want) {
		return
	}
	if !*update {
		t.Fatalf("the tables of %s are not those of this run; go test ./embed -run TestTable -update writes them", readme)
	}
	b = bytes.Join([][]byte{head, []byte(tablesBegin), want, []byte(tablesEnd), tail}, nil)
	if err := os.WriteFile(readme, b, 0o666); err != nil {
		t.Fatal(err)
	}
}
