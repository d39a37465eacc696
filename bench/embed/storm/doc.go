// Package storm puts ends of connections that are hard to get right to the adapter in
// bench/embed/gobwas. It has nothing but tests.
//
// TestStorm: many connections that end at once, some 500, or 10,000 where the
// environment says EMBED=1. The peers are raw TCP connections in a process of their
// own, for the two ends of 10,000 connections are more files than many systems let
// one process open, and so that the profiles here are those of the servers alone.
//
// TestRace…: one connection each that ends in two ways at the same time, or in the
// middle of something.
package storm
