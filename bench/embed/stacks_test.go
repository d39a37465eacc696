package embed_test

import "example.com/closeframe/bench/embed/live"

// pairs are the stacks, each alone and with its adapter, in the order of the
// columns. A stack's two are in stack_<name>_test.go. Add a line here.
var pairs = []struct {
	before, after live.Stack
}{
	{gobwasBefore, gobwasAfter},
	{gorillaBefore, gorillaAfter},
	{fasthttpBefore, fasthttpAfter},
	{gwsBefore, gwsAfter},
	{coderBefore, coderAfter},
	{xnetBefore, xnetAfter},
	{nbioBefore, nbioAfter},
}
