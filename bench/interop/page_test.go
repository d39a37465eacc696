package interop

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"example.com/closeframe/code"
	"example.com/closeframe/event"
	"example.com/closeframe/frame"
)

// endings are the ways in which a page with an open connection can end, and the event
// that the server must report. The last one ends the browser.
var endings = []struct {
	what string
	page string
	end  func(*testing.T, *browser)
	want event.CloseEvent
}{
	{"navigates away", lost, script("location = 'about:blank'"), goingAway},
	{"navigates into the back/forward cache, then its tab is closed", kept, leaveAndClose, goingAway},
	{"is reloaded", lost, script("location.reload()"), goingAway},
	{"is closed with its tab", lost, command(page.Close), goingAway},
	{"crashes with its tab", lost, command(page.Crash), goingAway},
	{"ends with a killed browser", lost, func(t *testing.T, tab *browser) { tab.kill(t) }, event.Abnormal()},
}

var goingAway = event.MustNew(code.GoingAway, "", true)

func script(expression string) func(*testing.T, *browser) {
	return func(t *testing.T, tab *browser) {
		if _, err := chromedp.Run(tab.ctx, chromedp.Evaluate[chromedp.Void](expression)); err != nil {
			t.Error(err)
		}
	}
}

// command sends a command of the DevTools protocol. A crashing tab does not reply.
func command(c cdp.Command[cdp.Empty, cdp.Empty]) func(*testing.T, *browser) {
	return func(_ *testing.T, tab *browser) {
		go chromedp.Run(tab.ctx, func(ctx context.Context, target *chromedp.Target) (cdp.Empty, error) {
			return cdp.Call(ctx, target, c, cdp.Empty{})
		})
	}
}

func leaveAndClose(t *testing.T, tab *browser) {
	if _, err := chromedp.Run(tab.ctx, chromedp.Navigate("about:blank")); err != nil {
		t.Error(err)
	}
	command(page.Close)(t, tab)
}

// endingTable ends a page in each way.
func endingTable(t *testing.T, b *browser) string {
	var table strings.Builder
	fmt.Fprintln(&table, "| the page | close event of the server |\n|---|---|")
	for _, ending := range endings {
		t.Run(ending.what, func(t *testing.T) {
			addr, events := ourServer(t, make([]job, 1))
			tab := b.tab(t, ending.page)
			call[chromedp.Void](t, tab, "hold", "ws://"+addr+"/")
			ending.end(t, tab)
			got := events()[0]
			if got != ending.want {
				t.Errorf("the server reports %v, want %v", got, ending.want)
			}
			fmt.Fprintf(&table, "| %s | %v |\n", ending.what, got)
		})
	}
	return table.String()
}

// checkJSON converts events to JSON, to a CloseEvent of the page, and back: every code,
// and every character that a reason can have.
func checkJSON(t *testing.T, b *browser) {
	events := everything()
	const batch = 5000
	for len(events) > 0 {
		some := events[:min(batch, len(events))]
		events = events[len(some):]
		texts := make([]string, len(some))
		for i, e := range some {
			texts[i] = string(e.AppendJSON(nil))
		}
		for i, back := range call[[]string](t, b, "throughCloseEvent", texts) {
			var e event.CloseEvent
			if err := e.UnmarshalJSON([]byte(back)); err != nil || e != some[i] {
				t.Fatalf("%#v as %s comes back as %s, %#v, %v", some[i], texts[i], back, e, err)
			}
		}
	}
}

// everything returns an event of every code, and events with every character.
func everything() (events []event.CloseEvent) {
	for i := range 1 << 16 {
		events = append(events, event.MustNew(code.Code(i), "", i%2 == 0))
	}
	var reason []byte
	for r := rune(0); r <= utf8.MaxRune; r++ {
		if !utf8.ValidRune(r) {
			continue
		}
		if len(reason)+utf8.RuneLen(r) > frame.MaxReason {
			events = append(events, event.MustNew(code.NormalClosure, reason, r%2 == 0))
			reason = reason[:0]
		}
		reason = utf8.AppendRune(reason, r)
	}
	return append(events, event.MustNew(code.NormalClosure, reason, true))
}
