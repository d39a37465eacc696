//go:build go1.24

package event_test

import (
	"bytes"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"
	"unsafe"

	"example.com/closeframe/code"
	"example.com/closeframe/event"
	"example.com/closeframe/frame"
)

// hostile has reasons that could harm a log or a terminal, and others that are hard to
// quote.
var hostile = []string{
	"",
	"bye",
	`say "bye"`,
	`back\slash`,
	"`tick`",
	"two\nlines\r\n2026/01/01 00:00:00 forged entry",
	"\x1b[31mred\x1b[0m\x1b]0;title\a",
	"\x00\b\f\t\v\x7f",
	"\u0080\u0085\u009b31m\u009f",       // C1
	"\u202egnp.exe\u202c\u2066\u2069",   // bidirectional controls
	"\u061c\u200e\u200f\u200b\u2060",    // marks, and zero-width characters
	"\ufefffirst",                       // byte order mark
	"\U000e0001\U000e0041\U000e007f",    // tags
	"\u2028\u2029",                      // line and paragraph separators
	"\ufffd\ufffe\uffff\U0010ffff",      // replacement, noncharacters
	"caf\u00e9 cafe\u0301 \u65e5\u672c", // accents, combining and not
	"\U0001f44b\U0001f3fd \u2764\ufe0f",
	"</script><script>&amp;",
	"\ue000\U000f0000", // private use
	strings.Repeat("x", 123),
	strings.Repeat("\x1b", 123),
	strings.Repeat("\U000e0001", 30) + "abc",
}

// randomReason returns a reason of any length, often with hostile runes.
func randomReason(r *rand.Rand) string {
	var b strings.Builder
	for range r.IntN(130) {
		switch r.IntN(4) {
		case 0:
			b.WriteRune(rune(r.IntN(0x80)))
		case 1:
			b.WriteRune(rune(r.IntN(0x3000)))
		case 2:
			s := []rune(hostile[r.IntN(len(hostile))] + "x")
			b.WriteRune(s[r.IntN(len(s))])
		default:
			b.WriteRune(rune(r.IntN(utf8.MaxRune + 1))) // a surrogate becomes U+FFFD
		}
	}
	return frame.Truncate(b.String())
}

func randomEvent(r *rand.Rand) event.CloseEvent {
	return event.MustNew(randomCode(r), randomReason(r), r.IntN(2) == 0)
}

// checkParts compares the parts of e with those that it was made from.
func checkParts(t *testing.T, e event.CloseEvent, c code.Code, reason string, clean bool) {
	t.Helper()
	if e.Code() != c || e.Reason() != reason || e.WasClean() != clean {
		t.Errorf("got %d, %q, %v, want %d, %q, %v", e.Code(), e.Reason(), e.WasClean(), c, reason, clean)
	}
	if got := e.AppendReason([]byte("> ")); string(got) != "> "+reason {
		t.Errorf("AppendReason = %q, want %q", got, "> "+reason)
	}
	checkTail(t, e)
}

// checkTail reports bytes past the reason that are not zero: they would break ==.
func checkTail(t *testing.T, e event.CloseEvent) {
	t.Helper()
	for i, b := range event.Tail(e) {
		if b != 0 {
			t.Fatalf("%v: byte %d past the reason is %#x", e, i, b)
		}
	}
	if n := len(event.Tail(e)) + len(e.Reason()); n != frame.MaxReason {
		t.Errorf("%v: reason and tail have %d bytes, want %d", e, n, frame.MaxReason)
	}
}

type (
	text string
	blob []byte
)

func TestNew(t *testing.T) {
	for _, reason := range hostile {
		for _, clean := range []bool{false, true} {
			want, err := event.New(code.GoingAway, reason, clean)
			if err != nil {
				t.Fatalf("%q: %v", reason, err)
			}
			checkParts(t, want, code.GoingAway, reason, clean)
			if e, err := event.New(code.GoingAway, []byte(reason), clean); e != want || err != nil {
				t.Errorf("of []byte: %v, %v, want %v", e, err, want)
			}
			if e, err := event.New(code.GoingAway, text(reason), clean); e != want || err != nil {
				t.Errorf("of a string type: %v, %v, want %v", e, err, want)
			}
			if e, err := event.New(code.GoingAway, blob(reason), clean); e != want || err != nil {
				t.Errorf("of a []byte type: %v, %v, want %v", e, err, want)
			}
			if e := event.MustNew(code.GoingAway, reason, clean); e != want {
				t.Errorf("MustNew = %v, want %v", e, want)
			}
		}
	}
	if e, err := event.New(1000, blob(nil), true); e != event.MustNew(1000, "", true) || err != nil {
		t.Errorf("of nil: %v, %v", e, err)
	}
}

