package bench

import (
	"bytes"
	"encoding/json"
	"io"

	"github.com/gobwas/ws"

	"example.com/closeframe/code"
	"example.com/closeframe/event"
	"example.com/closeframe/frame"
)

// A walk does one operation for each payload of a row. Every implementation has its own
// loop, so that none pays for a call through a function value. A rejection panics: the
// rows have only what every peer accepts. The results are added to the sinks.
type walk func(r *row)

var (
	sinkInt    int
	sinkString string
	sinkCode   ws.StatusCode
	sinkEvent  event.CloseEvent
	buf        [frame.MaxFrame]byte
	jsonBuf    [1024]byte
)

// ops are the operations with their implementations, ours first.
var ops = []struct {
	name    string
	reasons []string
	impls   []string
	walks   []walk
}{
	{"Parse", reasonNames, []string{"ours", "gobwas", "std"}, []walk{parseOurs, parseGobwas, parseStd}},
	{"Append", reasonNames, []string{"ours", "gobwas", "std"}, []walk{appendOurs, appendGobwas, appendStd}},
	{"Masked", reasonNames, []string{"ours", "gobwas", "std", "gobwas-frame"}, []walk{maskedOurs, maskedGobwas, maskedStd, maskedGobwasFrame}},
	{"Event", reasonNames, []string{"ours", "gobwas", "std", "ours-var"}, []walk{eventOurs, eventGobwas, eventStd, eventOursVar}},
	{"Truncate", truncated, []string{"ours", "std"}, []walk{truncateOurs, truncateStd}},
	{"JSON", reasonNames, []string{"ours", "std"}, []walk{jsonOurs, jsonStd}},
}

// truncated has reasons that fit and reasons that are cut.
var truncated = []string{"ascii60", "ascii200", "latin200", "cyrillic200", "cjk200", "emoji200", "mix200"}

func parseOurs(r *row) {
	n := 0
	for i := range r.payloads {
		c, reason, err := frame.Parse(r.payloads[i])
		if err != nil {
			panic(err)
		}
		n += int(c) + len(reason)
	}
	sinkInt = n
}

// gobwas requires its callers to check for an empty payload: see its HandleClose.
func parseGobwas(r *row) {
	n := 0
	for i := range r.payloads {
		if len(r.payloads[i]) == 0 {
			n += int(ws.StatusNoStatusRcvd)
			continue
		}
		c, reason := ws.ParseCloseFrameDataUnsafe(r.payloads[i])
		if err := ws.CheckCloseFrameData(c, reason); err != nil {
			panic(err)
		}
		n += int(c) + len(reason)
	}
	sinkInt = n
}

func parseStd(r *row) {
	n := 0
	for i := range r.payloads {
		c, reason, err := stdParse(r.payloads[i])
		if err != nil {
			panic(err)
		}
		n += int(c) + len(reason)
	}
	sinkInt = n
}

func appendOurs(r *row) {
	n := 0
	for i, c := range r.codes {
		p, err := frame.Append(buf[:0], c, r.reasons[i])
		if err != nil {
			panic(err)
		}
		n += len(p)
	}
	sinkInt = n
}

func appendGobwas(r *row) {
	n := 0
	for i, c := range r.codes {
		reason := r.reasons[i]
		if c == code.NoStatus && reason == "" {
			continue
		}
		if len(reason) > frame.MaxReason {
			panic(reason)
		}
		if err := ws.CheckCloseFrameData(ws.StatusCode(c), reason); err != nil {
			panic(err)
		}
		p := buf[:2+len(reason)]
		ws.PutCloseFrameBody(p, ws.StatusCode(c), reason)
		n += len(p)
	}
	sinkInt = n
}

func appendStd(r *row) {
	n := 0
	for i, c := range r.codes {
		p, err := stdAppend(buf[:0], uint16(c), r.reasons[i])
		if err != nil {
			panic(err)
		}
		n += len(p)
	}
	sinkInt = n
}

