//go:build go1.25

package closing_test

import (
	"bufio"
	"errors"
	"io"
	"log"
	"net"
	"os"
	"strings"
	"testing"
	"time"

	"example.com/closeframe/code"
	"example.com/closeframe/event"
	"example.com/closeframe/event/closing"
)

// The names that the example in the package documentation does not define.
const text, ping, closeFrame = opText, opPing, opClose

func readFrame(r *bufio.Reader) (opcode byte, payload []byte, err error) {
	f, err := readRaw(r)
	return f.op, f.payload, err
}

func writeFrame(w io.Writer, opcode byte, payload []byte) error {
	_, err := w.Write(appendFrame(nil, false, opcode, payload))
	return err
}

func chat(conn net.Conn, r *bufio.Reader, messages <-chan []byte) error {
	c := closing.Server(conn) // or Client
	c.CloseTimeout = 3 * time.Second
	c.OnClose(func(e event.CloseEvent) { log.Println("closed:", e) })

	go func() {
		for m := range messages {
			err := c.Send(func(w io.Writer) error { return writeFrame(w, text, m) })
			if err != nil {
				return // errors.Is(err, net.ErrClosed): the connection is closing
			}
		}
		c.Close(code.NormalClosure, "done") // the loop below reads the reply
	}()

	for {
		c.SetReadDeadline(time.Now().Add(time.Minute)) // for a peer that is gone
		opcode, payload, err := readFrame(r)
		switch {
		case errors.Is(err, errProtocol):
			return c.Fail(code.ProtocolError, "", err)
		case err != nil:
			return c.End(err)
		case opcode == closeFrame:
			return c.Receive(payload)
		case opcode == ping:
			c.Pong(payload)
		case opcode == text:
			log.Printf("message: %q", payload)
		}
	}
}

// The example in the package documentation compiles and runs.
func TestDocExample(t *testing.T) {
	doc, err := os.ReadFile("doc.go")
	if err != nil {
		t.Fatal(err)
	}
	here, err := os.ReadFile("doc_test.go")
	if err != nil {
		t.Fatal(err)
	}
	var shown strings.Builder
	for _, line := range strings.SplitAfter(string(doc), "\n") {
		if code, ok := strings.CutPrefix(line, "//\t"); ok {
			shown.WriteString(code)
		} else if line == "//\n" && shown.Len() > 0 {
			shown.WriteString("\n")
		}
	}
	example, _, _ := strings.Cut(strings.TrimSpace(shown.String())+"\n", "\n}\n")
	if !strings.HasPrefix(example, "func chat(") || !strings.Contains(string(here), example) {
		t.Errorf("not in this file:\n%s", example)
	}

	log.SetOutput(io.Discard)
	defer log.SetOutput(os.Stderr)
	inBubble(t, func(t *testing.T) {
		ours, theirs := link()
		messages := make(chan []byte, 1)
		ended := start(func() error { return chat(ours, bufio.NewReader(ours), messages) })
		r := bufio.NewReader(theirs)
		messages <- []byte("hello")
		close(messages)
		for _, want := range []byte{opText, opClose} {
			if f, err := readRaw(r); f.op != want || err != nil {
				t.Errorf("read %v, %v, want opcode %d", f, err, want)
			}
		}
		theirs.Write(appendFrame(nil, true, opPing, nil))
		theirs.Write(appendFrame(nil, true, opClose, []byte("\x03\xe8")))
		if f, err := readRaw(r); f.op != opPong || err != nil {
			t.Errorf("read %v, %v, want a pong", f, err)
		}
		theirs.Close()
		if err := <-ended; !errors.Is(err, io.EOF) {
			t.Errorf("chat returned %v, want io.EOF", err)
		}
	})
}