func TestNewAcceptsEveryCode(t *testing.T) {
	for n := range 1 << 16 {
		e, err := event.New(code.Code(n), "r", n%2 == 0)
		if err != nil || e.Code() != code.Code(n) || string(e.AppendReason(nil)) != "r" || e.WasClean() != (n%2 == 0) {
			t.Fatalf("%d: %v, %v", n, e, err)
		}
	}
}

// rejected has reasons that New rejects.
var rejected = []struct {
	name, reason string
	err          error
}{
	{"124 bytes", strings.Repeat("x", 124), frame.ErrTooLong},
	{"379 bytes", strings.Repeat("x", 256+123), frame.ErrTooLong},
	{"41 runes of 3 bytes and 1", strings.Repeat("\u65e5", 41) + "x", frame.ErrTooLong},
	{"long and not UTF-8", strings.Repeat("\xff", 124), frame.ErrTooLong},
	{"stray byte", "bye\xff", frame.ErrUTF8},
	{"cut rune", "\u65e5"[:2], frame.ErrUTF8},
	{"surrogate", "\xed\xa0\x80", frame.ErrUTF8},
	{"overlong", "\xc0\xaf", frame.ErrUTF8},
	{"past U+10FFFF", "\xf4\x90\x80\x80", frame.ErrUTF8},
	{"last of 123 bytes", strings.Repeat("x", 122) + "\x80", frame.ErrUTF8},
}

// A code outside 16 bits is an error, also if its low 16 bits are a code.
func TestNewCodesDoNotWrap(t *testing.T) {
	check := func(name string, e event.CloseEvent, err error, want error) {
		t.Helper()
		if err != want || err != nil && e != (event.CloseEvent{}) {
			t.Errorf("%s: %v, %v, want %v", name, e, err, want)
		}
	}
	e, err := event.New(66536, "", true) // uint16(66536) is 1000
	check("66536", e, err, frame.ErrCode)
	e, err = event.New(int8(-24), "", true) // uint16(-24) is 65512
	check("int8(-24)", e, err, frame.ErrCode)
	e, err = event.New(int64(-1)<<32+1000, "", true)
	check("-1<<32+1000", e, err, frame.ErrCode)
	e, err = event.New(uint64(1)<<63+1000, "", true)
	check("1<<63+1000", e, err, frame.ErrCode)
	e, err = event.New(65535, "", true)
	check("65535", e, err, nil)
	if e.Code() != 65535 {
		t.Errorf("New(65535) has code %d, want 65535", uint16(e.Code()))
	}
	// Length, then code, then UTF-8.
	e, err = event.New(-1, strings.Repeat("\xff", 124), true)
	check("-1 with 124 bytes", e, err, frame.ErrTooLong)
	e, err = event.New(-1, "\xff", true)
	check("-1 with invalid UTF-8", e, err, frame.ErrCode)
}

func TestNewErrors(t *testing.T) {
	for _, test := range rejected {
		t.Run(test.name, func(t *testing.T) {
			if e, err := event.New(1000, test.reason, true); e != (event.CloseEvent{}) || err != test.err {
				t.Errorf("New = %v, %v, want the zero event, %v", e, err, test.err)
			}
			if e, err := event.New(1000, blob(test.reason), true); e != (event.CloseEvent{}) || err != test.err {
				t.Errorf("New of []byte = %v, %v, want the zero event, %v", e, err, test.err)
			}
			defer func() {
				if v := recover(); v != test.err {
					t.Errorf("MustNew panics with %v, want %v", v, test.err)
				}
			}()
			event.MustNew(1000, test.reason, true)
		})
	}
}

func TestParse(t *testing.T) {
	for _, reason := range hostile {
		payload := append([]byte{0x0f, 0xa0}, reason...)
		e, err := event.Parse(payload, true)
		if err != nil {
			t.Fatalf("%q: %v", reason, err)
		}
		checkParts(t, e, 4000, reason, true)
	}
	for _, payload := range [][]byte{nil, {}} {
		e, err := event.Parse(payload, false)
		if err != nil {
			t.Fatal(err)
		}
		checkParts(t, e, code.NoStatus, "", false)
	}
}

