//go:build go1.22

package code_test

import (
	"fmt"
	"slices"
	"testing"

	"example.com/closeframe/code"
)

func TestAppendTo(t *testing.T) {
	for _, c := range []code.Code{0, 1000, 1007, 2999, 4999, 65535} {
		t.Run(fmt.Sprint(uint16(c)), func(t *testing.T) {
			want := c.String()
			if got := c.AppendTo(nil); string(got) != want {
				t.Errorf("AppendTo(nil) = %q, want %q", got, want)
			}
			// Spare capacity is used, and nothing past the end is written.
			buf := slices.Repeat([]byte{'.'}, 64)
			got := c.AppendTo(buf[:3])
			if string(got) != "..."+want || &got[0] != &buf[0] {
				t.Errorf("AppendTo = %q, want %q in place", got, "..."+want)
			}
			for i, b := range buf {
				if b != '.' && (i < 3 || i >= 3+len(want)) {
					t.Errorf("byte %d was written", i)
				}
			}
			// Without spare capacity the argument stays as it is.
			full := []byte("abc")
			if got := c.AppendTo(full[:1:1]); string(got) != "a"+want || string(full) != "abc" {
				t.Errorf("AppendTo = %q, the argument became %q", got, full)
			}
		})
	}
}
