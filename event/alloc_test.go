//go:build go1.24

package event_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"example.com/closeframe/code"
	"example.com/closeframe/event"
	"example.com/closeframe/frame"
)

// The results are stored here so that the compiler cannot remove the calls.
var (
	sinkEvent  event.CloseEvent
	sinkBytes  []byte
	sinkString string
	sinkError  error
	sinkCode   code.Code
	sinkState  event.State
	sinkBool   bool
)

// TestAllocs calls every exported function, on success and on each error. Only the
// exceptions in the package comment may allocate.
func TestAllocs(t *testing.T) {
	var (
		x123    = strings.Repeat("x", 123)
		x124    = strings.Repeat("x", 124)
		bytes   = []byte("bye")
		long    = []byte(x123)
		control = event.MustNew(4001, strings.Repeat("\x1b", 123), true) // its quoted form is the longest
		e       = event.MustNew(1001, "bye", true)
		unnamed = event.MustNew(4001, x123, false)
		none    = event.MustNew(1000, "", true)
		buf     = make([]byte, 0, 1024)
		payload = []byte("\x03\xe9bye")
		notUTF8 = []byte("\x03\xe9\xff")
		tooLong = append([]byte{3, 0xe9}, x124...)
		plain   = &event.Error{Event: e}
		caused  = &event.Error{Event: e, Err: io.EOF}
		wrapped = fmt.Errorf("read: %w", caused)
		joined  = errors.Join(io.EOF, caused)
		foreign = fmt.Errorf("read: %w", io.EOF)
		f       = func(event.CloseEvent) {}
	)
	idle := make([]event.Target, 101) // AllocsPerRun calls once more to warm up
	var over event.Target
	over.Dispatch(e)

	for _, test := range []struct {
		name string
		want float64
		f    func()
	}{
		{"New of string", 0, func() { sinkEvent, sinkError = event.New(1001, "bye", true) }},
		{"New of 123 bytes", 0, func() { sinkEvent, sinkError = event.New(1001, x123, true) }},
		{"New of []byte", 0, func() { sinkEvent, sinkError = event.New(1001, bytes, true) }},
		{"New of 123 bytes of []byte", 0, func() { sinkEvent, sinkError = event.New(1001, long, true) }},
		{"New ErrTooLong", 0, func() { sinkEvent, sinkError = event.New(1001, x124, true) }},
		{"New ErrTooLong of []byte", 0, func() { sinkEvent, sinkError = event.New(1001, tooLong, true) }},
		{"New ErrCode", 0, func() { sinkEvent, sinkError = event.New(65536, "bye", true) }},
		{"New ErrUTF8", 0, func() { sinkEvent, sinkError = event.New(1001, "\xff", true) }},
		{"New ErrUTF8 of []byte", 0, func() { sinkEvent, sinkError = event.New(1001, notUTF8, true) }},
		{"MustNew", 0, func() { sinkEvent = event.MustNew(1001, "bye", true) }},
		{"Parse", 0, func() { sinkEvent, sinkError = event.Parse(payload, true) }},
		{"Parse of nothing", 0, func() { sinkEvent, sinkError = event.Parse(nil, true) }},
		{"Parse ErrShortPayload", 0, func() { sinkEvent, sinkError = event.Parse(payload[:1], true) }},
		{"Parse ErrTooLong", 0, func() { sinkEvent, sinkError = event.Parse(tooLong, true) }},
		{"Parse ErrCode", 0, func() { sinkEvent, sinkError = event.Parse(payload[1:], true) }},
		{"Parse ErrUTF8", 0, func() { sinkEvent, sinkError = event.Parse(notUTF8, true) }},
		{"Abnormal", 0, func() { sinkEvent = event.Abnormal() }},

		{"Code", 0, func() { sinkCode = e.Code() }},
		{"WasClean", 0, func() { sinkBool = e.WasClean() }},
		{"IsSame", 0, func() { sinkBool = e.IsSame(unnamed) }},
		{"Reason", 1, func() { sinkString = e.Reason() }},
		{"Reason, empty", 0, func() { sinkString = none.Reason() }},
		{"AppendReason", 0, func() { sinkBytes = unnamed.AppendReason(buf) }},
		{"AppendReason to nil", 1, func() { sinkBytes = unnamed.AppendReason(nil) }},
		{"AppendPayload", 0, func() { sinkBytes, sinkError = unnamed.AppendPayload(buf) }},
		{"AppendPayload of 1005", 0, func() { sinkBytes, sinkError = event.MustNew(1005, "", true).AppendPayload(nil) }},
		{"AppendPayload ErrCode", 0, func() { sinkBytes, sinkError = event.Abnormal().AppendPayload(buf) }},
		{"String", 1, func() { sinkString = e.String() }},
		{"String of 123 bytes", 1, func() { sinkString = unnamed.String() }},
		{"AppendTo", 0, func() { sinkBytes = e.AppendTo(buf) }},
		{"AppendTo of 123 bytes", 0, func() { sinkBytes = unnamed.AppendTo(buf) }},
		{"AppendTo of controls", 0, func() { sinkBytes = control.AppendTo(buf) }},
		{"AppendJSON", 0, func() { sinkBytes = e.AppendJSON(buf) }},
		{"AppendJSON of controls", 0, func() { sinkBytes = control.AppendJSON(buf) }},
		{"MarshalJSON", 1, func() { sinkBytes, sinkError = e.MarshalJSON() }},
		{"MarshalJSON of controls", 1, func() { sinkBytes, sinkError = control.MarshalJSON() }},

		{"Error.Unwrap", 0, func() { sinkError = caused.Unwrap() }},
		{"Error.Is", 0, func() { sinkBool = caused.Is(io.EOF) }},
		{"Error.Error", 1, func() { sinkString = plain.Error() }},
		{"Error.Error with a cause", 1, func() { sinkString = caused.Error() }},
		{"From", 0, func() { sinkEvent, sinkBool = event.From(caused) }},
		{"From nil", 0, func() { sinkEvent, sinkBool = event.From(nil) }},
		{"From a nil *Error", 0, func() { sinkEvent, sinkBool = event.From((*event.Error)(nil)) }},
		{"From io.EOF", 0, func() { sinkEvent, sinkBool = event.From(io.EOF) }},
		{"From frame.Error", 0, func() { sinkEvent, sinkBool = event.From(frame.ErrUTF8) }},
		{"From wrapped", 1, func() { sinkEvent, sinkBool = event.From(wrapped) }},
		{"From joined", 1, func() { sinkEvent, sinkBool = event.From(joined) }},
		{"From foreign", 1, func() { sinkEvent, sinkBool = event.From(foreign) }},

		{"State.String", 0, func() { sinkString = event.Complete.String() }},
		{"Handshake.ReceiveParsed", 0, func() { var h event.Handshake; sinkError = h.ReceiveParsed(4001, x123); sinkEvent = h.End() }},
		{"Handshake.ReceiveParsed of 1006", 0, func() { var h event.Handshake; sinkError = h.ReceiveParsed(1006, ""); sinkCode, sinkBool = h.Reply() }},
		{"Handshake.Receive ErrShortPayload", 0, func() { var h event.Handshake; sinkError = h.Receive(payload[:1]) }},
		{"Handshake.Receive ErrTooLong", 0, func() { var h event.Handshake; sinkError = h.Receive(tooLong) }},
		{"Handshake.Receive ErrCode", 0, func() { var h event.Handshake; sinkError = h.Receive(payload[1:]) }},
		{"Handshake.Receive ErrUTF8", 0, func() { var h event.Handshake; sinkError = h.Receive(notUTF8) }},
		{"Handshake, all else", 0, func() {
			var h event.Handshake
			sinkError = h.Receive(payload)
			sinkError = h.Receive(notUTF8)
			sinkCode, sinkBool = h.Reply()
			h.Sent(sinkCode)
			h.Fail()
			sinkState = h.State()
			sinkCode, sinkBool = h.Local()
			sinkCode, sinkBool = h.Remote()
			sinkBool = h.LocalFirst()
			sinkBool = h.MaySendData()
			sinkBool = h.MaySendPong()
			sinkBool = h.MaySendClose()
			sinkCode, sinkError = h.Fault()
			h.WriteFailed()
			sinkEvent = h.End()
		}},

		{"Target.Dispatch to nobody", 0, func() { sinkBool = idle[0].Dispatch(e); idle = idle[1:] }},
		{"Target.Event", 0, func() { sinkEvent, sinkBool = over.Event() }},
		{"Target.Dispatch again", 0, func() { sinkBool = over.Dispatch(e) }},
		{"Target.AddEventListener of nil", 0, func() { over.AddEventListener(nil) }},
	} {
		t.Run(strings.ReplaceAll(test.name, " ", "-"), func(t *testing.T) {
			if n := testing.AllocsPerRun(100, test.f); n != test.want {
				t.Errorf("%v allocations, want %v", n, test.want)
			}
		})
	}

	// The allocations of encoding/json, strconv and a growing slice change with the Go
	// version and the race detector. So these are generous bounds.
	for _, test := range []struct {
		name string
		most float64
		f    func()
	}{
		{"AppendPayload to nil", 2, func() { sinkBytes, sinkError = unnamed.AppendPayload(nil) }},
		{"GoString", 8, func() { sinkString = e.GoString() }},
		{"String of controls", 4, func() { sinkString = control.String() }},
		{"UnmarshalJSON", 10, func() { sinkError = sinkEvent.UnmarshalJSON([]byte(`{"wasClean":true,"code":1,"reason":"bye"}`)) }},
		{"UnmarshalJSON of an error", 16, func() { sinkError = sinkEvent.UnmarshalJSON([]byte(`{"code":-1}`)) }},
		{"json.Marshal", 4, func() { sinkBytes, sinkError = json.Marshal(e) }},
	} {
		t.Run(strings.ReplaceAll(test.name, " ", "-"), func(t *testing.T) {
			n := testing.AllocsPerRun(100, test.f)
			t.Logf("%v allocations", n)
			if n > test.most {
				t.Errorf("%v allocations, want no more than %v", n, test.most)
			}
		})
	}

	t.Run("registering", func(t *testing.T) {
		var open event.Target
		for _, test := range []struct {
			name string
			want float64
			f    func()
		}{
			{"AddEventListener", 2, func() { open.AddEventListener(f) }}, // the listener and remove
			{"AddEventListener and remove", 2, func() { sinkBool = open.AddEventListener(f)() }},
			{"AddEventListener afterwards", 2, func() { over.AddEventListener(f) }},
			{"OnClose", 0, func() { open.OnClose(f); open.OnClose(f); open.OnClose(nil) }},
			{"OnClose afterwards", 0, func() { over.OnClose(f); over.OnClose(nil) }},
		} {
			if n := testing.AllocsPerRun(100, test.f); n > test.want {
				t.Errorf("%s: %v allocations, want no more than %v", test.name, n, test.want)
			}
		}
	})
}

