package interop

import (
	"slices"
	"testing"

	"example.com/closeframe/code"
)

// With closeframe on both sides the tables need no installed peer.
func TestOurs(t *testing.T) {
	for _, tb := range tables {
		t.Run(tb.name, tb.checkOurs)
	}
}

// closings has every registered code, and both edges of every range that may be sent.
func TestClosings(t *testing.T) {
	for i := range 1 << 16 {
		c := code.Code(i)
		edge := c.IsSendable() && !((c - 1).IsSendable() && (c + 1).IsSendable())
		if (edge || c.IsSendable() && c.Name() != "") && !slices.ContainsFunc(closings, func(x closing) bool { return x.code == c }) {
			t.Errorf("no closing has %v", c)
		}
	}
}

// malformations has the edges of every range that must not be sent.
func TestMalformations(t *testing.T) {
	for i := range 1 << 16 {
		c := code.Code(i)
		edge := i == 0 || i == 1<<16-1 || (c - 1).IsSendable() || (c + 1).IsSendable()
		if !c.IsSendable() && edge && !slices.ContainsFunc(malformations, func(m malformed) bool { return m.event().Code() == c && len(m.payload) == 2 }) {
			t.Errorf("no malformation has %v", c)
		}
	}
}
