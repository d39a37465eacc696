//go:build go1.24

package main

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"example.com/closeframe/frame"
)

// decoded returns the output of decode for a text, without place and form.
func decoded(kind, text string) (stdout, stderr string) {
	var out, err bytes.Buffer
	run([]string{"decode", kind, "-json"}, strings.NewReader(text+"\n"), &out, &err)
	stdout = regexp.MustCompile(`"line":\d+,|"as":"[^"]*"`).ReplaceAllString(out.String(), "")
	return stdout, err.String()
}

// printers print bytes as tools do.
var printers = map[string]func(b []byte) string{
	"hex":       func(b []byte) string { return fmt.Sprintf("%x", b) },
	"spaces":    func(b []byte) string { return fmt.Sprintf("% X", b) },
	"colons":    func(b []byte) string { return strings.ReplaceAll(fmt.Sprintf("% x", b), " ", ":") },
	"commas":    func(b []byte) string { return strings.ReplaceAll(fmt.Sprintf("% #x", b), " ", ", ") },
	"hexlify":   func(b []byte) string { return fmt.Sprintf("b'%x'", b) },
	"Go %#v":    func(b []byte) string { return fmt.Sprintf("%#v", b) },
	"Go %v":     func(b []byte) string { return fmt.Sprint(b) },
	"Python":    func(b []byte) string { return "b'" + everyByte(b, `\x%02x`) + "'" },
	"no quotes": func(b []byte) string { return everyByte(b, `\x%02x`) },
	"bytearray": func(b []byte) string { return `bytearray(b"` + everyByte(b, `\x%02x`) + `")` },
	"Buffer":    func(b []byte) string { return fmt.Sprintf("<Buffer % x>", b) },
	"hexdump":   func(b []byte) string { return hex.Dump(b) },
	"xxd":       func(b []byte) string { return rows(b, "%08x:", 2, "  ") },
	"Wireshark": func(b []byte) string { return rows(b, "%04x  ", 1, "   ") },
	"its bytes": func(b []byte) string { return rows(b, "%04x  ", 1, "") },
}

// textPrinters print bytes as text, or in a form that looks like text. For bytes that are
// no close frame it may be ambiguous.
var textPrinters = map[string]func(b []byte) string{
	"Go %q":      func(b []byte) string { return strconv.Quote(string(b)) },
	"Go %+q":     func(b []byte) string { return strconv.QuoteToASCII(string(b)) },
	"base64":     base64.StdEncoding.EncodeToString,
	"base64 URL": base64.RawURLEncoding.EncodeToString,
}

func everyByte(b []byte, format string) (s string) {
	for _, c := range b {
		s += fmt.Sprintf(format, c)
	}
	return s
}

