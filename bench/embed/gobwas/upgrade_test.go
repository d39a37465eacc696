package gobwas_test

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"testing"
	"time"

	"example.com/closeframe/bench/embed/gobwas"
	"example.com/closeframe/bench/embed/rawpeer"
)

// A rejected opening handshake leaves no open connection.
func TestUpgradeRefused(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	refused := make(chan error, 1)
	t.Cleanup(rawpeer.ServeHTTP(l, func(w http.ResponseWriter, r *http.Request) {
		_, err := gobwas.Upgrade(w, r)
		refused <- err
	}))
	conn, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	conn.SetDeadline(time.Now().Add(rawpeer.Patience))
	if _, err := io.WriteString(conn, "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	r := bufio.NewReader(conn)
	res, err := http.ReadResponse(r, nil)
	if err != nil {
		t.Fatal(err)
	}
	if res.StatusCode != http.StatusBadRequest {
		t.Errorf("%s, want 400", res.Status)
	}
	if _, err := io.Copy(io.Discard, r); err != nil {
		t.Errorf("TCP stays open: %v", err)
	}
	if err := <-refused; err == nil {
		t.Error("Upgrade returns no error")
	}
}
