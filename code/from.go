package code

import "golang.org/x/exp/constraints"

// From converts an integer, such as the code type of another WebSocket stack, without
// truncation: 66536 does not become 1000. If v is outside 0 to 65535, c is 0 and ok is
// false. A converted code may still be illegal in a close frame: see [Code.IsSendable].
func From[T constraints.Integer](v T) (c Code, ok bool) {
	c = Code(v)
	if v < 0 || T(c) != v {
		return 0, false
	}
	return c, true
}
