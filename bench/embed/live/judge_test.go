package live

import (
	"errors"
	"testing"

	"example.com/closeframe/event"
)

// What is wrong is seen, each part apart.
func TestJudge(t *testing.T) {
	row := func(name string) Row {
		for _, r := range Rows {
			if r.Name == name {
				return r
			}
		}
		t.Fatalf("no row %q", name)
		return Row{}
	}
	answer := func(p []byte) []Frame { return []Frame{{First: Close, Payload: p}} }
	adapted := func(events ...event.CloseEvent) Told {
		return toldByEvent(events, &event.Error{Event: event.MustNew(1001, "", true)})
	}
	good, bad := row("1001"), row("1006")
	taken := Told{Verdict: Taken, Code: 1001}
	refused := Told{Verdict: Refused, Err: errors.New("bad code")}
	same := answer(payload(1001, ""))
	for _, tc := range []struct {
		row   Row
		rec   Record
		text  string
		wrong Facets
	}{
		{good, Record{Told: taken, Frames: same}, "A, same", 0},
		{good, Record{Told: taken, Frames: answer(payload(1001, "echoed"))}, "A, same", 0},
		{bad, Record{Told: refused, Frames: answer(payload(1002, "why"))}, "R, 1002", 0},
		{row("empty"), Record{Told: Told{Verdict: Taken, Code: 1005}, Frames: answer(nil)}, "A, empty", 0},

		{good, Record{Told: refused, Frames: same}, "R, same", Tells},
		{good, Record{Told: Told{Verdict: Taken, Code: 1002}, Frames: same}, "A1002, same", Tells},
		{good, Record{Told: Told{Verdict: Taken, Code: 1001, Reason: "?"}, Frames: same}, "A, another reason, same", Tells},
		{good, Record{Told: Told{}, Frames: same}, "not told, same", Tells},
		{bad, Record{Told: Told{Verdict: Taken, Code: 1006}, Frames: answer(payload(1002, ""))}, "A, 1002", Tells},

		{good, Record{Told: taken, Frames: answer(payload(1000, ""))}, "A, 1000", Answers},
		{good, Record{Told: taken, Frames: answer(nil)}, "A, empty", Answers},
		{row("empty"), Record{Told: Told{Verdict: Taken, Code: 1005}, Frames: answer(payload(1005, ""))}, "A, 1005", Answers},
		{good, Record{Told: taken, Frames: answer([]byte{3})}, "A, 1 byte", Answers},
		{good, Record{Told: taken, Frames: answer(payload(1001, "\xff"))}, "A, same, not UTF-8", Answers},
		{good, Record{Told: taken}, "A, no answer", Answers},
		{good, Record{Told: taken, Frames: append(same, same...)}, "A, same, more after it", Answers},
		{good, Record{Told: taken, Frames: []Frame{{First: Text}}}, "A, a frame of 81", Answers},
		{good, Record{Told: taken, Frames: []Frame{{First: Close, Masked: true, Payload: same[0].Payload}}}, "A, masked, same", Answers},

		{good, Record{Told: taken, Frames: same, End: ByPeer}, "A, same, TCP left to the client", Ends},
		{good, Record{Told: taken, Frames: same, End: Never}, "A, same, TCP stays open", Ends},

		{good, Record{Told: adapted(event.MustNew(1001, "", true)), Frames: same}, "A, same", 0},
		{good, Record{Told: adapted(), Frames: same}, "not told, same", Tells},
		{good, Record{Told: adapted(event.MustNew(1001, "", true), event.Abnormal()), Frames: same}, "A, told 2 times, same", Tells},
		{good, Record{Told: adapted(event.MustNew(1001, "", false)), Frames: same}, "A, not clean, another error, same", Tells},
	} {
		text, wrong := tc.row.Judge(tc.rec, Server)
		if text != tc.text || wrong != tc.wrong {
			t.Errorf("%s, %+v: %q, wrong %q; want %q, %q", tc.row.Name, tc.rec, text, wrong, tc.text, tc.wrong)
		}
	}
	if text, wrong := good.Judge(Record{Told: taken, Frames: same}, Client); text != "A, unmasked" || wrong != Answers {
		t.Errorf("a client's answer without a mask: %q, wrong %q", text, wrong)
	}
}
