// Package gorilla ends connections of github.com/gorilla/websocket as far as it
// can be made to as RFC 6455 has it, and tells once how they ended. It is an
// example to be copied; for a fork of gorilla change the import.
//
// gorilla has a close handler, which gets what gorilla has read and taken, and
// [websocket.Conn.WriteControl], which sends any payload. So every close that is
// asked for is sent right, and there is one event for every end, with 1006 where no
// good close frame came, be it an end of file, a reset, a time-out or a broken frame.
//
// Out of reach, since gorilla parses the payload itself and never gives it out:
//
//   - a payload of one byte looks like an empty one: the event has 1005, the
//     answer is empty;
//   - 1014 is refused with 1002, and the event has 1006;
//   - a reason that is not UTF-8 is answered with 1002, not 1007;
//   - text messages are not checked.
//
// Everything but closing is left to gorilla and its rules: write with the Conn's
// [websocket.Conn] as before, but close by [Conn.Close] and read by
// [Conn.ReadMessage] alone. So be aware that
//
//   - gorilla reads messages of any length unless [websocket.Conn.SetReadLimit] is
//     called, and waits for a frame without limit unless SetReadDeadline is;
//   - an error of a ping or pong handler fails the connection with 1002;
//   - once a close frame was written Conn.CloseTimeout holds, whatever read deadline
//     a handler sets.
package gorilla
