package live

import (
	"fmt"
	"strings"
)

// A Row is a close frame's payload and what RFC 6455 wants of an endpoint that
// gets it.
type Row struct {
	Group   string // rows of one group share a line where all columns agree
	Name    string
	Payload []byte

	Take   bool   // the application is told Code and Reason; else 1006, not clean
	Code   int    // RFC 6455, section 7.1.5
	Reason string // RFC 6455, section 7.1.6
	Answer int    // the code that is to be answered; NoStatus is an empty payload
}

// NoStatus stands for an empty payload (RFC 6455, section 7.4.1).
const NoStatus = 1005

// The answers to what is malformed (RFC 6455, section 7.4.1).
const (
	protocolError  = 1002
	invalidPayload = 1007
)

// Rows are the verdict matrix.
var Rows = makeRows()

func makeRows() []Row {
	var rows []Row
	add := func(r Row) { rows = append(rows, r) }

	// RFC 6455, section 5.5.1: a body, if there is one, begins with a code.
	add(Row{Group: "empty", Name: "empty", Take: true, Code: NoStatus, Answer: NoStatus})
	add(Row{Group: "1 byte", Name: "1 byte (03)", Payload: []byte{3}, Answer: protocolError})

	for _, r := range codeRows {
		for _, c := range r.codes {
			row := Row{Group: r.group, Name: fmt.Sprint(c), Payload: payload(c, ""), Answer: protocolError}
			if r.take {
				row.Take, row.Code, row.Answer = true, c, c
			}
			add(row)
		}
	}
	for _, r := range reasonRows {
		row := Row{Group: r.group, Name: r.name, Payload: payload(r.code, r.reason), Answer: r.answer}
		if r.answer == r.code {
			row.Take, row.Code, row.Reason = true, r.code, r.reason
		}
		add(row)
	}
	return rows
}

// codeRows are payloads of a code alone.
var codeRows = []struct {
	group string
	codes []int
	take  bool
}{
	// RFC 6455, section 7.4.2: 0-999 are not used.
	{"unused", []int{0, 1, 255, 256, 999}, false},
	// RFC 6455, section 7.4.1.
	{"normal", []int{1000}, true},
	{"RFC 6455", []int{1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011}, true},
	{"never on the wire", []int{1004, 1005, 1006}, false},
	// Registered with IANA after the RFC.
	{"registered later", []int{1012, 1013, 1014}, true},
	// RFC 6455, section 7.4.1.
	{"never on the wire", []int{1015}, false},
	// RFC 6455, section 7.4.2: for later revisions and extensions, none of which
	// was negotiated.
	{"not assigned", []int{1016, 1100, 1999, 2000, 2999}, false},
	// RFC 6455, section 7.4.2: libraries and private use.
	{"libraries, private", []int{3000, 3003, 3008, 3999, 4000, 4999}, true},
	// RFC 6455, section 11.7: the registry stops at 4999.
	{"past 4999", []int{5000, 32768, 65535}, false},
}

// reasonRows are payloads with a reason: UTF-8 (RFC 6455, section 5.5.1, and RFC
// 3629), or failed with 1007 (section 7.4.1). What is taken is answered with its
// code.
var reasonRows = []struct {
	group, name string
	code        int
	reason      string
	answer      int
}{
	{"reason", `1000 "ok"`, 1000, "ok", 1000},
	{"reason", "4001, Cyrillic", 4001, "до свидания", 4001},
	{"overlong", "c0 80", 1000, "\xc0\x80", invalidPayload},
	{"overlong", "e0 80 80", 1000, "\xe0\x80\x80", invalidPayload},
	{"surrogate", "ed a0 80", 1000, "\xed\xa0\x80", invalidPayload},
	{"past U+10FFFF", "f4 90 80 80", 1000, "\xf4\x90\x80\x80", invalidPayload},
	{"past U+10FFFF", "f8 88 80 80 80", 1000, "\xf8\x88\x80\x80\x80", invalidPayload},
	{"no rune", "80", 1000, "\x80", invalidPayload},
	{"no rune", "ff", 1000, "\xff", invalidPayload},
	{"no rune", `"ok" e2 82`, 1000, "ok\xe2\x82", invalidPayload},
	{"cut at 123 bytes", "122 a, d0", 1000, strings.Repeat("a", 122) + "\xd0", invalidPayload},
	{"cut at 123 bytes", "120 a, f0 9f 98", 1000, strings.Repeat("a", 120) + "\xf0\x9f\x98", invalidPayload},
	{"odd but UTF-8", "NUL", 1000, "a\x00b", 1000},
	{"odd but UTF-8", "U+FFFE", 1000, "\ufffe", 1000},
	{"odd but UTF-8", "byte order mark", 1000, "\ufeffbom", 1000},
	{"123 bytes", "123 ASCII", 1000, strings.Repeat("*", 123), 1000},
	{"123 bytes", "41 CJK", 1000, strings.Repeat("語", 41), 1000},
	// Two faults: the code stands first, and its answer is the general one.
	{"1005, ff", "1005, ff", 1005, "\xff", protocolError},
	// RFC 6455, section 5.5: a control frame has at most 125 bytes.
	{"126 bytes", "126 bytes", 1000, strings.Repeat("*", 124), protocolError},
}

// payload returns the bytes of a code and a reason, right or wrong.
func payload(c int, reason string) []byte {
	return append([]byte{byte(c >> 8), byte(c)}, reason...)
}
