//go:build go1.22

package closetest

import (
	"context"
	"flag"
	"fmt"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"testing"
	"time"
)

const (
	utf8Rows    = "8.1/1 8.1/2 8.1/3 8.1/4 8.1/5 8.1/6 8.1/7 8.1/8 8.1/9 8.1/10"
	refusedRows = "7.4.2/17 7.4.2/18 7.4.2/19 7.4.2/20 7.4.1/17 7.4.1/18 7.4.1/19 7.4.2/21 7.4.2/22 7.4.2/23 5.5/7 5.5/8 5.5.1/7"
)

var both = []Role{ServerRole, ClientRole}

// A stack with exactly one fault has findings in the rows of that fault, and in no others.
func TestFaults(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name  string
		f     faults
		under []Role
		level Level
		rows  string // "" if it is allowed
	}{
		{"RSV bits accepted", faults{acceptRSV: true}, both, Must, "5.2/1 5.2/2 5.2/3 5.2/4 5.2/5 5.2/6"},
		{"RSV1 accepted with deflate", faults{acceptRSVWithDeflate: true}, both, Must, "5.2/4"},
		{"opcode 11 accepted", faults{acceptOpcode: true}, both, Must, "5.2/7"},
		{"unmasked frames accepted", faults{acceptMask: true}, both[:1], Must, "5.1/1"},
		{"masked frames accepted", faults{acceptMask: true}, both[1:], Must, "5.1/2"},
		{"lengths in more bytes than needed", faults{acceptPadded: true}, both, Should, "5.2/8 5.2/9"},
		{"over 125 bytes accepted", faults{acceptLong: true}, both, Should, "5.5/3 5.5/4 5.5/5"},
		{"no FIN accepted", faults{acceptNoFIN: true}, both, Should, "5.5/6"},
		{"one byte accepted", faults{acceptOneByte: true}, both, Should, "5.5.1/2"},
		{"invalid UTF-8 accepted", faults{acceptUTF8: true}, both, Must, utf8Rows},
		{"1002 for invalid UTF-8", faults{utf8As1002: true}, both, Should, utf8Rows},
		{"999 accepted", faults{acceptCode: 999}, both, Should, "7.4.2/5"},
		{"2999 accepted", faults{acceptCode: 2999}, both, Should, "7.4.2/10"},
		{"1005 accepted and echoed", faults{acceptCode: 1005}, both, Must, "7.4.1/11"},
		{"1002 for 1014", faults{reply: replace(1014, 1002)}, both, Should, "11.7/3"},
		{"no reply to 4999", faults{reply: replace(4999, 0)}, both[:1], Must, "7.4.2/16"},
		{"always 1000", faults{reply: func(int) int { return 1000 }}, both, 0, ""},
		{"the reason echoed", faults{echoReason: true}, both, 0, ""},

		{"what follows is judged", faults{refuseBehind: true}, both, Should, "1.4/1 1.4/2 5.5.2/1 7.1.5/1"},
		{"no fragments", faults{refuseFragments: true}, both, Must, "5.4/1"},
		{"the last close frame counts", faults{lastCounts: true}, both, Must, "7.1.5/1"},
		{"a reply must have our code", faults{strictEcho: true, only: "7.1.5/3"}, both, Should, "7.1.5/3"},
		{"a malformed reply is accepted", faults{acceptReplies: true}, both, Should, "7.4.1/15"},
		{"no pong behind our close frame", faults{mutePing: true}, both, Should, "5.5.2/2"},

		{"data behind our close frame", faults{dataBehind: true, only: "7.4.1/2"}, both, Must, "7.4.1/2"},
		{"two close frames", faults{closeTwice: true, only: "7.1.5/3"}, both, Should, "7.1.5/3"},
		{"a padded length", faults{padded: true, only: "7.4.1/2"}, both, Must, "7.4.1/2"},
		{"a server that masks, a client that does not", faults{wrongMask: true, only: "7.4.1/2"}, both, Must, "7.4.1/2"},
		{"a reply of 126 bytes", faults{long: true, only: "7.4.1/2"}, both, Must, "7.4.1/2"},
		{"a reply with RSV1", faults{rsv: true, only: "7.4.1/2"}, both, Must, "7.4.1/2"},
		{"a reply of one byte", faults{oneByte: true, only: "7.4.1/2"}, both, Must, "7.4.1/2"},

		{"1000 in reply to FIN", faults{replyFIN: true}, both, Should, "7.1.5/4"},
		{"FIN cancels the reply", faults{finCancels: true, only: "5.5.1/6"}, both, Must, "5.5.1/6"},
		{"TCP is reset", faults{resetEnd: true, only: "7.4.1/2"}, both, Should, "7.4.1/2"},
		{"a client that does not wait for FIN", faults{impatient: true}, both[1:], 0, ""},

		{"our code is reported", faults{reportSent: true, only: "7.1.5/3"}, both, Must, "7.1.5/3"},
		{"a clean end is reported unclean", faults{reportDirty: true, only: "7.4.1/2"}, both, Must, "7.4.1/2"},
		{"reported twice", faults{reportTwice: true, only: "7.4.1/2"}, both, Should, "7.4.1/2"},

		{"codes wrap", faults{wrap: true}, both, Should, refusedRows[:strings.Index(refusedRows, " 5.5/7")]},
		{"reasons are cut inside a rune", faults{cut: true, only: "5.5/8"}, both, Must, "5.5/8"},
		{"an error ends the connection", faults{dropOnError: true}, both, Should, refusedRows},
	} {
		for _, under := range tt.under {
			t.Run(tt.name+"/"+under.String(), func(t *testing.T) {
				t.Parallel()
				report := run(t, under, stack{faults: tt.f}, some(tt.f.only))
				want := strings.Fields(tt.rows)
				var got []string
				for _, r := range report.Results {
					switch broken := r.Broken(max(tt.level, Should)); {
					case len(broken) > 0:
						got = append(got, r.Row.Name)
					case len(r.Broken(Should)) > 0 || !r.Ran:
						t.Errorf("%s: %v %s", r.Row.Name, r.Findings, r.Why)
					}
				}
				slices.Sort(got)
				slices.Sort(want)
				if !slices.Equal(got, want) {
					t.Errorf("the rows %q, want %q\n%v", got, want, report.Err(Should))
				}
			})
		}
	}
}

