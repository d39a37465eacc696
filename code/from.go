package code

import "golang.org/x/exp/constraints"

// From converts a number, or the code type of any other WebSocket stack, to a Code
// without truncation: 66536 does not become 1000, and -1 does not become 65535. If v
// does not fit, c is 0 and ok is false. A converted code may still be unsendable: see
// [Code.IsSendable].
func From[T constraints.Integer](v T) (c Code, ok bool) {
	c = Code(v)
	if v < 0 || T(c) != v {
		return 0, false
	}
	return c, true
}
