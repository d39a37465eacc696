// Package storm puts ends of connections that are hard to get right to the adapter in
// bench/embed/gobwas. It has nothing but tests.
//
// TestStorm…: 500 connections that end at once, or 2,000 where the environment says
// EMBED=1.
//
// TestRace…: one connection each that ends in two ways at the same time, or in the
// middle of something.
package storm
