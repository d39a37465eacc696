package closetest

import (
	"fmt"
	"strings"
)

// stillHere is the reason of the peer's close frame after a call that returned an error
// and sent nothing.
const stillHere = "still here"

// sends adds the rows in which the application closes with a code and a reason, legal or
// not.
func (l *list) sends() {
	l.kind = Send
	add := func(section, title string, code int, reason string, w Want) {
		if w.Refused {
			// The stack must not send this. So the peer closes. Its reason tells
			// this end from any other, and the reply shows that the connection
			// was still open.
			w.Answer, w.Reported, w.ReportedLevel = []int{1000}, []Reported{reported(1000, stillHere, true)}, Should
		}
		w.TCP = Must
		l.add(section, "the application closes with "+title, "", w, ask(code, reason))
	}
	valid := func(title string, code int, reason string) {
		add("7.1.2", title, code, reason, Want{Sent: payload(code, reason), Reported: []Reported{reported(code, "", true)}, ReportedLevel: Must})
	}
	refused := func(section, title string, code int, reason string) {
		add(section, title, code, reason, Want{Refused: true})
	}
	valid(`1000 "bye"`, 1000, "bye")
	valid("1014", 1014, "")
	valid("4999 and 123 ASCII bytes", 4999, strings.Repeat("*", 123))
	// For 1005 a call may send an empty close frame or return an error.
	add("7.4.1", "1005", noStatus, "", Want{Sent: Hex{}, Answer: []int{1000}, ReportedLevel: Should,
		Reported: []Reported{reported(noStatus, "", true), reported(1000, stillHere, true)}})
	for _, c := range []int{66536, -1, 0, 999} {
		refused("7.4.2", fmt.Sprint(c), c, "")
	}
	for _, c := range []int{1004, 1006, 1015} {
		refused("7.4.1", fmt.Sprint(c), c, "")
	}
	for _, c := range []int{2999, 5000, 65535} {
		refused("7.4.2", fmt.Sprint(c), c, "")
	}
	refused("5.5", "1000 and 124 ASCII bytes", 1000, strings.Repeat("*", 124))
	refused("5.5", `1000, 122 ASCII bytes and "é"`, 1000, strings.Repeat("*", 122)+"é")
	refused("5.5.1", `1000 and "ok" ff, which is not UTF-8`, 1000, "ok\xff")
}