func maskedOurs(r *row) {
	n := 0
	for i, c := range r.codes {
		b, err := frame.AppendMasked(buf[:0], c, r.reasons[i], r.keys[i])
		if err != nil {
			panic(err)
		}
		p, _, err := frame.ParseMasked(b)
		if err != nil {
			panic(err)
		}
		c, reason, err := frame.Parse(p)
		if err != nil {
			panic(err)
		}
		n += int(c) + len(reason)
	}
	sinkInt = n
}

// maskedGobwas does less than the others: it neither writes nor reads header and key of
// the frame.
func maskedGobwas(r *row) {
	n := 0
	for i, c := range r.codes {
		reason := r.reasons[i]
		p := buf[:0]
		if c != code.NoStatus || reason != "" {
			if len(reason) > frame.MaxReason {
				panic(reason)
			}
			if err := ws.CheckCloseFrameData(ws.StatusCode(c), reason); err != nil {
				panic(err)
			}
			p = buf[:2+len(reason)]
			ws.PutCloseFrameBody(p, ws.StatusCode(c), reason)
		}
		ws.Cipher(p, r.keys[i], 0)
		ws.Cipher(p, r.keys[i], 0)
		if len(p) == 0 {
			n += int(ws.StatusNoStatusRcvd)
			continue
		}
		c, reason := ws.ParseCloseFrameDataUnsafe(p)
		if err := ws.CheckCloseFrameData(c, reason); err != nil {
			panic(err)
		}
		n += int(c) + len(reason)
	}
	sinkInt = n
}

// maskedGobwasFrame uses gobwas's own functions to write and to read a whole frame.
func maskedGobwasFrame(r *row) {
	n := 0
	var wire bytes.Buffer
	for i, c := range r.codes {
		reason := r.reasons[i]
		p := buf[:0]
		if c != code.NoStatus || reason != "" {
			if err := ws.CheckCloseFrameData(ws.StatusCode(c), reason); err != nil {
				panic(err)
			}
			p = buf[:2+len(reason)]
			ws.PutCloseFrameBody(p, ws.StatusCode(c), reason)
		}
		f := ws.MaskFrameInPlaceWith(ws.NewCloseFrame(p), r.keys[i])
		if err := ws.WriteFrame(&wire, f); err != nil {
			panic(err)
		}
		h, err := ws.ReadHeader(&wire)
		if err != nil {
			panic(err)
		}
		p = buf[:h.Length]
		if _, err := io.ReadFull(&wire, p); err != nil {
			panic(err)
		}
		ws.Cipher(p, h.Mask, 0)
		if len(p) == 0 {
			n += int(ws.StatusNoStatusRcvd)
			continue
		}
		c, reason := ws.ParseCloseFrameDataUnsafe(p)
		if err := ws.CheckCloseFrameData(c, reason); err != nil {
			panic(err)
		}
		n += int(c) + len(reason)
	}
	sinkInt = n
}

func maskedStd(r *row) {
	n := 0
	for i, c := range r.codes {
		b, err := stdAppendMasked(buf[:0], uint16(c), r.reasons[i], r.keys[i])
		if err != nil {
			panic(err)
		}
		p, err := stdParseMasked(b)
		if err != nil {
			panic(err)
		}
		c, reason, err := stdParse(p)
		if err != nil {
			panic(err)
		}
		n += int(c) + len(reason)
	}
	sinkInt = n
}

func truncateOurs(r *row) {
	n := 0
	for _, s := range r.reasons {
		n += len(frame.Truncate(s))
	}
	sinkInt = n
}

func truncateStd(r *row) {
	n := 0
	for _, s := range r.reasons {
		n += len(stdTruncate(s))
	}
	sinkInt = n
}

func jsonOurs(r *row) {
	n := 0
	for i := range r.events {
		n += len(r.events[i].AppendJSON(jsonBuf[:0]))
	}
	sinkInt = n
}

func jsonStd(r *row) {
	type closeEvent struct {
		WasClean bool   `json:"wasClean"`
		Code     uint16 `json:"code"`
		Reason   string `json:"reason"`
	}
	n := 0
	for i, c := range r.codes {
		b, err := json.Marshal(closeEvent{true, uint16(c), r.reasons[i]})
		if err != nil {
			panic(err)
		}
		n += len(b)
	}
	sinkInt = n
}
