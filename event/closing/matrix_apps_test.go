//go:build go1.25

package closing_test

import (
	"bufio"
	"net"
	"sync"
	"testing"
	"time"

	"example.com/closeframe/code"
	"example.com/closeframe/event"
	"example.com/closeframe/event/closing"
)

// An application is the user of a connection, with what it saw.
type application struct {
	t      *testing.T
	c      *closing.Conn
	conn   net.Conn
	client bool
	second time.Duration // scaled
	calls  sync.WaitGroup
	events []event.CloseEvent
	err    error // of the reader

	mu   sync.Mutex
	errs []error // of the writers
}

func (a *application) read() {
	a.calls.Go(func() { a.err = serve(a.c, a.conn, a.client) })
}

// writeEach writes until there is an error.
func (a *application) writeEach(payload []byte, pause time.Duration) {
	a.writeEachRaw(appendFrame(nil, a.client, opText, payload), pause)
}

func (a *application) writeEachRaw(frame []byte, pause time.Duration) {
	a.calls.Go(func() {
		for {
			if err := writeRaw(a.c, frame); err != nil {
				a.mu.Lock()
				a.errs = append(a.errs, err)
				a.mu.Unlock()
				return
			}
			time.Sleep(pause)
		}
	})
}

func (a *application) close() {
	time.Sleep(10 * a.second)
	a.c.Close(code.GoingAway, "done")
}

var hugeFrames = sync.OnceValue(func() (frames [2][]byte) {
	for i := range frames {
		frames[i] = appendFrame(nil, i == 1, opText, make([]byte, 16<<20))
	}
	return frames
})

// huge returns a message of 16 MB.
func huge(client bool) []byte {
	if client {
		return hugeFrames()[1]
	}
	return hugeFrames()[0]
}

// An appKind is an application's behaviour.
type appKind struct {
	name              string
	run               func(a *application)
	reads, terminates bool
}

var appKinds = []appKind{
	{name: "idle", run: (*application).close},
	{name: "reads", reads: true, run: func(a *application) { a.read(); a.close() }},
	{name: "is the example", reads: true, run: func(a *application) {
		c := Conn{a.c, bufio.NewReader(a.conn), a.client}
		a.calls.Go(func() {
			for a.err == nil {
				_, _, a.err = c.ReadMessage()
			}
		})
		c.WriteMessage(opText, []byte("hello"))
		a.close()
	}},
	{name: "never reads", run: func(a *application) {
		a.writeEach(make([]byte, 1000), a.second)
		a.close()
	}},
	{name: "writes 16 MB", reads: true, run: func(a *application) {
		a.read()
		time.Sleep(9 * a.second)
		a.writeEachRaw(huge(a.client), time.Hour)
		time.Sleep(a.second)
		a.c.Close(code.GoingAway, "done")
	}},
	{name: "writes from many goroutines", reads: true, run: func(a *application) {
		a.read()
		for range 50 {
			a.writeEach(make([]byte, 1000), a.second/10)
		}
		a.close()
	}},
	{name: "closes twice", reads: true, run: func(a *application) {
		a.read()
		a.close()
		a.c.Close(code.InternalError, "again")
		time.Sleep(2 * a.second)
		a.c.Close(code.InternalError, "and again")
	}},
	{name: "terminates", reads: true, terminates: true, run: func(a *application) {
		a.read()
		time.Sleep(10 * a.second)
		a.c.Terminate()
	}},
	{name: "panics in a listener", reads: true, run: func(a *application) {
		a.c.AddEventListener(func(event.CloseEvent) { panic("listener") })
		a.calls.Go(func() {
			defer func() { recover() }()
			serve(a.c, a.conn, a.client)
		})
		a.close()
	}},
}
