//go:build go1.25

package closing_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"io"
	"math/big"
	"net"
	"sync"
	"testing"
	"time"

	"example.com/closeframe/event"
	"example.com/closeframe/event/closing"
)

var certificate = sync.OnceValue(makeCertificate)

func config(w wire) *tls.Config {
	version := map[wire]uint16{tls12: tls.VersionTLS12, tls13: tls.VersionTLS13}[w]
	return &tls.Config{
		Certificates:       []tls.Certificate{certificate()},
		InsecureSkipVerify: true,
		MinVersion:         version,
		MaxVersion:         version,
	}
}

// secure returns both ends over TLS, if the cell is.
func (c cell) secure(t *testing.T, ours, theirs net.Conn) (us, them net.Conn) {
	if c.wire == plain {
		return ours, theirs
	}
	s, d := ours, theirs
	if c.client {
		s, d = d, s
	}
	server, client := tls.Server(s, config(c.wire)), tls.Client(d, config(c.wire))
	var wg sync.WaitGroup
	wg.Go(func() {
		if err := server.Handshake(); err != nil {
			t.Error(err)
		}
	})
	if err := client.Handshake(); err != nil {
		t.Error(err)
	}
	wg.Wait()
	if c.client {
		return client, server
	}
	return server, client
}

func makeCertificate() tls.Certificate {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		panic(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(100 * 365 * 24 * time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		panic(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}

// Over TLS too, the server closes TCP first: after close_notify alone, the client would.
func TestTLSClientClosesFirst(t *testing.T) {
	for _, w := range []wire{tls12, tls13} {
		inBubble(t, func(t *testing.T) {
			ours, theirs := link()
			s, d := cell{wire: w}.secure(t, ours, theirs)
			ended := start(func() error { return closing.Server(s).Receive([]byte(bye)) })
			if _, err := io.Copy(io.Discard, d); err != nil {
				t.Errorf("%v: the peer read %v, want close_notify", w, err)
			}
			if _, err := theirs.Read(make([]byte, 1)); err != io.EOF {
				t.Errorf("%v: the peer read %v from TCP, want io.EOF", w, err)
			}
			wantWaiting(t, "Receive", ended)
			d.Close()
			if e, _ := event.From(<-ended); e != byeClean {
				t.Errorf("%v: event %v, want %v", w, e, byeClean)
			}
		})
	}
}
