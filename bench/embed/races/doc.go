// Package races puts ends of connections that are hard to get right to the adapter in
// bench/embed/gobwas. It has nothing but tests.
//
// TestRace…: connections that end in two ways at the same time, or in the middle of
// something. TestDrop…: the network breaks inside a close frame, or inside its answer.
package races
