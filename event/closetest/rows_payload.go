package closetest

import (
	"fmt"
	"strings"
)

// codeRows are close frames with a code and no reason. A code is valid if a peer may send
// it; the title says why it is not.
var codeRows = []struct {
	section string
	codes   []int
	valid   bool
	title   string
}{
	{"7.4.2", []int{0, 1, 255, 256, 999}, false, "which is not used"},
	{"7.4.1", []int{1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011}, true, ""},
	{"7.4.1", []int{1004, 1005, 1006}, false, "which is never on the wire"},
	{"11.7", []int{1012, 1013, 1014}, true, ""}, // registered with IANA after the RFC
	{"7.4.1", []int{1015}, false, "which is never on the wire"},
	{"7.4.2", []int{1016, 1100, 1999, 2000, 2999}, false, "which is not assigned"},
	{"7.4.2", []int{3000, 3003, 3008, 3999, 4000, 4999}, true, ""},
	{"11.7", []int{5000, 32768, 65535}, false, "which is past 4999"},
}

// reasonRows are close frames with a reason. answer is the right code of the reply.
var reasonRows = []struct {
	section, title string
	code           int
	reason         string
	answer         int
}{
	{"5.5.1", `a close frame with 1000 "ok"`, 1000, "ok", 1000},
	{"5.5.1", "a close frame with 4001 and a Cyrillic reason", 4001, "до свидания", 4001},
	{"8.1", "a reason that is not UTF-8, c0 80 (overlong)", 1000, "\xc0\x80", 1007},
	{"8.1", "a reason that is not UTF-8, e0 80 80 (overlong)", 1000, "\xe0\x80\x80", 1007},
	{"8.1", "a reason that is not UTF-8, ed a0 80 (a surrogate)", 1000, "\xed\xa0\x80", 1007},
	{"8.1", "a reason that is not UTF-8, f4 90 80 80 (past U+10FFFF)", 1000, "\xf4\x90\x80\x80", 1007},
	{"8.1", "a reason that is not UTF-8, f8 88 80 80 80 (past U+10FFFF)", 1000, "\xf8\x88\x80\x80\x80", 1007},
	{"8.1", "a reason that is not UTF-8, 80", 1000, "\x80", 1007},
	{"8.1", "a reason that is not UTF-8, ff", 1000, "\xff", 1007},
	{"8.1", `a reason that is not UTF-8, "ok" e2 82 (cut)`, 1000, "ok\xe2\x82", 1007},
	{"8.1", "a reason that is not UTF-8, 122 letters and d0 (cut at 123 bytes)", 1000, strings.Repeat("a", 122) + "\xd0", 1007},
	{"8.1", "a reason that is not UTF-8, 120 letters and f0 9f 98 (cut at 123 bytes)", 1000, strings.Repeat("a", 120) + "\xf0\x9f\x98", 1007},
	{"8.1", "a reason with NUL", 1000, "a\x00b", 1000},
	{"8.1", "a reason with U+FFFE", 1000, "\ufffe", 1000},
	{"8.1", "a reason that begins with a byte order mark", 1000, "\ufeffbom", 1000},
	{"5.5", "a reason of 123 ASCII bytes", 1000, strings.Repeat("*", 123), 1000},
	{"5.5", "a reason of 41 CJK characters, 123 bytes", 1000, strings.Repeat("語", 41), 1000},
}

// payloads adds the rows that vary the payload of one close frame.
func (l *list) payloads() {
	l.kind = Payload
	one := func(section, title string, p []byte, w Want, source string) {
		l.add(section, title, source, w, send(l.role.frame(opClose, p)))
	}
	// The right reply to an empty close frame is an empty one; 1000 is a May.
	one("5.5.1", "an empty close frame", nil, accepted(noStatus, ""), "RFC 6455, 5.5.1 and 7.1.5")
	one("5.5.1", "a close frame of one byte", []byte{3}, rejected(1002), "")
	for _, r := range codeRows {
		for _, c := range r.codes {
			title, w, source := fmt.Sprintf("a close frame with code %d, %s", c, r.title), rejected(1002), ""
			if r.valid {
				title, w = fmt.Sprintf("a close frame with code %d", c), accepted(c, "")
			}
			if r.section == "11.7" {
				// A stack that knows the RFC alone may call these reserved.
				source, w.Never, w.ReportedLevel = "RFC 6455, 11.7: the registry is IANA's", nil, Should
			}
			one(r.section, title, payload(c, ""), w, source)
		}
	}
	for _, r := range reasonRows {
		w, source := accepted(r.code, r.reason), ""
		if r.answer != r.code {
			w, source = failed(r.code, r.answer), "RFC 6455, 8.1: the connection must be failed; case 7.5.1 of Autobahn|Testsuite has it for close frames"
		}
		one(r.section, r.title, payload(r.code, r.reason), w, source)
	}
	// Two errors: stacks differ in which they check first.
	one("7.4.1", "a close frame with code 1005 and ff, which is not UTF-8", payload(1005, "\xff"), rejected(1002, 1007), "")
	one("5.5", "a close frame of 126 bytes", payload(1000, strings.Repeat("*", 124)), rejected(1002), "")
}
