// Package rawpeer has the raw end of a connection, for the tests of the adapters and of
// package races: a [Peer] writes and reads any bytes, without code of a stack or of
// closeframe. Package closetest has the rules for the end of a connection.
package rawpeer
