package main

import (
	"math"
	"net/http"
	"runtime"
	"time"

	"example.com/closeframe/bench/embed/verdict"
)

// The cost of a close is measured over connections in memory, as server, so that it
// does not include the operating system. A batch of them is opened, then closed one
// after the other.
const (
	batches = 8
	batch   = 200
)

// The frames of a client, with a masking key of zeros.
var (
	closeFrame  = []byte("\x88\x87\x00\x00\x00\x00\x0f\xa1reply")
	answerFrame = []byte("\x88\x82\x00\x00\x00\x00\x03\xe9")
)

func measureAll(all verdict.Verdicts) {
	for _, s := range stacks {
		if v := all[s.name]; v != nil {
			v.Received = measure(s, func(c conn, m *memConn) {
				m.in <- closeFrame
				c.Read()
			})
			v.Sent = measure(s, func(c conn, m *memConn) {
				m.answer = answerFrame
				_ = c.Close(1001, "bye") // the error is about the reply
				c.Read()
			})
		}
	}
}

// measure returns the cost of the cheapest batch.
func measure(s stack, end func(conn, *memConn)) verdict.Cost {
	least := verdict.Cost{Nanoseconds: math.Inf(1), Allocs: math.Inf(1)}
	for range batches {
		c := measureBatch(s, end)
		least.Nanoseconds = min(least.Nanoseconds, c.Nanoseconds)
		least.Allocs = min(least.Allocs, c.Allocs)
	}
	return least
}

func measureBatch(s stack, end func(conn, *memConn)) verdict.Cost {
	opened, next, ended := make(chan bool), make([]chan bool, batch), make(chan bool)
	for i := range next {
		next[i] = make(chan bool)
		go func() {
			m := newMemConn()
			s.serve(&hijacker{conn: m}, openingRequest(), func(c conn) {
				opened <- true
				<-next[i]
				end(c, m)
				ended <- true
			})
		}()
		<-opened
	}
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	start := time.Now()
	for _, c := range next {
		c <- true
		<-ended
	}
	elapsed := time.Since(start)
	runtime.ReadMemStats(&after)
	return verdict.Cost{
		Nanoseconds: math.Round(float64(elapsed.Nanoseconds()) / batch),
		Allocs:      math.Round(float64(after.Mallocs-before.Mallocs) / batch),
	}
}

func openingRequest() *http.Request {
	r, err := http.NewRequest(http.MethodGet, "http://localhost/", nil)
	if err != nil {
		panic(err)
	}
	r.Header = http.Header{
		"Connection":            {"Upgrade"},
		"Upgrade":               {"websocket"},
		"Origin":                {"http://localhost"},
		"Sec-Websocket-Version": {"13"},
		"Sec-Websocket-Key":     {"dGhlIHNhbXBsZSBub25jZQ=="},
	}
	return r
}
