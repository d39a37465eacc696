package interop

import (
	"encoding/json"
	"os"
	"strings"
	"testing"
)

// A locked package of npm.
type locked struct{ Version, Integrity, Resolved string }

// readLock returns the packages of peers/package-lock.json, by name.
func readLock(t *testing.T) map[string]locked {
	t.Helper()
	var lock struct{ Packages map[string]locked }
	readJSON(t, "peers/package-lock.json", &lock)
	packages := map[string]locked{}
	for path, p := range lock.Packages {
		if name, ok := strings.CutPrefix(path, "node_modules/"); ok {
			packages[name] = p
		}
	}
	return packages
}

func readJSON(t *testing.T, name string, v any) {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(b, v); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
}

// The lock file pins one version of each package, from any registry, and the
// explanations link to the sources of that version.
func TestLock(t *testing.T) {
	var asked struct{ Dependencies map[string]string }
	readJSON(t, "peers/package.json", &asked)
	packages := readLock(t)
	for name, tag := range map[string]string{
		"undici": "github.com/nodejs/undici/blob/v",
		"ws":     "github.com/websockets/ws/blob/",
	} {
		p := packages[name]
		if p.Version == "" || asked.Dependencies[name] != p.Version {
			t.Errorf("%s: package.json has version %q, package-lock.json %q", name, asked.Dependencies[name], p.Version)
		}
		for _, e := range differ {
			if strings.Count(e.why, tag) != strings.Count(e.why, tag+p.Version+"/") {
				t.Errorf("%s: another version than %s: %s", name, p.Version, e.why)
			}
		}
	}
	for name, p := range packages {
		if p.Integrity == "" || p.Resolved != "" {
			t.Errorf("%s: integrity %q, resolved %q; want a hash and no place", name, p.Integrity, p.Resolved)
		}
	}
}
