package closetest

import (
	"fmt"
	"strings"
)

func codeText(c int) string {
	switch c {
	case noFrame:
		return "no close frame"
	case noStatus:
		return "an empty close frame"
	}
	return fmt.Sprint(c)
}

func codesText(codes []int) string {
	words := make([]string, len(codes))
	for i, c := range codes {
		words[i] = codeText(c)
	}
	return strings.Join(words, " or ")
}

func frameText(f frame) string {
	switch {
	case len(f.payload) < 2:
		return codeText(noStatus)
	case len(f.payload) == 2:
		return fmt.Sprint(f.code())
	}
	return fmt.Sprint(f.code(), " ", reasonText(string(f.payload[2:])))
}

// reasonText returns a reason in ASCII, a long one cut.
func reasonText(s string) string {
	if len(s) <= 32 {
		return fmt.Sprintf("%+q", s)
	}
	return fmt.Sprintf("%+q... (%d bytes)", s[:16], len(s))
}

func reportedText(all []Reported) string {
	words := make([]string, len(all))
	for i, t := range all {
		words[i] = t.String()
	}
	return strings.Join(words, " or ")
}
