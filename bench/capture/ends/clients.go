//go:build linux

package main

import (
	"context"
	"crypto/tls"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"syscall"
	"time"

	coder "github.com/coder/websocket"
	"github.com/gobwas/ws"
	"github.com/gobwas/ws/wsutil"
	gorilla "github.com/gorilla/websocket"

	adapter "example.com/closeframe/bench/embed/gobwas"
	"example.com/closeframe/code"
)

// A client opens a connection, closes it with 1000 "bye" or waits for the server to,
// and returns when it is over.
type client struct {
	name    string
	plain   bool // it does not dial over TLS
	connect func(ctx context.Context, url string, closes bool) error
}

var clients = []client{
	{name: "gorilla", connect: connectGorilla},
	{name: "coder", connect: connectCoder},
	{name: "gobwas", connect: connectGobwas},
	{name: "closing", connect: connectClosing, plain: true},
	{name: "ws", connect: connectNode},
	{name: "chromium", connect: connectChromium},
}

var insecure = &tls.Config{InsecureSkipVerify: true} // to the server's own certificate

func connectGorilla(ctx context.Context, url string, closes bool) error {
	d := gorilla.Dialer{TLSClientConfig: insecure}
	c, _, err := d.DialContext(ctx, url, nil)
	if err != nil {
		return err
	}
	defer c.Close()
	defer context.AfterFunc(ctx, func() { c.Close() })()
	if closes {
		p := gorilla.FormatCloseMessage(gorilla.CloseNormalClosure, "bye")
		if err := c.WriteControl(gorilla.CloseMessage, p, time.Now().Add(patience)); err != nil {
			return err
		}
	}
	for {
		if _, _, err := c.ReadMessage(); err != nil {
			return err
		}
	}
}

func connectCoder(ctx context.Context, url string, closes bool) error {
	c, _, err := coder.Dial(ctx, url, &coder.DialOptions{HTTPClient: &http.Client{Transport: &http.Transport{TLSClientConfig: insecure}}})
	if err != nil {
		return err
	}
	defer c.CloseNow()
	if closes {
		return c.Close(coder.StatusNormalClosure, "bye")
	}
	_, _, err = c.Read(ctx)
	return err
}

func connectGobwas(ctx context.Context, url string, closes bool) error {
	d := ws.Dialer{TLSConfig: insecure}
	c, br, _, err := d.Dial(ctx, url)
	if err != nil {
		return err
	}
	defer c.Close()
	defer context.AfterFunc(ctx, func() { c.Close() })()
	var rw io.ReadWriter = c
	if br != nil { // it has read more than the opening handshake
		rw = struct {
			io.Reader
			io.Writer
		}{br, c}
	}
	if closes {
		b := ws.MustCompileFrame(ws.MaskFrame(ws.NewCloseFrame(ws.NewCloseFrameBody(ws.StatusNormalClosure, "bye"))))
		if _, err := c.Write(b); err != nil {
			return err
		}
	}
	for {
		if _, _, err := wsutil.ReadServerData(rw); err != nil {
			return err
		}
	}
}

// connectClosing is gobwas with event/closing.
func connectClosing(ctx context.Context, url string, closes bool) error {
	c, err := adapter.Dial(ctx, url)
	if err != nil {
		return err
	}
	c.CloseTimeout = patience
	if closes {
		if err := c.Close(code.NormalClosure, "bye"); err != nil {
			return err
		}
	}
	for {
		if _, _, err := c.ReadMessage(); err != nil {
			return err
		}
	}
}

func connectNode(ctx context.Context, url string, closes bool) error {
	job := "[null]\n"
	if closes {
		job = "[[1000,\"bye\"]]\n"
	}
	cmd := exec.CommandContext(ctx, "node", "interop/peers/peer.mjs", "client", "ws", url)
	cmd.Env = append(os.Environ(), "NODE_TLS_REJECT_UNAUTHORIZED=0")
	in, err := cmd.StdinPipe()
	if err != nil {
		return err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	if _, err := in.Write([]byte(job)); err != nil {
		return err
	}
	out.Read(make([]byte, 1000)) // the close event
	in.Close()                   // which ends it
	return cmd.Wait()
}

// page opens a connection and says when it is over.
const page = `<script>
const q = new URLSearchParams(location.search);
const ws = new WebSocket(q.get("url"));
if (q.has("closes")) ws.onopen = () => ws.close(1000, "bye");
ws.onclose = () => fetch("/over");
</script>`

func connectChromium(ctx context.Context, address string, closes bool) error {
	over := make(chan bool, 1)
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/":
			w.Header().Set("Content-Type", "text/html")
			w.Write([]byte(page))
		case "/over":
			over <- true
		}
	}))
	defer site.Close()
	q := url.Values{"url": {address}}
	if closes {
		q.Set("closes", "1")
	}
	profile, err := os.MkdirTemp("", "ends")
	if err != nil {
		return err
	}
	defer os.RemoveAll(profile)
	cmd := exec.Command("chromium", "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-component-update",
		"--ignore-certificate-errors", "--user-data-dir="+profile, site.URL+"/?"+q.Encode())
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := cmd.Start(); err != nil {
		return err
	}
	select {
	case <-over:
	case <-ctx.Done():
	}
	syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
	cmd.Wait()
	return nil
}
