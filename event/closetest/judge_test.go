//go:build go1.22

package closetest

import (
	"bufio"
	"context"
	"errors"
	"net"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"
)

// rowOf returns a row for servers.
func rowOf(t *testing.T, name string) Row {
	t.Helper()
	for _, r := range Rows(ServerRole) {
		if r.Name == name {
			return r
		}
	}
	t.Fatal("no row", name)
	return Row{}
}

// The level of a finding depends on what else happened.
func TestJudgeLevels(t *testing.T) {
	afterwards := func(f *frame) []frame { return []frame{*f} }
	replied := func(code int) *frame { return &frame{first: opClose, length: 2, payload: payload(code, "")} }
	lost, clean := reported(abnormal, "", false), reported(1000, "", true)
	for _, tt := range []struct {
		what     string
		row      string
		seen     seen
		reported *Reported
		want     []Level
	}{
		{"the right reply", "7.4.1/1", seen{close: replied(1000), end: byFIN}, &clean, nil},
		{"no reply", "7.4.1/1", seen{end: byFIN}, nil, []Level{Must}},
		{"a reset, which can destroy the reply", "7.4.1/1", seen{end: byRST}, nil, []Level{Should, Should}},
		{"1000 in place of another code", "7.4.1/2", seen{close: replied(1000), end: byFIN}, nil, []Level{May}},
		{"another code", "7.4.1/2", seen{close: replied(4000), end: byFIN}, nil, []Level{Should}},
		{"a valid close frame reported as lost", "7.4.1/1", seen{close: replied(1000), end: byFIN}, &lost, []Level{Must}},
		{"a close of ours reported as lost", "7.1.5/3", seen{close: replied(1001), end: byFIN}, &lost, []Level{Should}},
		{"a malformed close frame reported unchanged", "7.4.1/10", seen{close: replied(1002), end: byFIN}, &Reported{Code: 1004}, []Level{Should}},
		{"invalid UTF-8 reported as valid", "8.1/1", seen{close: replied(1007), end: byFIN}, &Reported{Code: 1000}, []Level{Must}},
		{"1015 in reply to 1000", "7.4.1/1", seen{close: replied(1015), end: byFIN}, nil, []Level{Must, Should}},
		{"two close frames", "7.4.1/1", seen{close: replied(1000), after: afterwards(replied(1000)), end: byFIN}, nil, []Level{Should}},
		{"an empty pong", "5.5.2/2", seen{close: replied(1001), pongs: [][]byte{{}}, end: byFIN}, nil, []Level{Should}},
		{"TCP is left open", "7.4.1/1", seen{close: replied(1000)}, nil, []Level{Must}},
		{"TCP is left open after FIN", "7.1.5/4", seen{}, nil, []Level{Should}},
		{"TCP is left open after no reply", "7.1.1/1", seen{close: replied(1001)}, nil, []Level{May}},
		{"a reason of the stack's own for 1006", "7.1.5/6", seen{end: byRST}, &Reported{Code: 1006, Reason: "EOF"}, nil},
	} {
		o := outcome{row: rowOf(t, tt.row), seen: tt.seen, reported: tt.reported, judgeReport: tt.reported != nil}
		got := o.judge()
		ok := len(got) == len(tt.want)
		for i := range got {
			ok = ok && got[i].Level == tt.want[i]
		}
		if !ok {
			t.Errorf("%s: %v, want levels %v", tt.what, got, tt.want)
		}
	}
}

// A call that sends nothing breaks a MUST only if there is something to send.
func TestNothingSent(t *testing.T) {
	for name, want := range map[string]Level{"7.1.2/1": Must, "7.4.1/16": Should} { // 1000 and 1005
		o := outcome{row: rowOf(t, name), asked: true}
		if got := o.judge(); len(got) != 1 || got[0].Level != want || got[0].Part != PartSent {
			t.Errorf("%s: %v, want %v", o.row.Title, got, want)
		}
	}
}

// The context of a hook that hangs is cancelled when its time is over.
func TestHookIsCancelled(t *testing.T) {
	t.Parallel()
	ended := make(chan bool, 10)
	hooks := Hooks{Close: func(ctx context.Context, _ string, _ int, _ string) error {
		<-ctx.Done()
		ended <- true
		return ctx.Err()
	}}
	url := serveStack(t, stack{}, new(App))
	insist(t, func(timeout time.Duration) error {
		report, err := within(t, (&Server{URL: url, Timeout: timeout, Hooks: hooks, Select: only("7.1.2/1")}).Run)
		if err == nil && report.Err(Must) == nil {
			err = errors.New("the row holds")
		}
		return err
	})
	select {
	case <-ended:
	case <-time.After(patience):
		t.Error("the context is not done")
	}
}