// conn is the state that a stack has for one connection.
type conn struct {
	handshake event.Handshake
	target    event.Target
	out       [frame.MaxFrame]byte
}

// close runs the whole end of a server's connection, from the close frame of the client
// to the listeners. first means that the server closes first.
func (c *conn) close(wire []byte, first bool) {
	h := &c.handshake
	if first {
		sinkBytes, sinkError = frame.AppendFrame(c.out[:0], code.GoingAway, "restart")
		h.Sent(code.GoingAway)
	}
	payload, _, err := frame.ParseMasked(wire)
	if err != nil {
		panic(err)
	}
	sinkError = h.Receive(payload)
	if reply, due := h.Reply(); due {
		sinkBytes, sinkError = frame.AppendFrame(c.out[:0], reply, "")
		h.Sent(reply)
	}
	if h.State() != event.Complete {
		panic(h.State())
	}
	sinkBool = c.target.Dispatch(h.End())
}

// TestNoAllocsOfConnection ends connections that have their listeners already.
func TestNoAllocsOfConnection(t *testing.T) {
	const runs = 100
	for _, first := range []bool{false, true} {
		for _, reason := range []string{"bye", ""} {
			wire, err := frame.AppendMasked(nil, 4001, reason, [4]byte{1, 2, 3, 4})
			if err != nil {
				t.Fatal(err)
			}
			// AllocsPerRun calls once more to warm up.
			conns, called, next := make([]conn, runs+1), 0, 0
			for i := range conns {
				conns[i].target.OnClose(func(e event.CloseEvent) {
					if e.WasClean() && e.Code() == 4001 {
						called++
					}
				})
				conns[i].target.AddEventListener(func(event.CloseEvent) { called++ })
			}
			n := testing.AllocsPerRun(runs, func() {
				conns[next].close(wire, first)
				next++
			})
			if n != 0 {
				t.Errorf("local first %v, reason %q: %v allocations, want 0", first, reason, n)
			}
			if called != 2*len(conns) {
				t.Errorf("%d listeners called, want %d", called, 2*len(conns))
			}
		}
	}
}
