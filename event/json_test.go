//go:build go1.24

package event_test

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"unicode/utf8"

	"example.com/closeframe/code"
	"example.com/closeframe/event"
	"example.com/closeframe/frame"
)

func TestAppendJSON(t *testing.T) {
	for _, test := range []struct {
		e    event.CloseEvent
		want string
	}{
		{event.CloseEvent{}, `{"wasClean":false,"code":0,"reason":""}`},
		{event.Abnormal(), `{"wasClean":false,"code":1006,"reason":""}`},
		{event.MustNew(1000, "bye", true), `{"wasClean":true,"code":1000,"reason":"bye"}`},
		{event.MustNew(65535, "\u65e5\u672c \U0001f44b", false), `{"wasClean":false,"code":65535,"reason":"` + "\u65e5\u672c \U0001f44b" + `"}`},
	} {
		if got := test.e.AppendJSON(nil); string(got) != test.want {
			t.Errorf("got %s, want %s", got, test.want)
		}
		if got := test.e.AppendJSON([]byte("> ")); string(got) != "> "+test.want {
			t.Errorf("got %s, want > %s", got, test.want)
		}
	}
}

// TestAppendJSONEscapes checks the escape of every rune that has one.
func TestAppendJSONEscapes(t *testing.T) {
	want := map[rune]string{
		'"': `\"`, '\\': `\\`, '\b': `\b`, '\f': `\f`, '\n': `\n`, '\r': `\r`, '\t': `\t`,
		0x00: `\u0000`, 0x01: `\u0001`, 0x07: `\u0007`, 0x0b: `\u000b`, 0x1b: `\u001b`, 0x1f: `\u001f`,
		'<': `\u003c`, '>': `\u003e`, '&': `\u0026`,
		0x7f: `\u007f`, 0x80: `\u0080`, 0x85: `\u0085`, 0x9b: `\u009b`, 0x9f: `\u009f`,
		0x061c: `\u061c`, 0x200e: `\u200e`, 0x200f: `\u200f`, // Arabic letter mark, LRM, RLM
		0x202a: `\u202a`, 0x202b: `\u202b`, 0x202c: `\u202c`, 0x202d: `\u202d`, 0x202e: `\u202e`, // LRE to RLO
		0x2066: `\u2066`, 0x2067: `\u2067`, 0x2068: `\u2068`, 0x2069: `\u2069`, // LRI to PDI
		0x2028: `\u2028`, 0x2029: `\u2029`,
		// Their neighbours, and others that have no escape.
		' ': " ", '\'': "'", '/': "/", '~': "~", 0xa0: "\u00a0", 0x061b: "\u061b", 0x061d: "\u061d",
		0x200d: "\u200d", 0x2010: "\u2010", 0x2027: "\u2027", 0x202f: "\u202f", 0x2065: "\u2065", 0x206a: "\u206a",
		0xfeff: "\ufeff", 0xfffd: "\ufffd", 0xffff: "\uffff", 0xe0001: "\U000e0001", 0x10ffff: "\U0010ffff",
	}
	for r, esc := range want {
		e := event.MustNew(1000, "a"+string(r)+"b", true)
		if got, want := string(e.AppendJSON(nil)), `{"wasClean":true,"code":1000,"reason":"a`+esc+`b"}`; got != want {
			t.Errorf("%U: got %s, want %s", r, got, want)
		}
	}
}

// isListed reports whether AppendJSON must escape r by its doc.
func isListed(r rune) bool {
	return r <= 0x1f || strings.ContainsRune("\"\\<>&\u2028\u2029", r) ||
		0x7f <= r && r <= 0x9f ||
		strings.ContainsRune("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069", r)
}

func TestAppendJSONEveryRune(t *testing.T) {
	var buf []byte
	listed := 0
	for r := rune(0); r <= utf8.MaxRune; r++ {
		if !utf8.ValidRune(r) {
			continue
		}
		if testing.Short() && r > 0x3000 && r%97 != 0 {
			continue
		}
		e := event.MustNew(1000, string(r), true)
		buf = e.AppendJSON(buf[:0])
		if !json.Valid(buf) {
			t.Fatalf("%U: %q is not JSON", r, buf)
		}
		reason := bytes.TrimSuffix(bytes.TrimPrefix(buf, []byte(`{"wasClean":true,"code":1000,"reason":`)), []byte{'}'})
		var back string
		if err := json.Unmarshal(reason, &back); err != nil || back != string(r) {
			t.Fatalf("%U: %q decodes to %q, %v", r, buf, back, err)
		}
		raw := bytes.ContainsRune(reason[1:len(reason)-1], r)
		if isListed(r) {
			listed++
			if raw && r != '"' && r != '\\' {
				t.Fatalf("%U: not escaped in %q", r, buf)
			}
		} else if !raw || len(reason) != 2+utf8.RuneLen(r) {
			t.Fatalf("%U: escaped in %q, want not escaped", r, buf)
		}
	}
	if listed != 0x20+2+3+2+33+12 {
		t.Errorf("%d runes must be escaped, want %d", listed, 0x20+2+3+2+33+12)
	}
}

