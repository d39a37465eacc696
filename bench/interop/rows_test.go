package interop

import (
	"encoding/binary"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"example.com/closeframe/bench/embed/rawpeer"
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

// name identifies c in its group.
func (c closing) name() string {
	if c.reason == "" {
		return fmt.Sprint(uint16(c.code))
	}
	return strconv.QuoteToASCII(c.reason)
}

// event is the close event of the end that receives c and replies.
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

// ofApplication reports whether the close() of a browser can send c.
func (c closing) ofApplication() bool {
	return c.code.IsApplication() || c.code == code.NoStatus
}

// closings has each registered code, the edges of each range of RFC 6455, section 7.4,
// and reasons of every kind.
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
		{"code and reason, not in browsers", 1001, "bye"},
		{"code and reason, not in browsers", 1011, "oops"},
		{"code and reason, not in browsers", 1014, "behind me"},
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
	reasons("byte order mark later", "bye\ufeff", " \ufeff"),
	reasons("NUL", "\x00", "a\x00b", "\x00\x00\x00"),
	reasons("control characters", "\x01\x1b[31m\x7f", "\r\n", "\u0085\u009b", "\u202etxt.exe\u2066"),
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

// scripts returns the first three characters of each script of package unicode, in as
// few reasons as possible.
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

// A malformed close frame: its receiver must fail the connection.
type malformed struct {
	group, name string
	first       byte // FIN, the reserved bits and the opcode
	payload     []byte
	wrongMask   bool // a client sends it unmasked, a server masked
	reply       code.Code
}

// malformedCodes must not be sent (RFC 6455, sections 7.4.1,
// 7.4.2 and 11.7).
var malformedCodes = []struct {
	group string
	codes []uint16
}{
	{"unused", []uint16{0, 1, 255, 256, 999}},
	{"never sent", []uint16{1004, 1005, 1006, 1015}},
	{"not assigned", []uint16{1016, 1100, 1999, 2000, 2999}},
	{"above 4999", []uint16{5000, 32768, 65535}},
}

// malformedReasons are not UTF-8 (RFC 3629).
var malformedReasons = []struct{ group, name, reason string }{
	{"overlong", "c0 80", "\xc0\x80"},
	{"overlong", "e0 80 80", "\xe0\x80\x80"},
	{"surrogate", "ed a0 80", "\xed\xa0\x80"},
	{"above U+10FFFF", "f4 90 80 80", "\xf4\x90\x80\x80"},
	{"above U+10FFFF", "f8 88 80 80 80", "\xf8\x88\x80\x80\x80"},
	{"no rune", "80", "\x80"},
	{"no rune", "ff", "\xff"},
	{"no rune", `"ok" e2 82`, "ok\xe2\x82"},
	{"cut at 123 bytes", "122 a, d0", strings.Repeat("a", 122) + "\xd0"},
	{"cut at 123 bytes", "120 a, f0 9f 98", strings.Repeat("a", 120) + "\xf0\x9f\x98"},
}

// malformations are close frames that must be rejected, because of the payload or the
// header.
var malformations = makeMalformations()

func makeMalformations() (all []malformed) {
	add := func(group, name string, payload []byte, reply code.Code) {
		all = append(all, malformed{group, name, rawpeer.Close, payload, false, reply})
	}
	add("1 byte", "1 byte (03)", []byte{3}, code.ProtocolError)
	for _, r := range malformedCodes {
		for _, c := range r.codes {
			add(r.group, fmt.Sprint(c), binary.BigEndian.AppendUint16(nil, c), code.ProtocolError)
		}
	}
	for _, r := range malformedReasons {
		add(r.group, r.name, append([]byte{0x03, 0xe8}, r.reason...), code.InvalidPayload)
	}
	add("1005, ff", "1005, ff", []byte{0x03, 0xed, 0xff}, code.ProtocolError)
	add("126 bytes", "126 bytes", append([]byte{0x03, 0xe8}, strings.Repeat("*", 124)...), code.ProtocolError)
	payload := []byte{0x03, 0xe8}
	framing := func(name string, first byte, wrongMask bool) {
		all = append(all, malformed{name, name, first, payload, wrongMask, code.ProtocolError})
	}
	framing("without FIN", rawpeer.Close&rawpeer.NotFin, false)
	framing("RSV1", rawpeer.Close|0x40, false)
	framing("RSV2", rawpeer.Close|0x20, false)
	framing("RSV3", rawpeer.Close|0x10, false)
	framing("wrong mask bit", rawpeer.Close, true)
	return all
}

// event is the close event of an end that accepts m, or the zero value if m has no
// code.
func (m malformed) event() event.CloseEvent {
	if len(m.payload) < 2 {
		return event.CloseEvent{}
	}
	e, _ := event.New(code.Code(binary.BigEndian.Uint16(m.payload)), m.payload[2:], true)
	return e
}
