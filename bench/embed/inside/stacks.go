package inside

// A stack is a module of bench/go.mod. What is rewritten in it stands in
// testdata, in a closeframe.go for each package.
type stack struct {
	name    string
	module  string
	tests   string   // the packages whose tests are run
	files   string   // of testdata
	folders []string // of the packages that have a closeframe.go
}

var stacks = []stack{
	{name: "gobwas", module: "github.com/gobwas/ws", tests: "./...", files: "gobwas", folders: []string{".", "wsutil"}},
	{name: "gorilla", module: "github.com/gorilla/websocket", tests: "./...", files: "gorilla", folders: []string{"."}},
	{name: "fasthttp", module: "github.com/fasthttp/websocket", tests: "./...", files: "gorilla", folders: []string{"."}},
	{name: "gws", module: "github.com/lxzan/gws", tests: "./...", files: "gws", folders: []string{"."}},
	{name: "coder", module: "github.com/coder/websocket", tests: "./...", files: "coder", folders: []string{"."}},
	{name: "x/net", module: "golang.org/x/net", tests: "./websocket", files: "xnet", folders: []string{"websocket"}},
	{name: "nbio", module: "github.com/lesismal/nbio", tests: "./...", files: "nbio", folders: []string{"nbhttp/websocket"}},
}
