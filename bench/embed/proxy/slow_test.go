package proxy

import (
	"bytes"
	"testing"
	"time"

	"example.com/closeframe/bench/embed/live"
)

// A side that takes no messages is dropped, and the other one told: what it sent
// afterwards, be it a close frame, would never be seen.
func TestSlowSide(t *testing.T) {
	for _, p := range pairs {
		t.Run(p.name, func(t *testing.T) {
			t.Parallel()
			p.writeTimeout = 100 * time.Millisecond
			r := start(t, p)
			_, back := r.connect()
			r.flood("the client does not read", back, payload(1001, nil))

			client, _ := r.connect()
			r.flood("the back end does not read", client, payload(1014, nil))
		})
	}
}

// flood sends messages, which the other side does not read, until a close frame with
// the payload want comes.
func (r *running) flood(name string, from *live.Peer, want []byte) {
	r.t.Helper()
	message := from.AppendFrame(nil, live.Binary, make([]byte, 16<<10))
	stop, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		for {
			select {
			case <-stop:
				return
			default:
			}
			if _, err := from.Write(message); err != nil {
				return
			}
		}
	}()
	f, err := from.ReadFrame()
	close(stop)
	if err != nil || f.First != live.Close || !bytes.Equal(f.Payload, want) {
		r.t.Fatalf("%s: %02x with % x arrived, %v, want % x", name, f.First, f.Payload, err, want)
	}
	<-stopped // the proxy goes on reading
	if err := from.WriteFrame(live.Close, f.Payload); err != nil {
		r.t.Errorf("%s: answering: %v", name, err)
	}
	from.Close()
	r.wait()
}

// A message that is too long for coder ends its connection.
func TestLongMessage(t *testing.T) {
	r := start(t, pairs[0])
	client, back := r.connect()
	if err := back.WriteFrame(live.Binary, make([]byte, 32<<10+1)); err != nil {
		t.Fatal(err)
	}
	if frames, _ := back.Drain(); len(frames) != 1 || !bytes.HasPrefix(frames[0].Payload, payload(1009, nil)) {
		t.Errorf("the back end got %v, want 1009", frames)
	}
	back.Close()
	r.expect("the client of coder", client, payload(1014, nil))
	r.wait()
}
