package bench

import (
	"strings"

	"github.com/gobwas/ws"
	gorilla "github.com/gorilla/websocket"

	"example.com/closeframe/code"
	"example.com/closeframe/frame"
)

// A peer reads or writes the payload of a close frame. A nil function is missing in
// that peer. ok is whether it accepted its input.
type peer struct {
	name   string
	module string // "" for ours and the standard library
	reads  string // the functions that are called
	read   func(payload []byte) (c uint16, reason string, ok bool)
	writes string
	write  func(c uint16, reason string) (payload []byte, ok bool)
}

// peers have exported functions; connPeers has the others.
var peers = []peer{
	{
		name:  "ours",
		reads: "frame.Parse", writes: "frame.Append",
		read: func(p []byte) (uint16, string, bool) {
			c, reason, err := frame.Parse(p)
			return uint16(c), string(reason), err == nil
		},
		write: func(c uint16, reason string) ([]byte, bool) {
			p, err := frame.Append(nil, code.Code(c), reason)
			return p, err == nil
		},
	},
	{
		name:  "std",
		reads: "stdParse in std_test.go", writes: "stdAppend in std_test.go",
		read: func(p []byte) (uint16, string, bool) {
			c, reason, err := stdParse(p)
			return c, string(reason), err == nil
		},
		write: func(c uint16, reason string) ([]byte, bool) {
			p, err := stdAppend(nil, c, reason)
			return p, err == nil
		},
	},
	{
		// As in the benchmarks. Its handler, and so its caller here, checks for an
		// empty payload and for the limit of 125 bytes.
		name: "gobwas", module: "github.com/gobwas/ws",
		reads:  "ParseCloseFrameDataUnsafe + CheckCloseFrameData",
		writes: "length check + CheckCloseFrameData + PutCloseFrameBody",
		read: func(p []byte) (uint16, string, bool) {
			if len(p) == 0 {
				return uint16(ws.StatusNoStatusRcvd), "", true
			}
			c, reason := ws.ParseCloseFrameDataUnsafe(p)
			return uint16(c), strings.Clone(reason), ws.CheckCloseFrameData(c, reason) == nil
		},
		write: func(c uint16, reason string) ([]byte, bool) {
			if c == 1005 && reason == "" {
				return nil, true
			}
			if len(reason) > 123 || ws.CheckCloseFrameData(ws.StatusCode(c), reason) != nil {
				return nil, false
			}
			p := make([]byte, 2+len(reason))
			ws.PutCloseFrameBody(p, ws.StatusCode(c), reason)
			return p, true
		},
	},
	{
		name: "gobwas, bare", module: "github.com/gobwas/ws",
		reads: "ParseCloseFrameData alone", writes: "NewCloseFrameBody alone",
		read: func(p []byte) (uint16, string, bool) {
			c, reason := ws.ParseCloseFrameData(p)
			return uint16(c), reason, true
		},
		write: func(c uint16, reason string) ([]byte, bool) {
			return ws.NewCloseFrameBody(ws.StatusCode(c), reason), true
		},
	},
	{
		name: "gorilla", module: "github.com/gorilla/websocket",
		writes: "FormatCloseMessage",
		write: func(c uint16, reason string) ([]byte, bool) {
			return gorilla.FormatCloseMessage(int(c), reason), true
		},
	},
}