// TestMain lets more tests run at once than there are processors: most of them wait.
func TestMain(m *testing.M) {
	if err := flag.Set("test.parallel", "24"); err != nil {
		panic(err)
	}
	os.Exit(m.Run())
}

// only selects rows by their names.
func only(names ...string) func(Row) bool {
	return func(r Row) bool { return slices.Contains(names, r.Name) }
}

// some selects all quick rows, or one and a sample of the others.
func some(only string) func(Row) bool {
	return func(r Row) bool {
		return isQuick(r) && (only == "" || r.Name == only || strings.HasSuffix(r.Name, "/2"))
	}
}

func replace(code, by int) func(int) int {
	return func(c int) int {
		if c == code {
			return by
		}
		return c
	}
}

// isSlow reports whether a row waits for a timeout of the stack, or between bytes.
func isSlow(r Row) bool { return r.Want.TCP == May || r.Steps[0].Do == SlowBytes }

func isQuick(r Row) bool { return !isSlow(r) }

// run runs rows that wait for nothing against a stack.
func run(t *testing.T, under Role, s stack, which func(Row) bool) *Report {
	t.Helper()
	report, err := runIn(t, under, s, patience, which)
	if err != nil {
		t.Fatal(err)
	}
	return report
}

// runIn runs rows against a stack, each with a timeout.
func runIn(t *testing.T, under Role, s stack, timeout time.Duration, which func(Row) bool) (*Report, error) {
	t.Helper()
	s.role = under
	var app App
	r := (&Client{Select: which, Timeout: timeout, Parallel: 8, Hooks: app.Hooks(), Dial: func(ctx context.Context, row, url string) error {
		return dialStack(ctx, s, &app, row, url)
	}}).Run
	if under == ServerRole {
		r = (&Server{URL: serveStack(t, s, &app), Select: which, Timeout: timeout, Parallel: 8, Hooks: app.Hooks()}).Run
	}
	report, err := within(t, r)
	if err == nil && len(report.Results) == 0 {
		t.Fatal("no row is selected")
	}
	return report, err
}

