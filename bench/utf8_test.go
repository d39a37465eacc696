package bench

import (
	"fmt"
	"testing"
	"unicode/utf8"

	"example.com/closeframe/frame"
)

// BenchmarkUTF8 sets the check of a reason beside utf8.Valid. std2 is std a
// second time: how far those two differ is the noise of the run.
func BenchmarkUTF8(b *testing.B) {
	for _, script := range scripts {
		for _, n := range []int{1, 2, 3, 4, 5, 6, 7, 8, 13, 18, 24, 32, 48, 64, 96, 123} {
			for _, impl := range []struct {
				name string
				walk walk
			}{{"ours", utf8Ours}, {"std", utf8Std}, {"std2", utf8Std2}} {
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

func utf8Std2(r *row) {
	for _, p := range r.bytes {
		if !utf8.Valid(p) {
			panic(p)
		}
	}
}