// checkJSON compares the three ways to encode e, and decodes it in three ways.
func checkJSON(t *testing.T, e event.CloseEvent) {
	t.Helper()
	want := e.AppendJSON(nil)
	if got, err := e.MarshalJSON(); !bytes.Equal(got, want) || err != nil {
		t.Fatalf("MarshalJSON = %s, %v, want %s", got, err, want)
	}
	if got, err := json.Marshal(e); !bytes.Equal(got, want) || err != nil {
		t.Fatalf("json.Marshal = %s, %v, want %s", got, err, want)
	}
	if got, err := json.Marshal(&e); !bytes.Equal(got, want) || err != nil {
		t.Fatalf("json.Marshal of a pointer = %s, %v, want %s", got, err, want)
	}
	back := event.MustNew(4999, strings.Repeat("old", 41), !e.WasClean())
	if err := back.UnmarshalJSON(want); back != e || err != nil {
		t.Fatalf("%s decodes to %v, %v, want %v", want, back, err, e)
	}
	checkTail(t, back)
	back = event.Abnormal()
	if err := json.Unmarshal(want, &back); back != e || err != nil {
		t.Fatalf("%s decodes by json.Unmarshal to %v, %v, want %v", want, back, err, e)
	}
	var plain struct {
		WasClean bool   `json:"wasClean"`
		Code     uint16 `json:"code"`
		Reason   string `json:"reason"`
	}
	d := json.NewDecoder(bytes.NewReader(want))
	d.DisallowUnknownFields()
	if err := d.Decode(&plain); err != nil || event.MustNew(code.Code(plain.Code), plain.Reason, plain.WasClean) != e {
		t.Fatalf("%s decodes into a plain struct as %+v, %v, want %v", want, plain, err, e)
	}
}

func TestJSONRoundTrip(t *testing.T) {
	for _, reason := range hostile {
		checkJSON(t, event.MustNew(1000, reason, true))
	}
	for n := 0; n < 1<<16; n += 101 {
		checkJSON(t, event.MustNew(code.Code(n), "", false))
	}
	r := rand.New(rand.NewPCG(8259, 1))
	for range 3_000 {
		checkJSON(t, randomEvent(r))
	}
	// As a field, an element and a pointer.
	type record struct {
		Event  event.CloseEvent
		Events []event.CloseEvent
		Last   *event.CloseEvent
	}
	e := event.MustNew(1001, "<bye>", true)
	b, err := json.Marshal(record{e, []event.CloseEvent{e, {}}, &e})
	if err != nil {
		t.Fatal(err)
	}
	var back record
	if err := json.Unmarshal(b, &back); err != nil || back.Event != e || back.Events[0] != e || back.Events[1] != (event.CloseEvent{}) || *back.Last != e {
		t.Errorf("%s decodes to %+v, %v", b, back, err)
	}
}

