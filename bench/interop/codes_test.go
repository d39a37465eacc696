package interop

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"example.com/closeframe/code"
	"example.com/closeframe/frame"
)

// A usage is what a function of a peer did with each of the 65,536 codes.
type usage struct {
	Taken  []code.Code
	Errors []string // of the codes that it rejects
}

// codeTable passes every code to each peer's own parser, and to its close call, in the
// process of the peer. No peer may differ from closeframe.
func codeTable(t *testing.T, b *browser, node, py program) string {
	var table strings.Builder
	fmt.Fprintln(&table, "| stack | function | accepts | error for the others |\n|---|---|---|---|")
	add := func(whose, call string, got usage, want func(code.Code) bool) {
		if want := codesThat(want); !slices.Equal(got.Taken, want) {
			t.Errorf("%s, %s: accepts %s, want %s", whose, call, ranges(got.Taken), ranges(want))
		}
		fmt.Fprintf(&table, "| %s | `%s` | %s | `%s` |\n", whose, call, ranges(got.Taken), strings.Join(got.Errors, "`, `"))
	}
	sendable, application := code.Code.IsSendable, code.Code.IsApplication

	add("closeframe", "frame.Parse", ourParse(), sendable)
	addr, _ := ourServer(t, make([]job, 1))
	add("Chromium", "WebSocket.close", call[usage](t, b, "codesOfClose", "ws://"+addr+"/"), application)
	for _, peer := range []struct {
		name         string
		codes        program
		reads, sends string
		want         func(code.Code) bool
	}{
		{"undici", node.with("codes", "undici"), "WebSocket, in memory", "WebSocket.close", application},
		{"ws", node.with("codes", "ws"), "Receiver", "Sender.close", sendable},
		{"websockets", py.with("codes"), "Close.parse", "Close.serialize", sendable},
	} {
		var got struct{ Reads, Sends usage }
		peer.codes.start(t, nil).next(t, &got)
		add(peer.name, peer.reads, got.Reads, sendable)
		add(peer.name, peer.sends, got.Sends, peer.want)
	}
	return table.String()
}

func ourParse() (u usage) {
	u.Taken = codesThat(func(c code.Code) bool {
		_, _, err := frame.Parse([]byte{byte(c >> 8), byte(c)})
		if name := fmt.Sprint(err); err != nil && !slices.Contains(u.Errors, name) {
			u.Errors = append(u.Errors, name)
		}
		return err == nil
	})
	return u
}

func codesThat(are func(code.Code) bool) (codes []code.Code) {
	for i := range 1 << 16 {
		if c := code.Code(i); are(c) {
			codes = append(codes, c)
		}
	}
	return codes
}

// ranges formats sorted codes as 1000-1003, 1007.
func ranges(codes []code.Code) string {
	var s []string
	for i := 0; i < len(codes); {
		first := i
		for i++; i < len(codes) && codes[i] == codes[i-1]+1; i++ {
		}
		text := fmt.Sprint(uint16(codes[first]))
		if i-1 > first {
			text += fmt.Sprintf("-%d", codes[i-1])
		}
		s = append(s, text)
	}
	return strings.Join(s, ", ")
}
