package main

import (
	"context"
	"net/http"
)

// A stack is one of the seven.
type stack struct {
	name  string
	serve func(w http.ResponseWriter, r *http.Request, use func(conn))
	dial  func(ctx context.Context, url string) (conn, error)
}

// A conn is one connection as its application sees it.
type conn interface {
	// Read reads to the end of the connection, does what an application of the
	// stack then has to do, such as closing TCP, and returns what the stack said
	// of the end: 1005 for an empty close frame, 1006 for no valid one.
	Read() (code int, reason string)

	// Close asks the stack to close.
	Close(code int, reason string) error
}

const (
	noStatus = 1005
	abnormal = 1006
)

var stacks = []stack{
	{"gobwas", serveGobwas, dialGobwas},
	{"gorilla", serveGorilla, dialGorilla},
	{"fasthttp", serveFasthttp, dialFasthttp},
	{"gws", serveGws, dialGws},
	{"coder", serveCoder, dialCoder},
	{"x/net", serveXnet, dialXnet},
	{"nbio", serveNbio, dialNbio},
}
