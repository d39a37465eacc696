package bench

import (
	"fmt"
	"testing"
	"unicode/utf8"

	"example.com/closeframe/frame"
)

// BenchmarkUTF8 compares the check of a reason with utf8.Valid.
func BenchmarkUTF8(b *testing.B) {
	for _, script := range scripts {
		for _, n := range []int{2, 4, 7, 12, 18, 30, 60, 123} {
			for _, impl := range []struct {
				name string
				walk walk
			}{{"ours", utf8Ours}, {"std", utf8Std}} {
				name := fmt.Sprintf("script=%s/len=%d/impl=%s", script, n, impl.name)
				b.Run(name, func(b *testing.B) {
					measure(b, newRow(fmt.Sprint(script, n)), impl.walk)
				})
			}
		}
	}
}

func utf8Ours(r *row) {
	for _, p := range r.bytes {
		if err := frame.CheckReason(p); err != nil {
			panic(err)
		}
	}
}

func utf8Std(r *row) {
	for _, p := range r.bytes {
		if !utf8.Valid(p) {
			panic(p)
		}
	}
}
