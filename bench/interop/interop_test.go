package interop

import (
	"fmt"
	"os"
	"slices"
	"testing"
	"time"
)

// TestInterop compares closeframe with all peers, and README.md with the result.
func TestInterop(t *testing.T) {
	if os.Getenv("INTEROP") == "" {
		t.Skip("INTEROP=1 runs it, with Chromium, Node and Python; make interop installs them")
	}
	b, node, py := startChromium(t), program{"node", "peer.mjs"}, program{python, "peer.py"}
	peers := []peer{
		{name: "Chromium", client: b.client, application: true},
		{name: "undici", client: node.client("undici"), application: true},
		{name: "ws client", client: node.client("ws")},
		{name: "ws server", server: node.serve},
		{name: "websockets client", client: py.client()},
		{name: "websockets server", server: py.serve},
	}
	r, why := report{}, slices.Clone(differ)
	step := func(name string, f func(t *testing.T) string) {
		t.Run(name, func(t *testing.T) {
			start := time.Now()
			r[name] = f(t)
			t.Logf("%.1f s", time.Since(start).Seconds())
		})
	}
	step("versions", func(t *testing.T) string { return versions(t, b, node, py) })
	step("codes", func(t *testing.T) string { return codeTable(t, b, node, py) })
	for _, tb := range tables {
		step(tb.name, func(t *testing.T) string { return tb.markdown(t, peers, why) })
	}
	t.Run("JSON", func(t *testing.T) { checkJSON(t, b) })
	step("endings", func(t *testing.T) string { return endingTable(t, b) })
	if t.Failed() || !r.has("versions", "codes", "receives", "sends", "malformed", "endings") {
		return // -run selected only some of the sections
	}
	step("differences", why.markdown)
	r.check(t, sections...)
}

// versions returns the versions of the peers.
func versions(t *testing.T, b *browser, node, py program) string {
	var n struct{ Node, Undici, WS string }
	node.with("versions").start(t, nil).next(t, &n)
	if lock := readLock(t); n.Undici != lock["undici"].Version || n.WS != lock["ws"].Version {
		t.Errorf("undici %s and ws %s are installed, and package-lock.json has %s and %s; install.sh installs them",
			n.Undici, n.WS, lock["undici"].Version, lock["ws"].Version)
	}
	var p struct{ Websockets, Python string }
	py.with("versions").start(t, nil).next(t, &p)
	return fmt.Sprintf("%s; undici %s and ws %s on Node %s; websockets %s on Python %s.\n", b.version(t), n.Undici, n.WS, n.Node, p.Websockets, p.Python)
}
