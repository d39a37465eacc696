package closetest

import (
	"fmt"
	"strings"
)

// codeText returns a code of Want in words.
func codeText(c int) string {
	switch c {
	case noFrame:
		return "no close frame"
	case noStatus:
		return "an empty close frame"
	}
	return fmt.Sprint(c)
}

// oneOf returns the texts of all, joined by "or".
func oneOf[T any](all []T, text func(T) string) string {
	words := make([]string, len(all))
	for i, t := range all {
		words[i] = text(t)
	}
	return strings.Join(words, " or ")
}

// frameText returns the code and the reason of a close frame.
func frameText(f frame) string {
	switch {
	case len(f.payload) < 2:
		return codeText(noStatus)
	case len(f.payload) == 2:
		return fmt.Sprint(f.code())
	}
	return fmt.Sprint(f.code(), " ", reasonText(string(f.payload[2:])))
}

// reasonText returns a reason as an ASCII string literal, and cuts a long one: the stack
// under test must not send control characters to a terminal.
func reasonText(s string) string {
	if len(s) <= 32 {
		return fmt.Sprintf("%+q", s)
	}
	return fmt.Sprintf("%+q... (%d bytes)", s[:16], len(s))
}
