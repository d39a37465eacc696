package interop

import (
	"encoding/binary"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"example.com/closeframe/bench/embed/live"
	"example.com/closeframe/code"
	"example.com/closeframe/event"
	"example.com/closeframe/frame"
)

// A closing is a close frame that may be sent. Those of one group share a line of
// the tables.
type closing struct {
	group  string
	code   code.Code
	reason string
}

// name tells c from the others of its group.
func (c closing) name() string {
	if c.reason == "" {
		return fmt.Sprint(uint16(c.code))
	}
	return strconv.QuoteToASCII(c.reason)
}

// event is the close event of the end that gets c and answers it.
func (c closing) event() event.CloseEvent { return event.MustNew(c.code, c.reason, true) }

// args are the arguments for the close() of a browser, so that it sends c.
func (c closing) args() []any {
	switch {
	case c.code == code.NoStatus:
		return []any{}
	case c.reason == "":
		return []any{c.code}
	}
	return []any{c.code, c.reason}
}

// ofApplication reports whether the close() of a browser is to send c.
func (c closing) ofApplication() bool {
	return c.code.IsApplication() || c.code == code.NoStatus
}

// closings has all of RFC 6455, section 7.4: each code that is registered, the
// edges of each class, and what a reason can be.
var closings = slices.Concat(
	codes("no status code", code.NoStatus),
	codes("1000", code.NormalClosure),
	codes("1001-1003", 1001, 1002, 1003),
	codes("1007-1014", 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014),
	codes("3000-3999", 3000, 3001, 3003, 3008, 3998, 3999),
	codes("4000-4999", 4000, 4001, 4998, 4999),
	[]closing{
		{"code and reason", 1000, "bye"},
		{"code and reason", 3000, "who are you?"},
		{"code and reason", 3999, "library"},
		{"code and reason", 4000, "private"},
		{"code and reason", 4999, "last"},
		{"code and reason, not for applications", 1001, "bye"},
		{"code and reason, not for applications", 1011, "oops"},
		{"code and reason, not for applications", 1014, "behind me"},
	},
	reasons("letters of all scripts", scripts()...),
	reasons("123 bytes",
		strings.Repeat("a", 123),
		strings.Repeat("a", 121)+"é",
		strings.Repeat("a", 120)+"語",
		strings.Repeat("語", 41),
		strings.Repeat("a", 119)+"😀",
		"abc"+strings.Repeat("😀", 30)),
	reasons("byte order mark at the start", "\ufeff", "\ufeffbye", "\ufeff\ufeffbye"),
	reasons("byte order mark further on", "bye\ufeff", " \ufeff"),
	reasons("NUL", "\x00", "a\x00b", "\x00\x00\x00"),
	reasons("controls, bidirectional too", "\x01\x1b[31m\x7f", "\r\n", "\u0085\u009b", "\u202etxt.exe\u2066"),
	reasons("noncharacters, private use", "\ufffe\uffff", "\ufdd0", "\U0010ffff", "\ue000\U000f0000"),
	reasons("replacement character, combining, joined", "\ufffd", "e\u0301", "👩\u200d👩\u200d👧", "\u2028\u2029"),
	reasons("quotes and markup", `"\'`, "</script><!--", "&amp;"),
)

func codes(group string, codes ...code.Code) (all []closing) {
	for _, c := range codes {
		all = append(all, closing{group, c, ""})
	}
	return all
}

func reasons(group string, reasons ...string) (all []closing) {
	for _, r := range reasons {
		all = append(all, closing{group, 4001, r})
	}
	return all
}

// scripts returns the first three characters of each script that Go knows, packed
// into as few reasons as hold them.
func scripts() (reasons []string) {
	reason := ""
	for _, name := range slices.Sorted(maps.Keys(unicode.Scripts)) {
		word := letters(unicode.Scripts[name], 3)
		if len(reason)+len(word) > frame.MaxReason {
			reasons = append(reasons, reason)
			reason = ""
		}
		reason += word
	}
	return append(reasons, reason)
}

func letters(table *unicode.RangeTable, n int) string {
	var b strings.Builder
	for r := rune(0); n > 0 && r <= unicode.MaxRune; r++ {
		if unicode.Is(table, r) {
			b.WriteRune(r)
			n--
		}
	}
	return b.String()
}

// A malformed close frame fails the connection of whoever gets it.
type malformed struct {
	group, name string
	first       byte // FIN, the reserved bits and the opcode
	payload     []byte
	wrongMask   bool // a client sends it unmasked, a server masked
	answer      code.Code
}

// malformations are the rows of the live tests that are to be refused, and the
// defects of the frame around the payload.
var malformations = makeMalformations()

func makeMalformations() (all []malformed) {
	for _, row := range live.Rows {
		if !row.Take {
			all = append(all, malformed{row.Group, row.Name, live.Close, row.Payload, false, code.Code(row.Answer)})
		}
	}
	payload := []byte{0x03, 0xe8}
	framing := func(name string, first byte, wrongMask bool) {
		all = append(all, malformed{name, name, first, payload, wrongMask, code.ProtocolError})
	}
	framing("without FIN", live.Close&live.NotFin, false)
	framing("RSV1", live.Close|0x40, false)
	framing("RSV2", live.Close|0x20, false)
	framing("RSV3", live.Close|0x10, false)
	framing("wrong mask bit", live.Close, true)
	return all
}

// event is the close event of an end that takes m all the same; the zero value where
// nobody can.
func (m malformed) event() event.CloseEvent {
	if len(m.payload) < 2 {
		return event.CloseEvent{}
	}
	e, _ := event.New(code.Code(binary.BigEndian.Uint16(m.payload)), m.payload[2:], true)
	return e
}