func TestParseErrors(t *testing.T) {
	for _, test := range []struct {
		name, payload string
		err           error
	}{
		{"one byte", "\x03", frame.ErrShortPayload},
		{"126 bytes", "\x03\xe8" + strings.Repeat("x", 124), frame.ErrTooLong},
		{"code 0", "\x00\x00", frame.ErrCode},
		{"code 1005", "\x03\xed", frame.ErrCode},
		{"code 1006 and a reason", "\x03\xeeno", frame.ErrCode},
		{"code 5000", "\x13\x88", frame.ErrCode},
		{"not UTF-8", "\x03\xe8bye\xff", frame.ErrUTF8},
	} {
		t.Run(test.name, func(t *testing.T) {
			if e, err := event.Parse([]byte(test.payload), true); e != (event.CloseEvent{}) || err != test.err {
				t.Errorf("got %v, %v, want the zero event, %v", e, err, test.err)
			}
		})
	}
}

func TestZeroAndAbnormal(t *testing.T) {
	var zero event.CloseEvent
	checkParts(t, zero, 0, "", false)
	if zero != event.MustNew(0, "", false) {
		t.Error("the zero value is not the event of 0, \"\", false")
	}
	checkParts(t, event.Abnormal(), code.AbnormalClosure, "", false)
	if event.Abnormal() != event.MustNew(code.AbnormalClosure, "", false) {
		t.Error("Abnormal is not the event of 1006, \"\", false")
	}
}

// TestBytesAreNotRetained changes the bytes that events were made from.
func TestBytesAreNotRetained(t *testing.T) {
	reason := []byte("bye")
	e := event.MustNew(1000, reason, true)
	payload := []byte("\x03\xe8bye")
	p, err := event.Parse(payload, true)
	if err != nil {
		t.Fatal(err)
	}
	j := []byte(`{"code":1000,"reason":"bye","wasClean":true}`)
	var u event.CloseEvent
	if err := u.UnmarshalJSON(j); err != nil {
		t.Fatal(err)
	}
	clear(reason)
	clear(payload)
	clear(j)
	for _, e := range []event.CloseEvent{e, p, u} {
		checkParts(t, e, 1000, "bye", true)
	}
	clear(e.AppendReason(nil))
	out, _ := e.AppendPayload(nil)
	clear(out)
	clear(e.AppendJSON(nil))
	checkParts(t, e, 1000, "bye", true)
}

func TestIsSame(t *testing.T) {
	events := []event.CloseEvent{
		{},
		event.Abnormal(),
		event.MustNew(1000, "", false),
		event.MustNew(1000, "", true),
		event.MustNew(1000, "a", true),
		event.MustNew(1000, "a\x00", true),
		event.MustNew(1000, "\x00", true),
		event.MustNew(1000, "\x00\x00", true),
		event.MustNew(1000, "b", true),
		event.MustNew(1001, "a", true),
		event.MustNew(1000, strings.Repeat("x", 123), true),
		event.MustNew(1000, strings.Repeat("x", 122), true),
		event.MustNew(1000, strings.Repeat("x", 122)+"y", true),
	}
	keys := map[event.CloseEvent]int{}
	for i, a := range events {
		for j, b := range events {
			if a.IsSame(b) != (i == j) || (a == b) != (i == j) {
				t.Errorf("%v, %v: IsSame %v, == %v", a, b, a.IsSame(b), a == b)
			}
		}
		keys[a] = i
	}
	for i, a := range events {
		b := event.MustNew(a.Code(), []byte(a.Reason()), a.WasClean())
		if !a.IsSame(b) || a != b {
			t.Errorf("%v differs from an event with the same parts", a)
		}
		if n, ok := keys[b]; n != i || !ok {
			t.Errorf("%v as a map key finds %d, %v, want %d", b, n, ok, i)
		}
	}
}

func TestAppendPayload(t *testing.T) {
	r := rand.New(rand.NewPCG(6455, 5))
	for range 20_000 {
		e := randomEvent(r)
		dst := []byte("before")
		got, err := e.AppendPayload(dst)
		want, wantErr := frame.Append(dst, e.Code(), e.Reason())
		if !bytes.Equal(got, want) || err != wantErr {
			t.Fatalf("%v: % x, %v, want % x, %v", e, got, err, want, wantErr)
		}
		if err != nil {
			continue
		}
		if back, err := event.Parse(got[len(dst):], e.WasClean()); back != e || err != nil {
			t.Fatalf("%v is parsed as %v, %v", e, back, err)
		}
	}
}

