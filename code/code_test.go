package code_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"example.com/closeframe/code"
	"example.com/closeframe/fuzz/reference"
)

// This file also runs with Go 1.18, and has the loop variables of Go before 1.22.

// table has the ranges of RFC 6455, section 7.4, and of the codes that IANA has
// registered since. Together they hold all 65,536 codes. The names are in
// testdata/registry.csv.
var table = []struct {
	first, last int
	class       code.Class
	sendable    bool
	application bool
	label       string // of a code without a name, in String
}{
	{0, 999, code.Unused, false, false, "unused"},
	{1000, 1000, code.Registered, true, true, ""},
	{1001, 1003, code.Registered, true, false, ""},
	{1004, 1006, code.Reserved, false, false, ""},
	{1007, 1014, code.Registered, true, false, ""},
	{1015, 1015, code.Reserved, false, false, ""},
	{1016, 2999, code.Reserved, false, false, "reserved"},
	{3000, 3000, code.Registered, true, true, ""},
	{3001, 3002, code.Library, true, true, "library"},
	{3003, 3003, code.Registered, true, true, ""},
	{3004, 3007, code.Library, true, true, "library"},
	{3008, 3008, code.Registered, true, true, ""},
	{3009, 3999, code.Library, true, true, "library"},
	{4000, 4999, code.Private, true, true, "private"},
	{5000, 65535, code.Unused, false, false, "unused"},
}

func TestTableHasNoGap(t *testing.T) {
	next := 0
	for _, row := range table {
		if row.first != next || row.last < row.first {
			t.Fatalf("row %d-%d: want first = %d and last >= first", row.first, row.last, next)
		}
		next = row.last + 1
	}
	if next != 65536 {
		t.Fatalf("the table ends at %d, want 65535", next-1)
	}
}

func TestAllCodes(t *testing.T) {
	names := registry(t)
	for i := range table {
		row := table[i]
		t.Run(fmt.Sprintf("%d-%d", row.first, row.last), func(t *testing.T) {
			for n := row.first; n <= row.last; n++ {
				c := code.Code(n)
				if got := c.Class(); got != row.class {
					t.Fatalf("Code(%d).Class() = %v, want %v", n, got, row.class)
				}
				if got := c.IsSendable(); got != row.sendable {
					t.Fatalf("Code(%d).IsSendable() = %v, want %v", n, got, row.sendable)
				}
				if got, want := c.IsSendable(), reference.Sendable(uint16(n)); got != want {
					t.Fatalf("Code(%d).IsSendable() = %v, the reference says %v", n, got, want)
				}
				if got, want := c.IsRoutine(), n == 1000 || n == 1001 || n == 1005; got != want {
					t.Fatalf("Code(%d).IsRoutine() = %v, want %v", n, got, want)
				}
				if got := c.IsApplication(); got != row.application {
					t.Fatalf("Code(%d).IsApplication() = %v, want %v", n, got, row.application)
				}
				label := names[c]
				if label == "" {
					label = row.label
				}
				want := fmt.Sprintf("%d (%s)", n, label)
				if got := c.String(); got != want {
					t.Fatalf("Code(%d).String() = %q, want %q", n, got, want)
				}
				if got := string(c.AppendTo([]byte("x "))); got != "x "+want {
					t.Fatalf("Code(%d).AppendTo = %q, want %q", n, got, "x "+want)
				}
			}
		})
	}
}

// IsApplication implies IsSendable; Class agrees with IsSendable and the registry.
func TestMethodsAgree(t *testing.T) {
	names := registry(t)
	for n := 0; n < 65536; n++ {
		c := code.Code(n)
		if c.IsApplication() && !c.IsSendable() {
			t.Fatalf("Code(%d): IsApplication() = true, IsSendable() = false", n)
		}
		if want := c.Class() >= code.Registered; c.IsSendable() != want {
			t.Fatalf("Code(%d).IsSendable() = %v, but its class is %v", n, c.IsSendable(), c.Class())
		}
		if registered := names[c] != "" && c.IsSendable(); registered != (c.Class() == code.Registered) {
			t.Fatalf("Code(%d) is %v, but its name in the registry is %q", n, c.Class(), names[c])
		}
		if (c.Class() == code.Library || n > 4999) && strings.Contains(c.String()+c.Description(), "registered") {
			t.Fatalf("Code(%d) is not registered, but described as %q, %q", n, c, c.Description())
		}
	}
}

