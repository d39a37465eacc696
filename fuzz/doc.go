// Package fuzz has the fuzz targets of closeframe. They use only exported names, and
// compare the results with fuzz/reference or the standard library. The seeds are the
// vectors and the captured frames of frame/testdata.
//
// Each target checks for any input:
//
//   - FuzzPayload: Parse does not panic and agrees with the reference on the code, the
//     reason, the error and its answer. Append reproduces a payload that parses, and
//     rejects the others. event.Parse and Check agree.
//   - FuzzReason: CheckReason agrees with unicode/utf8 at every alignment, whatever bytes
//     surround the reason. Truncate and Sanitize agree with the reference. The result of
//     Sanitize may be sent, and does not change when sanitized again.
//   - FuzzFrame: ParseFrame, ParseMasked and Len agree with the reference. No byte
//     outside the frame changes, and none on error. A prefix of the input gives
//     ErrIncomplete or the same error. A masked frame has the same payload as the
//     unmasked one, also when parsed again.
//   - FuzzEvent: the fields, the payload and the JSON survive a round trip. Two events
//     are == exactly if all three parts are equal. No bytes are retained.
//   - FuzzJSON: UnmarshalJSON does not panic, agrees with encoding/json and a struct, and
//     leaves the event unchanged on error.
//   - FuzzHandshake: any calls on two connected handshakes agree with the reference. No
//     close frame is sent after another or after a failed write. A clean end had both
//     close frames, 1006 is never clean, and a second End returns the same event.
//   - FuzzTarget: any calls on a Target, also inside its listeners, call each listener
//     once, or never if it was removed.
//
// The packages below event and frame have targets of their own. README.md says how to
// run them.
package fuzz
