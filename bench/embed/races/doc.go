// Package races tests the adapter in bench/embed/gobwas with ends of connections that
// are hard to handle. It has only tests.
//
// TestRace...: connections that end in two ways at the same time, or in the middle of a
// message or a write. TestDrop...: the network breaks inside a close frame, or inside
// the reply.
package races
