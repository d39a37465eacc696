package inside

// A stack is a module of bench/go.mod. testdata has a closeframe.go for each package
// that changes.
type stack struct {
	name    string
	module  string
	tests   string   // the packages with the tests to run
	files   string   // folder in testdata
	folders []string // the packages with a closeframe.go
	oldest  string   // the oldest Go that builds the changed stack, or "" for its go line
	defect  defect
}

// A defect is a change that breaks a replaced function, and the row that must fail.
type defect struct {
	folder, old, new string
	row              string
}

var stacks = []stack{{
	name: "gobwas", module: "github.com/gobwas/ws", tests: "./...", files: "gobwas", folders: []string{".", "wsutil"},
	defect: defect{"wsutil", "if c.State.ClientSide() {", "if c.State.ServerSide() {", "7.4.1/1"},
}, {
	name: "gorilla", module: "github.com/gorilla/websocket", tests: "./...", files: "gorilla", folders: []string{"."}, oldest: "1.18",
	defect: defect{".", "int(frame.Answer(err))", "1000", "8.1/1"},
}, {
	name: "fasthttp", module: "github.com/fasthttp/websocket", tests: "./...", files: "gorilla", folders: []string{"."},
	defect: defect{".", "	return err\n}\n\n// receiveClose", "	return nil\n}\n\n// receiveClose", "7.4.1/18"},
}, {
	name: "gws", module: "github.com/lxzan/gws", tests: "./...", files: "gws", folders: []string{"."},
	defect: defect{".", "if due {", "if !due {", "7.4.1/1"},
}, {
	name: "coder", module: "github.com/coder/websocket", tests: "./...", files: "coder", folders: []string{"."},
	defect: defect{".", "Code: StatusCode(c), Reason", "Code: StatusCode(c) + 1, Reason", "7.4.1/1"},
}, {
	name: "x/net", module: "golang.org/x/net", tests: "./websocket", files: "xnet", folders: []string{"websocket"},
	defect: defect{"websocket", "; due {", "; !due {", "7.4.2/11"},
}, {
	name: "nbio", module: "github.com/lesismal/nbio", tests: "./...", files: "nbio", folders: []string{"nbhttp/websocket"}, oldest: "1.21",
	defect: defect{"nbhttp/websocket", "return frame.ErrMask", "return nil", "5.1/1"},
}}
