// Package inside puts closeframe into seven other WebSocket stacks, and shows what
// comes of it.
//
// A stack's module is copied from the module cache to a temporary folder. There a
// closeframe.go of testdata is put beside its sources and takes the place of what it
// replaces in them. TestInside then compares the copy with the module as released: the
// stack's own tests, the rows of closetest, which the command judge runs, and what a
// close costs. What passed before must pass inside, but for tests that assert a defect:
// testdata/exceptions.txt lists them, each with the reason.
//
// TestRewrite shows that the copies still compile. TestInside runs where the environment
// says EMBED=1. No source of a stack is kept here.
package inside
