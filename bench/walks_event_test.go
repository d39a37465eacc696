package bench

import (
	"github.com/gobwas/ws"

	"example.com/closeframe/event"
)

func eventOurs(r *row) {
	for i := range r.payloads {
		// Assign directly to the sink: with a local variable the compiler copies the
		// 128 bytes once more.
		var err error
		if sinkEvent, err = event.Parse(r.payloads[i], true); err != nil {
			panic(err)
		}
	}
}

// eventOursVar stores the event in a local variable first, like most callers.
func eventOursVar(r *row) {
	for i := range r.payloads {
		e, err := event.Parse(r.payloads[i], true)
		if err != nil {
			panic(err)
		}
		sinkEvent = e
	}
}

func eventGobwas(r *row) {
	for i := range r.payloads {
		if len(r.payloads[i]) == 0 {
			sinkCode, sinkString = ws.StatusNoStatusRcvd, ""
			continue
		}
		c, reason := ws.ParseCloseFrameData(r.payloads[i])
		if err := ws.CheckCloseFrameData(c, reason); err != nil {
			panic(err)
		}
		sinkCode, sinkString = c, reason
	}
}

func eventStd(r *row) {
	for i := range r.payloads {
		c, reason, err := stdParse(r.payloads[i])
		if err != nil {
			panic(err)
		}
		sinkCode, sinkString = ws.StatusCode(c), string(reason)
	}
}
