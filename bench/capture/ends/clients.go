//go:build linux

package main

import (
	"context"
	"crypto/tls"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"syscall"
	"time"

	coder "github.com/coder/websocket"
	gorilla "github.com/gorilla/websocket"

	adapter "example.com/closeframe/bench/embed/gobwas"
	"example.com/closeframe/code"
)

// Each client opens a connection, closes it with 1000 "bye" or waits until the server
// closes, and returns after the end. The recording shows any failure.

var insecure = &tls.Config{InsecureSkipVerify: true} // to the server's own certificate

func connectGorilla(ctx context.Context, url string, closes bool) {
	d := gorilla.Dialer{TLSClientConfig: insecure}
	c, _, err := d.DialContext(ctx, url, nil)
	if err != nil {
		return
	}
	defer context.AfterFunc(ctx, func() { c.Close() })()
	defer c.Close()
	if closes {
		p := gorilla.FormatCloseMessage(gorilla.CloseNormalClosure, "bye")
		c.WriteControl(gorilla.CloseMessage, p, time.Now().Add(time.Second))
	}
	for err == nil {
		_, _, err = c.ReadMessage()
	}
}

func connectCoder(ctx context.Context, url string, closes bool) {
	c, _, err := coder.Dial(ctx, url, nil)
	if err != nil {
		return
	}
	defer c.CloseNow()
	if closes {
		c.Close(coder.StatusNormalClosure, "bye")
		return
	}
	c.Read(ctx)
}

// connectClosing is gobwas with event/closing.
func connectClosing(ctx context.Context, url string, closes bool) {
	c, err := adapter.Dial(ctx, url)
	if err == nil && closes {
		c.Close(code.NormalClosure, "bye")
	}
	for err == nil {
		_, _, err = c.ReadMessage()
	}
}

func connectNode(ctx context.Context, url string, closes bool) {
	job := "[null]\n"
	if closes {
		job = "[[1000,\"bye\"]]\n"
	}
	cmd := exec.CommandContext(ctx, "node", "interop/peers/peer.mjs", "client", "ws", url)
	in, _ := cmd.StdinPipe()
	out, _ := cmd.StdoutPipe()
	if cmd.Start() != nil {
		return
	}
	in.Write([]byte(job))
	out.Read(make([]byte, 1000)) // the close event
	in.Close()                   // this ends the program
	cmd.Wait()
}

// page opens a connection and reports its end.
const page = `<script>
const q = new URLSearchParams(location.search);
const ws = new WebSocket(q.get("url"));
if (q.has("closes")) ws.onopen = () => ws.close(1000, "bye");
ws.onclose = () => fetch("/over");
</script>`

func connectChromium(ctx context.Context, address string, closes bool) {
	ctx, over := context.WithCancel(ctx)
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/":
			w.Header().Set("Content-Type", "text/html")
			w.Write([]byte(page))
		case "/over":
			over()
		}
	}))
	defer site.Close()
	q := url.Values{"url": {address}}
	if closes {
		q.Set("closes", "1")
	}
	profile, _ := os.MkdirTemp("", "ends")
	defer os.RemoveAll(profile)
	cmd := exec.Command("chromium", "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-component-update",
		"--ignore-certificate-errors", "--user-data-dir="+profile, site.URL+"/?"+q.Encode())
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if cmd.Start() != nil {
		return
	}
	<-ctx.Done()
	syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
	cmd.Wait()
}
