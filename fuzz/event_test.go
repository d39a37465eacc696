//go:build go1.24

package fuzz

import (
	"bytes"
	"encoding/json"
	"testing"

	"example.com/closeframe/code"
	"example.com/closeframe/event"
	"example.com/closeframe/frame"
	"example.com/closeframe/fuzz/reference"
)

func FuzzEvent(f *testing.F) {
	seeds(f, func(kind string, b []byte) {
		if kind == "payload" && len(b) > 2 {
			f.Add(uint16(b[0])<<8|uint16(b[1]), b[2:], true, uint16(1000), []byte("bye"), true)
		}
	})
	f.Add(uint16(1005), []byte{}, true, uint16(1005), []byte{0}, true)
	f.Add(uint16(1000), []byte("<\x1b\u2028\u202e\"\\"), false, uint16(1000), []byte("<\x1b\u2028\u202e\"\\"), true)
	f.Fuzz(func(t *testing.T, c1 uint16, r1 []byte, clean1 bool, c2 uint16, r2 []byte, clean2 bool) {
		e1, ok1 := newEvent(t, c1, r1, clean1)
		e2, ok2 := newEvent(t, c2, r2, clean2)
		if !ok1 || !ok2 {
			return
		}
		same := c1 == c2 && bytes.Equal(r1, r2) && clean1 == clean2
		if (e1 == e2) != same || e1.IsSame(e2) != same {
			t.Fatalf("%v and %v: got == %v and IsSame %v, want %v", e1, e2, e1 == e2, e1.IsSame(e2), same)
		}
		checkEventPayload(t, e1, c1, r1)
		checkEventJSON(t, e1)
	})
}

// newEvent makes an event, overwrites the bytes that it was made from, and checks its
// parts.
func newEvent(t *testing.T, c uint16, reason []byte, clean bool) (e event.CloseEvent, ok bool) {
	source := bytes.Clone(reason)
	e, err := event.New(code.Code(c), source, clean)
	if err != frame.CheckReason(reason) {
		t.Fatalf("got %v, want %v", err, frame.CheckReason(reason))
	}
	if err != nil {
		if e != (event.CloseEvent{}) {
			t.Fatalf("got event %v on error", e)
		}
		return e, false
	}
	for i := range source {
		source[i] ^= 0xff
	}
	if e.Reason() != string(reason) || e.Code() != code.Code(c) || e.WasClean() != clean {
		t.Fatalf("got %#v, want %d, %q, %v", e, c, reason, clean)
	}
	return e, true
}

func checkEventPayload(t *testing.T, e event.CloseEvent, c uint16, reason []byte) {
	p, err := e.AppendPayload(nil)
	want, wantErr := reference.Append(c, reason)
	if asError(t, err) != wantErr || !bytes.Equal(p, want) {
		t.Fatalf("payload of %v: got %x, %v, want %x, %v", e, p, err, want, wantErr)
	}
	if err != nil {
		return
	}
	if back, err := event.Parse(p, e.WasClean()); err != nil || back != e {
		t.Fatalf("through the payload: got %v, %v, want %v", back, err, e)
	}
}

func checkEventJSON(t *testing.T, e event.CloseEvent) {
	own := e.AppendJSON(nil)
	std, err := json.Marshal(e)
	if err != nil || !bytes.Equal(own, std) {
		t.Fatalf("AppendJSON: got %s, json.Marshal returns %s, %v", own, std, err)
	}
	var back event.CloseEvent
	if err := json.Unmarshal(own, &back); err != nil || back != e {
		t.Fatalf("through %s: got %v, %v, want %v", own, back, err, e)
	}
}

func FuzzJSON(f *testing.F) {
	for _, s := range []string{
		`{"wasClean":true,"code":1000,"reason":"bye"}`, `{}`, `null`, `[]`, `{"code":65536}`, `{"code":-1}`,
		`{"CODE":1001,"Reason":null,"x":[{}]}`, `{"reason":"\ud800"}`, "{\"reason\":\"\xff\"}", `{"code":1e3}`,
		`{"wasClean":1}`, `{"code":1000}x`, `{"reason":"\u0000\u2028"}`, `{"code":1,"code":2}`, ` { "code" : 7 } `,
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		before := event.MustNew(4321, "before", true)
		e := before
		err := e.UnmarshalJSON(b)

		var v struct {
			WasClean bool
			Code     uint16
			Reason   string
		}
		wantErr := json.Unmarshal(b, &v)
		want, newErr := event.New(code.Code(v.Code), v.Reason, v.WasClean)
		if wantErr != nil || newErr != nil {
			want = before
		}
		if (err != nil) != (wantErr != nil || newErr != nil) || e != want {
			t.Fatalf("got %v, %v, want %v, %v, %v", e, err, want, wantErr, newErr)
		}
	})
}
