package closetest

import (
	"fmt"
	"strings"
)

// stillHere is the peer's reason where a call was refused and nothing was sent.
const stillHere = "still here"

// sends adds what the application may ask to send. The peer answers as it should.
func (l *list) sends() {
	l.kind = Send
	add := func(section, title string, code int, reason string, w Want) {
		if w.Refused {
			// Nothing may be sent. So the peer closes, with a reason by which
			// this end differs from any other; the answer shows that the
			// connection was still good.
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
	// 1005 says that no code is sent. A call that refuses it is as good.
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
