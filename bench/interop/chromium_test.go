package interop

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"testing"

	devtools "github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/chromedp"

	"example.com/closeframe/event"
)

// A browser is a Chromium with a page of its own.
type browser struct {
	ctx context.Context // of the tab
	cmd *exec.Cmd
}

// startChromium starts Debian's Chromium, without a window, with a new profile and without
// network access of its own, and opens the page in it. It ends with the test, also with
// one that fails.
func startChromium(t *testing.T) *browser {
	t.Helper()
	path, err := exec.LookPath("chromium")
	if err != nil {
		t.Fatalf("%v; install.sh installs it", err)
	}
	b := &browser{}
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path),
		chromedp.NoSandbox, // it runs as root in CI
		chromedp.DisableGPU,
		chromedp.Flag("disable-quic", true),
		chromedp.Flag("disable-component-update", true),
		chromedp.ModifyCmdFunc(func(cmd *exec.Cmd) {
			inGroup(cmd)
			b.cmd = cmd
		}))
	ctx, cancelAll := context.WithTimeout(context.Background(), 10*patience)
	ctx, cancelAllocator := chromedp.NewExecAllocator(ctx, options...)
	ctx, cancelTab := chromedp.NewContext(ctx)
	b.ctx = ctx
	t.Cleanup(func() {
		cancelTab()
		cancelAllocator()
		cancelAll()
		if b.cmd != nil && b.cmd.Process != nil {
			b.kill(t)
		}
	})
	b.open(t, lost)
	return b
}

// kill kills the process of the browser, if it still runs.
func (b *browser) kill(t *testing.T) { endGroup(t, b.cmd.Process.Pid) }

// tab opens the page in another tab, which ends with the test.
func (b *browser) tab(t *testing.T, page string) *browser {
	ctx, cancel := chromedp.NewContext(b.ctx)
	t.Cleanup(cancel)
	tab := &browser{ctx, b.cmd}
	tab.open(t, page)
	return tab
}

// The page. The browser may keep the one in the back/forward cache, and not the other.
const (
	kept = "/page.html?kept"
	lost = "/page.html"
)

// open opens the page and waits until its scripts have loaded.
func (b *browser) open(t *testing.T, page string) {
	t.Helper()
	files := http.FileServerFS(os.DirFS("peers"))
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.RequestURI != kept {
			w.Header().Set("Cache-Control", "no-store")
		}
		files.ServeHTTP(w, r)
	}))
	t.Cleanup(site.Close)
	if _, err := chromedp.Run(b.ctx, chromedp.Navigate(site.URL+page)); err != nil {
		t.Fatal(err)
	}
}

// call calls a function of the page and waits for its promise.
func call[T any](t *testing.T, b *browser, function string, args ...any) T {
	t.Helper()
	list, err := json.Marshal(args)
	if err != nil {
		t.Fatal(err)
	}
	expression := fmt.Sprintf("%s(...%s)", function, list)
	result, err := chromedp.Run(b.ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	if err != nil {
		t.Fatalf("%s in the page: %v", function, err)
	}
	return result
}

// client runs the page as a client.
func (b *browser) client(t *testing.T, addr string, jobs []job) []event.CloseEvent {
	return call[[]event.CloseEvent](t, b, "sessions", "ws://"+addr+"/", json.RawMessage(encode(t, jobs)))
}

// version returns the name and the version that the browser gives itself.
func (b *browser) version(t *testing.T) string {
	v, err := chromedp.CallBrowser(b.ctx, devtools.GetVersion, cdp.Empty{})
	if err != nil {
		t.Fatal(err)
	}
	return v.Product
}
