//go:build go1.24

package code_test

import (
	"testing"

	"example.com/closeframe/code"
)

var (
	sinkCode   code.Code
	sinkClass  code.Class
	sinkBool   bool
	sinkString string
	sinkBytes  []byte
)

// allocs has calls of every exported function, and the number of allocations that
// each may make.
var allocs = []struct {
	name string
	want float64
	f    func()
}{
	{"From/fits", 0, func() { sinkCode, sinkBool = code.From(1000) }},
	{"From/negative", 0, func() { sinkCode, sinkBool = code.From(-1) }},
	{"From/too large", 0, func() { sinkCode, sinkBool = code.From(uint64(66536)) }},
	{"From/named type", 0, func() { sinkCode, sinkBool = code.From(statusCode(1000)) }},
	{"Code.Class", 0, func() { sinkClass = sinkCode.Class() }},
	{"Code.IsSendable", 0, func() { sinkBool = sinkCode.IsSendable() }},
	{"Code.IsApplication", 0, func() { sinkBool = sinkCode.IsApplication() }},
	{"Code.IsRoutine", 0, func() { sinkBool = sinkCode.IsRoutine() }},
	{"Code.Name/named", 0, func() { sinkString = code.Code(1007).Name() }},
	{"Code.Name/unnamed", 0, func() { sinkString = code.Code(4001).Name() }},
	{"Code.Description/named", 0, func() { sinkString = code.Code(1007).Description() }},
	{"Code.Description/unnamed", 0, func() { sinkString = code.Code(4001).Description() }},
	{"Code.String/named", 0, func() { sinkString = code.Code(1007).String() }},
	{"Code.String/private", 1, func() { sinkString = code.Code(4999).String() }},
	{"Code.String/library", 1, func() { sinkString = code.Code(3999).String() }},
	{"Code.String/reserved", 1, func() { sinkString = code.Code(2999).String() }},
	{"Code.String/unused", 1, func() { sinkString = code.Code(65535).String() }},
	{"Code.AppendTo/named", 0, func() { sinkBytes = code.Code(1007).AppendTo(sinkBytes[:0]) }},
	{"Code.AppendTo/unnamed", 0, func() { sinkBytes = code.Code(4999).AppendTo(sinkBytes[:0]) }},
	{"Class.String", 0, func() { sinkString = sinkClass.String() }},
	{"Class.String/unknown", 0, func() { sinkString = code.Class(9).String() }},
}

func TestAllocs(t *testing.T) {
	sinkBytes = make([]byte, 0, 64)
	for _, a := range allocs {
		t.Run(a.name, func(t *testing.T) {
			if got := testing.AllocsPerRun(100, a.f); got != a.want {
				t.Errorf("%v allocations, want %v", got, a.want)
			}
		})
	}
}
