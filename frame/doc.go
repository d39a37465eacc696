// Package frame reads and writes WebSocket close frames: the two-byte code, the
// UTF-8 reason of at most 123 bytes, and the frame around them.
//
// A close frame's payload is either empty or (RFC 6455, section 5.5.1)
//
//	  0    1   2                                   up to 125
//	+--------+-------------------------------------+
//	| code   | reason, UTF-8, 0 to 123 bytes       |
//	+--------+-------------------------------------+
//	  big-endian
//
// It is sent in a single frame, which a client masks (RFC 6455, section 5.2):
//
//	  0      1          2                6
//	+------+----------+----------------+--------------------------+
//	| 0x88 | 0x80|len | masking key, 4 | payload XOR the key, len |  from a client
//	+------+----------+----------------+--------------------------+
//	| 0x88 | len      | payload, len   |                             from a server
//	+------+----------+----------------+
//
// If your stack parses frame headers itself, use [Parse] and [Append]. Otherwise use
// [Len], [ParseFrame], [ParseMasked], [AppendFrame] and [AppendMasked]. Append
// reproduces, byte for byte, any payload that Parse accepts.
//
// Every error is an [Error]. For an error of a Parse function or Len, [Error.Answer]
// returns the code to reply with. Only [Sanitize] allocates, when it repairs, and the
// Append functions, when dst is too small. Functions retain no argument. Only
// [ParseMasked] modifies its input; an Append function writes to dst's spare capacity.
// All functions are safe for concurrent use.
//
// # Limitations
//
//   - A close frame is a control frame: it cannot be fragmented, and no extension
//     may set its reserved bits.
//   - Other frames are recognized ([ErrNotClose]), not parsed.
//   - There is no I/O, and no source of masking keys: a client needs four
//     unpredictable bytes for each frame (RFC 6455, section 5.3).
//
// If you cannot add a dependency, copy package onefile instead.
package frame

// The sizes that RFC 6455, section 5.5, allows, in bytes.
const (
	// MaxReason is the longest reason that a close frame can hold.
	MaxReason = 123
	// MaxPayload is the longest payload of any control frame: code and reason.
	MaxPayload = 125
	// MaxFrame is the longest close frame: header, masking key and payload. A
	// buffer with this much spare capacity is enough for every Append function.
	MaxFrame = 131
)

const (
	headerLen = 2 // FIN, RSV and opcode; mask bit and length
	keyLen    = 4
	codeLen   = 2
)