func TestUnmarshalJSON(t *testing.T) {
	x123 := strings.Repeat("x", 123)
	for _, test := range []struct {
		name, in string
		want     event.CloseEvent
	}{
		{"all", `{"wasClean":true,"code":1000,"reason":"bye"}`, event.MustNew(1000, "bye", true)},
		{"another order and space", " {\n\t\"reason\" : \"bye\" , \"code\":1000,\r\"wasClean\":true } ", event.MustNew(1000, "bye", true)},
		{"none", `{}`, event.CloseEvent{}},
		{"null", `null`, event.CloseEvent{}},
		{"null members", `{"wasClean":null,"code":null,"reason":null}`, event.CloseEvent{}},
		{"code alone", `{"code":1001}`, event.MustNew(1001, "", false)},
		{"reason alone", `{"reason":"r"}`, event.MustNew(0, "r", false)},
		{"wasClean alone", `{"wasClean":true}`, event.MustNew(0, "", true)},
		{"unknown members", `{"type":"close","code":1001,"isTrusted":true,"target":{"code":1,"x":[{}]},"":0}`, event.MustNew(1001, "", false)},
		{"folded names", `{"WASCLEAN":true,"Code":1001,"rEASON":"r"}`, event.MustNew(1001, "r", true)},
		{"long s", `{"wa` + "\u017f" + `Clean":true}`, event.MustNew(0, "", true)},
		{"duplicates", `{"code":1,"reason":"a","code":2,"reason":"b","Code":3}`, event.MustNew(3, "b", false)},
		{"duplicate null", `{"code":1,"code":null}`, event.MustNew(1, "", false)},
		{"code 0", `{"code":0}`, event.CloseEvent{}},
		{"code 65535", `{"code":65535}`, event.MustNew(65535, "", false)},
		{"reason of 123 bytes", `{"reason":"` + x123 + `"}`, event.MustNew(0, x123, false)},
		{"reason of 123 bytes escaped", `{"reason":"` + strings.Repeat(`\u0078`, 123) + `"}`, event.MustNew(0, x123, false)},
		{"escaped pair", `{"reason":"\ud83d\udc4b"}`, event.MustNew(0, "\U0001f44b", false)},
		{"high surrogate alone", `{"reason":"a\ud83db"}`, event.MustNew(0, "a\ufffdb", false)},
		{"low surrogate alone", `{"reason":"\udc4b"}`, event.MustNew(0, "\ufffd", false)},
		{"surrogates swapped", `{"reason":"\udc4b\ud83d"}`, event.MustNew(0, "\ufffd\ufffd", false)},
		{"not UTF-8", "{\"reason\":\"a\xffb\xc0\xaf\"}", event.MustNew(0, "a\ufffdb\ufffd\ufffd", false)},
		{"41 bytes that become 123", "{\"reason\":\"" + strings.Repeat("\xff", 41) + "\"}", event.MustNew(0, strings.Repeat("\ufffd", 41), false)},
	} {
		t.Run(test.name, func(t *testing.T) {
			e := event.MustNew(4999, strings.Repeat("old", 41), true)
			if err := e.UnmarshalJSON([]byte(test.in)); e != test.want || err != nil {
				t.Errorf("got %v, %v, want %v", e, err, test.want)
			}
			checkTail(t, e)
			e = event.MustNew(4999, strings.Repeat("old", 41), true)
			if err := json.Unmarshal([]byte(test.in), &e); e != test.want || err != nil {
				t.Errorf("json.Unmarshal = %v, %v, want %v", e, err, test.want)
			}
		})
	}
}

func TestUnmarshalJSONErrors(t *testing.T) {
	var (
		syntax *json.SyntaxError
		typ    *json.UnmarshalTypeError
	)
	for _, test := range []struct {
		name, in string
		want     any // an error, or what errors.As looks for
	}{
		{"nothing", ``, &syntax},
		{"space", ` `, &syntax},
		{"cut short", `{"code":1000`, &syntax},
		{"garbage behind", `{"code":1000}x`, &syntax},
		{"two values", `{"code":1000}{"code":1001}`, &syntax},
		{"comma behind", `{"code":1000,}`, &syntax},
		{"single quotes", `{'code':1000}`, &syntax},
		{"control in a string", "{\"reason\":\"\n\"}", &syntax},
		{"leading zero", `{"code":01000}`, &syntax},
		{"a number", `1000`, &typ},
		{"a string", `"bye"`, &typ},
		{"an array", `[true,1000,"bye"]`, &typ},
		{"true", `true`, &typ},
		{"code -0", `{"code":-0}`, &typ},
		{"code -1", `{"code":-1}`, &typ},
		{"code 65536", `{"code":65536}`, &typ},
		{"code 1e30", `{"code":1e30}`, &typ},
		{"code 1.5", `{"code":1.5}`, &typ},
		{"code 1e3", `{"code":1e3}`, &typ},
		{"code 1000.0", `{"code":1000.0}`, &typ},
		{"code a string", `{"code":"1000"}`, &typ},
		{"code an object", `{"code":{}}`, &typ},
		{"code wrong, then right", `{"code":"1000","code":1000}`, &typ},
		{"wasClean 1", `{"wasClean":1}`, &typ},
		{"wasClean a string", `{"code":1000,"wasClean":"true"}`, &typ},
		{"reason a number", `{"wasClean":true,"code":1000,"reason":1}`, &typ},
		{"reason an array", `{"reason":["bye"]}`, &typ},
		{"reason of 124 bytes", `{"code":1000,"reason":"` + strings.Repeat("x", 124) + `"}`, frame.ErrTooLong},
		{"reason of 42 bytes that become 126", "{\"reason\":\"" + strings.Repeat("\xff", 42) + "\"}", frame.ErrTooLong},
	} {
		t.Run(test.name, func(t *testing.T) {
			before := event.MustNew(4001, "before", true)
			for name, read := range map[string]func(e *event.CloseEvent) error{
				"UnmarshalJSON":  func(e *event.CloseEvent) error { return e.UnmarshalJSON([]byte(test.in)) },
				"json.Unmarshal": func(e *event.CloseEvent) error { return json.Unmarshal([]byte(test.in), e) },
			} {
				e := before
				err := read(&e)
				if want, ok := test.want.(frame.Error); ok {
					ok = errors.Is(err, want)
					if !ok {
						t.Errorf("%s: %v, want %v", name, err, want)
					}
				} else if !errors.As(err, test.want) {
					t.Errorf("%s: %v, want a %T", name, err, test.want)
				}
				if e != before {
					t.Errorf("%s: on error e became %v", name, e)
				}
			}
		})
	}
}

