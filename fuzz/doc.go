// Package fuzz holds the fuzz targets of closeframe: black boxes that see only what
// is exported, and compare it with the slow transcription in fuzz/reference or with
// the standard library. Seeds are the shared vectors and the captured frames of
// frame/testdata.
//
// What each target holds true, for any bytes:
//
//   - FuzzPayload: Parse does not panic and agrees with the reference on verdict,
//     code, reason and answer; what parses is appended back byte for byte, from a
//     string and from bytes; what does not parse cannot be appended; event.Parse
//     agrees with both.
//   - FuzzReason: CheckReason agrees with unicode/utf8 at every alignment, with guard
//     bytes on both sides; Truncate is the longest legal prefix.
//   - FuzzFrame: ParseFrame and ParseMasked agree with the reference; no byte outside
//     the frame changes, and none at all on error; a prefix of the input gives
//     ErrIncomplete or the same defect; a masked frame parses to the same payload as
//     its unmasked twin, and once more to the same.
//   - FuzzEvent: fields, payload and JSON come back as they went in; == holds exactly
//     where all three parts are equal; no byte of the source is kept.
//   - FuzzJSON: UnmarshalJSON does not panic, agrees with a struct that encoding/json
//     fills, and leaves the event as it was on error.
//   - FuzzHandshake: a program of calls on two handshakes, joined by wires, agrees
//     with the history of facts that the reference keeps; a reply is never due once
//     sent, a clean end had both frames, 1006 is never clean, End repeats itself.
//   - FuzzTarget: a program of calls on a Target, also from inside its listeners,
//     calls each listener that was not removed exactly once, and the others never.
//
// FuzzDecode and FuzzDecodeFrames, of the command, stand beside it in
// event/closeframe.
//
// README.md says how to run them.
package fuzz
