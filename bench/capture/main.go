// Capture records the close frames that other WebSocket stacks send, as server and as
// client:
//
//	cd bench && go run ./capture > ../frame/testdata/captured.txt
//
// It imports nothing from closeframe. A peer that only upgrades, reads one frame and
// replies to it records the bytes of the stack on a loopback connection.
package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"time"
)

// timeout bounds each connection, from dialing to its end.
const timeout = 10 * time.Second

const header = `# Close frames as other WebSocket stacks put them on the wire, recorded over
# loopback after the HTTP upgrade: the whole frame in hex, then who sent it, as
# what, and the code and reason that it was asked to send (1005: no code at all).
# Clients mask with random keys, so their lines change with each capture.
# To make it again: cd bench && go run ./capture > ../frame/testdata/captured.txt
`

func main() {
	// Write nothing unless everything was recorded.
	var out bytes.Buffer
	err := capture(&out)
	if err == nil {
		_, err = out.WriteTo(os.Stdout)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "capture:", err)
		os.Exit(1)
	}
}

// capture writes the whole file.
func capture(w io.Writer) error {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return errors.New("no build information")
	}
	versions := map[string]string{}
	for _, m := range info.Deps {
		versions[m.Path] = m.Version
	}
	if _, err := io.WriteString(w, header); err != nil {
		return err
	}
	roles := []struct {
		name   string
		record func(stack, ending) ([]byte, error)
	}{{"server", recordServer}, {"client", recordClient}}
	for _, s := range stacks {
		version, ok := versions[s.path]
		if !ok {
			return fmt.Errorf("no version of %s in the build information", s.path)
		}
		for _, role := range roles {
			for _, e := range endings {
				label := fmt.Sprintf("%s %s %s %d %q", s.name, version, role.name, e.code, e.reason)
				frame, err := role.record(s, e)
				if err != nil {
					return fmt.Errorf("%s: %w", label, err)
				}
				if _, err := fmt.Fprintf(w, "%x  # %s\n", frame, label); err != nil {
					return err
				}
			}
		}
	}
	return nil
}