func TestDescriptions(t *testing.T) {
	seen := map[string]int{} // description to its first code
	for n := 0; n < 65536; n++ {
		d := code.Code(n).Description()
		if at, ok := seen[d]; ok {
			a, b := code.Code(at), code.Code(n)
			if a.Class() != b.Class() || a.Name() != "" || b.Name() != "" {
				t.Fatalf("%d and %d have the same description: %q", at, n, d)
			}
			continue
		}
		seen[d] = n
		if len(d) < 10 || !strings.HasSuffix(d, ".") || strings.Contains(strings.TrimSuffix(d, "."), ". ") {
			t.Fatalf("Code(%d).Description() = %q, want one sentence with a period", n, d)
		}
		if d[0] < 'A' || d[0] > 'Z' || strings.TrimSpace(d) != d || strings.ContainsAny(d, "\n\t") {
			t.Fatalf("Code(%d).Description() = %q, want a sentence on one line", n, d)
		}
	}
	// One for each name, and one for each range: 0-999, 1016-2999, 3000-3999, 4000-4999,
	// 5000-65535.
	named := 0
	for _, name := range registry(t) {
		if name != "" {
			named++
		}
	}
	if got, want := len(seen), named+5; got != want {
		t.Fatalf("%d different descriptions, want %d", got, want)
	}
}

func TestDescriptionsOfRanges(t *testing.T) {
	for n, want := range map[code.Code]string{
		0: "Unused: below", 999: "Unused: below", 1016: "Reserved", 2999: "Reserved",
		3001: "library", 3999: "library", 4000: "private", 4999: "private",
		5000: "Unused: past", 65535: "Unused: past",
	} {
		if got := n.Description(); !strings.Contains(got, want) {
			t.Errorf("Code(%d).Description() = %q, want %q in it", uint16(n), got, want)
		}
	}
}

func TestConstants(t *testing.T) {
	for c, want := range map[code.Code]string{
		code.NormalClosure: "1000", code.GoingAway: "1001", code.ProtocolError: "1002",
		code.UnsupportedData: "1003", code.NoStatus: "1005", code.AbnormalClosure: "1006",
		code.InvalidPayload: "1007", code.PolicyViolation: "1008", code.MessageTooBig: "1009",
		code.MandatoryExtension: "1010", code.InternalError: "1011", code.ServiceRestart: "1012",
		code.TryAgainLater: "1013", code.BadGateway: "1014", code.TLSHandshake: "1015",
		code.Unauthorized: "3000", code.Forbidden: "3003", code.Timeout: "3008",
	} {
		if got := fmt.Sprintf("%d", c); got != want {
			t.Errorf("%v is %s, want %s", c, got, want)
		}
	}
}

func TestClassString(t *testing.T) {
	want := map[code.Class]string{
		code.Unused: "unused", code.Reserved: "reserved",
		code.Registered: "registered", code.Library: "library", code.Private: "private",
	}
	if len(want) != 5 {
		t.Fatal("two classes have the same value")
	}
	for k := 0; k < 256; k++ {
		w, ok := want[code.Class(k)]
		if !ok {
			w = "unknown class"
		}
		if got := code.Class(k).String(); got != w {
			t.Errorf("Class(%d).String() = %q, want %q", k, got, w)
		}
	}
	if got := code.Code(0).Class(); got != code.Class(0) {
		t.Errorf("the zero Code has class %v, want the zero Class", got)
	}
}

// A text marshaler would make a code a string in JSON.
func TestJSONNumber(t *testing.T) {
	type closing struct{ Code code.Code }
	got, err := json.Marshal(closing{code.GoingAway})
	if want := `{"Code":1001}`; err != nil || string(got) != want {
		t.Errorf("Marshal = %s, %v, want %s", got, err, want)
	}
	var back closing
	if err := json.Unmarshal(got, &back); err != nil || back.Code != code.GoingAway {
		t.Errorf("Unmarshal = %v, %v, want 1001", back.Code, err)
	}
	if err := json.Unmarshal([]byte(`{"Code":65536}`), &back); err == nil {
		t.Error("Unmarshal accepts 65536")
	}
}
