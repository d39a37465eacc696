//go:build go1.24

package onefile

import (
	"strconv"
	"strings"
	"testing"

	"example.com/closeframe/frame"
)

var (
	sinkBytes []byte
	sinkCode  int
	sinkErr   error
)

// Compares the file with package frame: benchstat -col /impl.
func BenchmarkOneFile(b *testing.B) {
	for _, row := range []struct{ name, unit string }{
		{"code", ""}, {"ascii", "a"}, {"cyrillic", "п"}, {"cjk", "語"}, {"emoji", "😀"},
	} {
		for _, n := range []int{18, 123} {
			reason := strings.Repeat(row.unit, n/max(1, len(row.unit)))
			name := "reason=" + row.name + strconv.Itoa(len(reason))
			payload, err := closeAppend(nil, 1001, reason)
			if err != nil {
				b.Fatal(err)
			}
			benchmark(b, "Parse/"+name, func() {
				c, _, err := frame.Parse(payload)
				sinkCode, sinkErr = int(c), err
			}, func() {
				sinkCode, _, sinkErr = closeParse(payload)
			})
			dst := make([]byte, 0, closeMaxPayload)
			benchmark(b, "Append/"+name, func() {
				sinkBytes, sinkErr = frame.Append(dst, 1001, reason)
			}, func() {
				sinkBytes, sinkErr = closeAppend(dst, 1001, reason)
			})
			if row.unit == "" {
				break
			}
		}
	}
}

func benchmark(b *testing.B, name string, ofFrame, ofOneFile func()) {
	for _, impl := range []struct {
		name string
		f    func()
	}{{"frame", ofFrame}, {"onefile", ofOneFile}} {
		b.Run(name+"/impl="+impl.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				impl.f()
			}
		})
	}
}