func TestAppendPayloadErrors(t *testing.T) {
	for _, e := range []event.CloseEvent{
		{},
		event.Abnormal(),
		event.MustNew(999, "", true),
		event.MustNew(1004, "x", true),
		event.MustNew(code.NoStatus, "x", true),
		event.MustNew(code.TLSHandshake, "", true),
		event.MustNew(2999, "", true),
		event.MustNew(5000, "", true),
		event.MustNew(65535, strings.Repeat("x", 123), true),
	} {
		if got, err := e.AppendPayload(nil); got != nil || err != frame.ErrCode {
			t.Errorf("%v to nil: %v, %v, want nil, %v", e, got, err, frame.ErrCode)
		}
		backing := bytes.Repeat([]byte{'.'}, 200)
		dst := backing[:3]
		got, err := e.AppendPayload(dst)
		if len(got) != 3 || cap(got) != cap(dst) || &got[0] != &dst[0] || err != frame.ErrCode {
			t.Errorf("%v: %q, %v, want dst, %v", e, got, err, frame.ErrCode)
		}
		if n := bytes.Count(backing, []byte{'.'}); n != len(backing) {
			t.Errorf("%v: %d bytes of dst were written", e, len(backing)-n)
		}
	}
	if got, err := event.MustNew(code.NoStatus, "", true).AppendPayload(nil); got != nil || err != nil {
		t.Errorf("1005 to nil: %v, %v, want nil, nil", got, err)
	}
}

// An event must have 128 bytes, no pointers, no exported fields, and be comparable.
func TestLayout(t *testing.T) {
	if n := unsafe.Sizeof(event.CloseEvent{}); n != 128 {
		t.Errorf("a CloseEvent has %d bytes, want 128", n)
	}
	var look func(reflect.Type)
	look = func(typ reflect.Type) {
		switch typ.Kind() {
		case reflect.Bool, reflect.Uint8, reflect.Uint16:
		case reflect.Array:
			look(typ.Elem())
		case reflect.Struct:
			for i := range typ.NumField() {
				look(typ.Field(i).Type)
				if typ.Field(i).IsExported() {
					t.Errorf("%v.%s is exported", typ, typ.Field(i).Name)
				}
			}
		default:
			t.Errorf("CloseEvent holds a %v", typ)
		}
	}
	look(reflect.TypeFor[event.CloseEvent]())
	look(reflect.TypeFor[event.Handshake]())
	if !reflect.TypeFor[event.CloseEvent]().Comparable() {
		t.Error("a CloseEvent is not comparable")
	}
}

// A short event that replaces a long one in place leaves no byte past its reason.
func TestTail(t *testing.T) {
	long, short := event.MustNew(1000, strings.Repeat("x", 123), true), event.MustNew(1001, "r", false)
	check := func(name string, e event.CloseEvent) {
		t.Helper()
		if tail := event.Tail(e); strings.Trim(string(tail), "\x00") != "" {
			t.Errorf("%s: %v leaves %q past its reason", name, e, tail)
		}
	}
	e := long
	if err := e.UnmarshalJSON([]byte(`{"code":1001,"reason":"r"}`)); err != nil {
		t.Fatal(err)
	}
	check("UnmarshalJSON", e)
	longPayload, _ := long.AppendPayload(nil)
	shortPayload, _ := short.AppendPayload(nil)
	for name, report := range map[string]func(h *event.Handshake){
		"Receive":         func(h *event.Handshake) { _, _ = h.Receive(shortPayload), h.Receive(longPayload) },
		"ReceiveParsed":   func(h *event.Handshake) { _, _ = h.ReceiveParsed(1001, "r"), h.Receive(longPayload) },
		"malformed first": func(h *event.Handshake) { _, _ = h.Receive(append(longPayload[:20:20], 0xff)), h.Receive(longPayload) },
	} {
		var h event.Handshake
		report(&h)
		check(name, h.End())
	}
}

// The docs state these sizes, for 64-bit systems.
func TestSizes(t *testing.T) {
	if unsafe.Sizeof(uintptr(0)) != 8 {
		t.Skip("the docs state sizes for 64 bits")
	}
	for _, test := range []struct {
		name      string
		got, want uintptr
	}{
		{"CloseEvent", unsafe.Sizeof(event.CloseEvent{}), 128},
		{"Handshake", unsafe.Sizeof(event.Handshake{}), 132},
		{"Target", unsafe.Sizeof(event.Target{}), 184},
	} {
		if test.got != test.want {
			t.Errorf("a %s has %d bytes, its doc says %d", test.name, test.got, test.want)
		}
	}
}