// TestUnmarshalJSONAgrees compares UnmarshalJSON with encoding/json and a plain struct,
// on JSON of all sorts and other bytes.
func TestUnmarshalJSONAgrees(t *testing.T) {
	seeds := []string{
		`{"wasClean":true,"code":1000,"reason":"bye"}`,
		`{"reason":"\u00e9\ud83d\udc4b\\\"","code":65535,"wasClean":false}`,
		`{"WasClean":null,"CODE":0,"Reason":"` + strings.Repeat("x", 120) + `"}`,
		`[{"code":1}]`, `null`, `{}`, ` {"code" : 12 } `,
	}
	const alphabet = `{}[]",:\u0123456789.eE+-truefalsn ` + "\x00\xff\u00e9"
	r := rand.New(rand.NewPCG(8259, 2))
	good := 0
	for range 50_000 {
		b := []byte(seeds[r.IntN(len(seeds))])
		for range r.IntN(4) {
			i := r.IntN(len(b) + 1)
			switch r.IntN(3) {
			case 0:
				b = append(b[:i:i], append([]byte{alphabet[r.IntN(len(alphabet))]}, b[i:]...)...)
			case 1:
				if i < len(b) {
					b = append(b[:i:i], b[i+1:]...)
				}
			case 2:
				if i < len(b) {
					b[i] = alphabet[r.IntN(len(alphabet))]
				}
			}
		}
		before := event.MustNew(4001, "before", true)
		want := before
		var plain struct {
			WasClean bool
			Code     uint16
			Reason   string
		}
		wantErr := json.Unmarshal(b, &plain)
		if wantErr == nil {
			var e event.CloseEvent
			if e, wantErr = event.New(code.Code(plain.Code), plain.Reason, plain.WasClean); wantErr == nil {
				want = e
				good++
			}
		}
		got := before
		err := got.UnmarshalJSON(b)
		if got != want || fmt.Sprint(err) != fmt.Sprint(wantErr) {
			t.Fatalf("%q: %v, %v, want %v, %v", b, got, err, want, wantErr)
		}
	}
	if good < 5_000 {
		t.Errorf("%d inputs were valid, want 5000 or more", good)
	}
}

// encoding/json repairs a reason that is not UTF-8.
func TestUnmarshalJSONRepairsTheReason(t *testing.T) {
	for in, want := range map[string]string{
		"{\"reason\":\"a\xffb\"}":       "a\ufffdb",
		`{"reason":"a\ud800b"}`:         "a\ufffdb",
		`{"reason":"\ud83d\udc4b"}`:     "👋",
		"{\"reason\":\"\xed\xa0\x80\"}": "\ufffd\ufffd\ufffd",
	} {
		var e event.CloseEvent
		if err := json.Unmarshal([]byte(in), &e); err != nil || e.Reason() != want {
			t.Errorf("%s = %q, %v, want %q", in, e.Reason(), err, want)
		}
	}
}

func TestXMLIsAnEmptyElement(t *testing.T) {
	//lint:ignore SA9005 this is what the test is about
	got, err := xml.Marshal(event.MustNew(1000, "bye", true))
	if want := "<CloseEvent></CloseEvent>"; string(got) != want || err != nil {
		t.Errorf("got %s, %v, want %s", got, err, want)
	}
}
