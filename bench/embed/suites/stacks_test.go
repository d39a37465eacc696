package suites

import "strings"

// A stack is a module and what is rewritten in it. All of it stands in the package
// at the module's root.
type stack struct {
	name    string   // of its file in testdata, too
	module  string   // the version is the one that bench/go.mod requires
	removed []string // functions, "Type.method" for a method
	clauses []clause
}

// A clause is the case of a switch that gets another body: for a stack that has no
// function for what is done there.
type clause struct {
	function string
	label    string // the only one of its case
	body     string
}

var stacks = []stack{
	{
		name:   "gobwas",
		module: "github.com/gobwas/ws",
		removed: []string{
			"ParseCloseFrameData",
			"ParseCloseFrameDataUnsafe",
			"CheckCloseFrameData",
			"NewCloseFrameBody",
			"PutCloseFrameBody",
		},
	},
	{
		name:   "gorilla",
		module: "github.com/gorilla/websocket",
		removed: []string{
			"FormatCloseMessage",
			"isValidReceivedCloseCode", // only the clause called it
		},
		clauses: []clause{{
			function: "Conn.advanceFrame",
			label:    "CloseMessage",
			body:     "return noFrame, c.receiveClose(payload)",
		}},
	},
	{
		name:   "coder",
		module: "github.com/coder/websocket",
		removed: []string{
			"parseClosePayload",
			"validWireCloseCode",
			"CloseError.bytesErr",
		},
	},
}

// file returns the path of the file that takes the place of what is removed.
func (s stack) file() string { return "testdata/" + s.name + ".go" }

// rewritten says in one line what is.
func (s stack) rewritten() string {
	names := append([]string{}, s.removed...)
	for _, c := range s.clauses {
		names = append(names, "case "+c.label+" of "+c.function)
	}
	return strings.Join(names, ", ")
}