// rows prints a dump of 16 bytes a row, with a text column if gap is not "".
func rows(b []byte, offset string, group int, gap string) string {
	var lines []string
	for at := 0; at < len(b); at += 16 {
		row := b[at:min(at+16, len(b))]
		line := fmt.Sprintf(offset, at)
		width := len(line) + 16*2 + 16/group
		for i, c := range row {
			if i%group == 0 {
				line += " "
			}
			line += fmt.Sprintf("%02x", c)
		}
		if gap != "" {
			text := regexp.MustCompile("[^ -~]").ReplaceAllString(latin1(row), ".")
			line = fmt.Sprintf("%-*s%s%s", width, line, gap, text)
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "\n")
}

// latin1 returns a character for each byte.
func latin1(b []byte) string {
	r := make([]rune, len(b))
	for i, c := range b {
		r[i] = rune(c)
	}
	return string(r)
}

// FuzzForms prints bytes as tools do. decode must print the same as for hex, or an error
// that names a second reading.
func FuzzForms(f *testing.F) {
	f.Add([]byte("\x03\xe8bye"))
	f.Add([]byte("\x0f\xa0à bientôt, señor, et merci"))
	f.Add([]byte("\x88\x85\x00\x00\x00\x00\x03\xe8bye"))
	f.Add([]byte("\x03\xe8" + strings.Repeat("a", 123)))
	f.Add([]byte("\x10\x01"))
	f.Fuzz(func(t *testing.T, b []byte) {
		if len(b) < 2 || len(b) > 500 {
			return
		}
		want, _ := decoded("-payload", fmt.Sprintf("0x%x", b))
		for name, print := range printers {
			checkForm(t, name, print(b), want)
		}
		if !isClose(b) {
			return
		}
		for name, print := range textPrinters {
			checkForm(t, name, print(b), want)
		}
	})
}

func checkForm(t *testing.T, name, text, want string) {
	got, problem := decoded("-payload", text)
	if got == "" && strings.Contains(problem, "two readings") {
		return
	}
	if got != want {
		t.Errorf("%s: %s\ngot  %s%swant %s", name, text, got, problem, want)
	}
}

// decode finds no second reading of payloads in forms that have none.
func TestFormsOfClosePayloads(t *testing.T) {
	for _, payload := range []string{"\x03\xe8bye", "\x03\xe9going away", "\x0f\xa1token expired", "\x03\xf0\xd0\xb4\xd0\xbe", "\x13\x87" + strings.Repeat("z", 123)} {
		want, _ := decoded("-payload", fmt.Sprintf("%x", payload))
		for _, all := range []map[string]func([]byte) string{printers, textPrinters} {
			for name, print := range all {
				text := print([]byte(payload))
				if got, problem := decoded("-payload", text); got != want || got == "" {
					t.Errorf("%s: %s\ngot  %s%swant %s", name, text, got, problem, want)
				}
			}
		}
	}
}

// FuzzDecode passes any input to decode. It must print none of it raw, and its status
// must report whether it rejected any.
func FuzzDecode(f *testing.F) {
	f.Add([]byte("03:e8:62 79 65 # x\n\n#c\n0fa1\r\n0"))
	f.Add([]byte("zz\n03\n03ed\n03e8ff\n"))
	f.Add([]byte("\x00\n\xff\n 0 3 e 8 \n"))
	f.Add([]byte("00000000  03 e8 62 79 65  |..bye|\n*\n00000020\n0000 1\n"))
	f.Add([]byte("\"\\u0003\\xe8\"\n'\\'\nb''\n[]byte{}\n[1 -1 ff]\n<Buffer\n"))
	f.Fuzz(func(t *testing.T, input []byte) {
		for _, flag := range []string{"-text", "-json"} {
			var stdout, stderr bytes.Buffer
			status := run([]string{"decode", flag}, bytes.NewReader(input), &stdout, &stderr)
			rejected := stderr.Len() > 0 || strings.Contains(stdout.String(), ": rejected") || strings.Contains(stdout.String(), `"error":`)
			if want := map[bool]int{false: exitOK, true: exitFailed}[rejected]; status != want {
				t.Errorf("%s: got status %d, want %d: %s%s", flag, status, want, stdout.String(), stderr.String())
			}
			if raw := rawIn(stdout.String() + stderr.String()); len(raw) > 0 {
				t.Errorf("%s: got %U raw", flag, raw)
			}
		}
	})
}

// FuzzDecodeFrames decodes consecutive frames. decode must accept those that package frame
// accepts.
func FuzzDecodeFrames(f *testing.F) {
	f.Add([]byte("\x88\x05\x03\xe8bye\x88\x00"))
	f.Add([]byte("\x88\x7f\xff\xff\xff\xff\xff\xff\xff\xff\x88\x00"))
	f.Add([]byte("\x88\x80\x00\x00\x00\x00\x88\x01\x03\x88\x00\x81\x00\x88\x00"))
	f.Fuzz(func(t *testing.T, input []byte) {
		var stdout, stderr bytes.Buffer
		run([]string{"decode", "-frame", "-text", fmt.Sprintf("%x", input)}, nil, &stdout, &stderr)
		for _, got := range strings.SplitAfter(strings.TrimSuffix(stdout.String(), "\n"), "\n") {
			parse := frame.ParseFrame
			if len(input) > 1 && input[1]&0x80 != 0 {
				parse = frame.ParseMasked
			}
			payload, n, err := parse(input)
			if err == nil {
				_, _, err = frame.Parse(payload)
			}
			if (err != nil) != strings.HasPrefix(got, "argument 1: rejected") {
				t.Fatalf("got %q, want %v", got, err)
			}
			if n == 0 {
				n = parseHeader(input).end
			}
			if input = input[n:]; n == 0 {
				input = nil
			}
		}
		if len(input) > 0 {
			t.Fatalf("%x is left", input)
		}
	})
}