// A report is returned once.
func TestReportIsTaken(t *testing.T) {
	var app App
	hooks := app.Hooks()
	app.ClosedCode("a", 1000, "")
	if _, err := hooks.Reported(bounded(t), "a"); err != nil {
		t.Error(err)
	}
	ended, cancel := context.WithTimeout(context.Background(), short/50)
	defer cancel()
	if r, err := hooks.Reported(ended, "a"); err == nil {
		t.Errorf("the report is there again: %v", r)
	}
}

// The peer's own replies are right, whatever the stack sends.
func TestResponse(t *testing.T) {
	for _, tt := range []struct{ sent, want string }{
		{"", ""},
		{"\x03", "\x03\xea"},
		{"\x03\xe9bye", "\x03\xe9"},
		{"\x00\x00", "\x03\xea"},
		{"\x03\xee", "\x03\xea"},
		{"\x03\xe8\xff", "\x03\xef"},
		{"\x03\xe8" + strings.Repeat("a", 124), "\x03\xea"},
	} {
		got := response(frame{first: opClose, length: uint64(len(tt.sent)), payload: []byte(tt.sent)})
		if string(got) != tt.want {
			t.Errorf("to %x: %x, want %x", tt.sent, got, tt.want)
		}
	}
}

// stopped is a connection in a process that was stopped until the first deadline: the
// first read fails, although data was received in time.
type stopped struct {
	net.Conn
	deadlines int
}

func (c *stopped) SetDeadline(time.Time) error { c.deadlines++; return nil }

func (c *stopped) Read(p []byte) (int, error) {
	if c.deadlines == 1 {
		return 0, os.ErrDeadlineExceeded
	}
	return c.Conn.Read(p)
}

func TestDeadlineHidesNothing(t *testing.T) {
	stack, conn := net.Pipe()
	go func() {
		stack.Write([]byte{opClose, 0})
		stack.Close()
	}()
	late := &stopped{Conn: conn}
	p := newPeer(bounded(t), late, bufio.NewReader(late), ServerRole, patience)
	defer p.close()
	if p.await(); p.seen.close == nil {
		t.Error("the close frame is not seen")
	}
}

// A connection that cannot run its row is closed with a closing handshake.
func TestDeflateNotAgreedOn(t *testing.T) {
	t.Parallel()
	var app App
	hooks := app.Hooks()
	s := Server{URL: serveStack(t, stack{faults: faults{noDeflate: true}}, &app), Timeout: patience, Select: only("5.2/4")}
	report, err := within(t, s.Run)
	if err != nil || report.NotRun() != 1 || report.Results[0].Why != noDeflate {
		t.Errorf("%v: %v", err, report.Results)
	}
	got, err := hooks.Reported(bounded(t), "5.2/4")
	if err != nil || !reported(1000, "", true).same(got) {
		t.Errorf("reported %v, %v", got, err)
	}
}

func TestOffersDeflate(t *testing.T) {
	for offer, want := range map[string]bool{
		"":                   false,
		"permessage-deflate": true,
		"permessage-deflate; client_max_window_bits":                        true,
		"permessage-deflate; server_max_window_bits=10":                     false,
		"permessage-deflate; server_max_window_bits=10, permessage-deflate": true,
		"x-webkit-deflate-frame":                                            false,
		"permessage-deflate-2":                                              false,
	} {
		h := http.Header{"Sec-Websocket-Extensions": {offer}}
		if got := offersDeflate(&http.Request{Header: h}); got != want {
			t.Errorf("%q: %v, want %v", offer, got, want)
		}
	}
}

// Hooks discards the connections of an earlier run: the next run must not close them.
func TestAppForgets(t *testing.T) {
	var app App
	app.Open("row", func(int, string) error { t.Error("the old connection is closed"); return nil })
	app.ClosedCode("row", 1000, "")
	hooks := app.Hooks()
	ctx, cancel := context.WithTimeout(context.Background(), short/50)
	defer cancel()
	if hooks.Close(ctx, "row", 1000, "") == nil {
		t.Error("no error")
	}
	if r, err := hooks.Reported(ctx, "row"); err == nil {
		t.Errorf("reported %v", r)
	}
}
