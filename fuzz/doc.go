// Package fuzz holds the fuzz targets of closeframe: black boxes that see only what
// is exported, and compare it with the slow transcription in fuzz/reference or with
// the standard library. Seeds are the shared vectors and the captured frames of
// frame/testdata.
//
// What each target checks, for any bytes:
//
//   - FuzzPayload: Parse does not panic and agrees with the reference on the verdict,
//     the code, the reason and the answer. Append and Check accept what parses, Append
//     reproduces it byte for byte, and both reject what does not parse. event.Parse
//     agrees.
//   - FuzzReason: CheckReason agrees with unicode/utf8 at every alignment, with guard
//     bytes on both sides. Truncate returns the longest legal prefix. The result of
//     Sanitize agrees with the reference, can be sent, and stays when sanitized again.
//   - FuzzFrame: ParseFrame, ParseMasked and Len agree with the reference. No byte
//     outside the frame changes, and none on error. A prefix of the input gives
//     ErrIncomplete or the same error. A masked frame parses to the same payload as its
//     unmasked twin, and again to the same.
//   - FuzzEvent: fields, payload and JSON survive a round trip. == holds exactly where
//     all three parts are equal. No byte of the source is retained.
//   - FuzzJSON: UnmarshalJSON does not panic, agrees with a struct filled by
//     encoding/json, and leaves the event unchanged on error.
//   - FuzzHandshake: a program of calls on two handshakes, joined by wires, agrees with
//     the history of facts that the reference keeps. No close frame leaves after another
//     or after a broken write, a clean end had both frames, 1006 is never clean, and End
//     repeats itself.
//   - FuzzTarget: a program of calls on a Target, also from inside its listeners, calls
//     each listener that was not removed exactly once, and the others never.
//
// The packages below event and frame have targets of their own.
//
// README.md says how to run them.
package fuzz
