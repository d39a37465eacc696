// Package inside puts closeframe into seven other WebSocket stacks and compares them
// before and after.
//
// It copies the module of a stack from the module cache to a temporary folder, and adds
// a closeframe.go of testdata, which replaces functions of the stack. TestInside
// compares the copy with the released module: the stack's own tests, the rows of
// closetest, which the command judge runs, and the cost of a close. Tests that passed
// before must pass again, with exceptions: testdata/exceptions.txt has the tests that
// expect malformed output, and why.
//
// TestRewrite checks that the copies compile. TestInside runs with EMBED=1. The
// repository has no source of a stack.
package inside
