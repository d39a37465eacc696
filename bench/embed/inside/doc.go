// Package inside runs the test suites of other WebSocket stacks with closeframe
// inside them.
//
// The stack's module is copied from the module cache to a temporary folder. There
// its functions for close payloads are taken out of its sources, and a file of
// testdata with functions of the same names, which call closeframe, is put beside
// them. What the stack's own tests passed before they must pass then, but for those
// that assert a defect: testdata/exceptions.txt lists them, each with the reason.
//
// TestRewrite shows that the copies still compile. TestSuites runs the suites, where
// the environment says EMBED=1. No source of a stack is kept here.
package inside
