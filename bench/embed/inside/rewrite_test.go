package inside

import (
	"testing"
)

// Every function is found, and what becomes of the stack compiles, its tests too.
func TestRewrite(t *testing.T) {
	for _, s := range stacks {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			_, dir := copyModule(t, s)
			rewrite(t, dir, s)
			out, err := goCommand(t, dir, "test", "-run=^$", s.tests).CombinedOutput()
			if err != nil {
				t.Errorf("the rewritten stack: %v\n%s", err, out)
			}
		})
	}
}
