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
	// Read reads to the end of the connection, and then does what the stack requires of
	// an application, such as closing TCP. It returns what the stack reported: 1005 for
	// an empty close frame, 1006 without a valid one.
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