// good returns an error if a row did not run, or has a finding.
func good(report *Report) error {
	if n := report.NotRun(); n > 0 || len(report.Results) == 0 {
		return fmt.Errorf("%d of %d rows were not run", n, len(report.Results))
	}
	return report.Err(May)
}

func TestGood(t *testing.T) {
	t.Parallel()
	for _, under := range both {
		t.Run(under.String(), func(t *testing.T) {
			t.Parallel()
			quick := run(t, under, stack{}, isQuick)
			if err := good(quick); err != nil {
				t.Error(err)
			}
			insist(t, func(timeout time.Duration) error {
				slow, err := runIn(t, under, stack{}, timeout, isSlow)
				if err != nil {
					return err
				}
				if got, want := len(quick.Results)+len(slow.Results), len(Rows(under)); got != want {
					t.Errorf("%d rows, want %d", got, want)
				}
				return good(slow)
			})
		})
	}
}

// Over TLS the rows are the same.
func TestGoodTLS(t *testing.T) {
	t.Parallel()
	var app App
	srv := httptest.NewTLSServer(serve(t, stack{}, &app))
	t.Cleanup(srv.Close)
	check := func(run func(context.Context) (*Report, error)) {
		t.Helper()
		report, err := within(t, run)
		if err == nil {
			err = good(report)
		}
		if err != nil {
			t.Error(err)
		}
	}
	check((&Server{URL: srv.URL, TLSConfig: insecure, Timeout: patience, Select: isQuick, Hooks: app.Hooks()}).Run)
	c := Client{TLSConfig: srv.TLS, Timeout: patience, Select: isQuick, Hooks: app.Hooks()}
	c.Dial = func(ctx context.Context, row, url string) error {
		return dialStack(ctx, stack{role: ClientRole}, &app, row, url)
	}
	check(c.Run)
}

// Some faults show only when the row's time is over.
func TestWaits(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name  string
		f     faults
		under []Role
		level Level
		row   string
	}{
		{"a frame must be in one read", faults{oneRead: true}, both, Must, "5.2/10"}, // unless it is, on a busy machine
		{"no reply to 4999", faults{reply: replace(4999, 0)}, both[1:], Must, "7.4.2/16"},
		{"TCP is left open", faults{neverEnd: true}, both[:1], Must, "7.4.1/2"},
		{"not reported", faults{reportNothing: true}, both, Should, "7.4.1/2"},
		{"a close frame behind data is lost", faults{dropBehindData: true}, both, Must, "5.2/12"},
		{"data with the handshake is lost", faults{lateBytes: true}, both[1:], Must, "4.2.2/1"},
		{"a close call sends nothing", faults{silentClose: true}, both, Must, "7.1.2/1"},
		{"a close call hangs", faults{hangs: true}, both, Must, "7.1.2/1"},

		{"no timeout for the reply", faults{patient: true}, both, May, "7.1.1/1"},
		{"no timeout for a write", faults{stuck: true, patient: true}, both, May, "7.1.1/2"},
		{"a client without a timeout for FIN", faults{patient: true}, both[1:], May, "7.1.1/3"},
		{"a short timeout for a frame", faults{hasty: true}, both, Should, "5.2/13"},
	} {
		for _, under := range tt.under {
			t.Run(tt.name+"/"+under.String(), func(t *testing.T) {
				t.Parallel()
				insist(t, func(timeout time.Duration) error {
					report, err := runIn(t, under, stack{faults: tt.f}, timeout, only(tt.row))
					if err != nil {
						return err
					}
					r := report.Results[0]
					if len(r.Broken(tt.level)) == 0 || tt.level == May && len(r.Broken(Should)) > 0 {
						return fmt.Errorf("%s: %v, want %v", r.Row.Name, r.Findings, tt.level)
					}
					return nil
				})
			})
		}
	}
}
