// Package frame reads and writes WebSocket close frames: the two-byte code, the
// UTF-8 reason of at most 123 bytes, and the frame around them.
//
// A close frame's payload is empty, or (RFC 6455, section 5.5.1)
//
//	  0    1   2                                   up to 125
//	+--------+-------------------------------------+
//	| code   | reason, UTF-8, 0 to 123 bytes       |
//	+--------+-------------------------------------+
//	  big-endian
//
// and travels in one frame, which a client masks (RFC 6455, section 5.2):
//
//	  0      1          2                6
//	+------+----------+----------------+--------------------------+
//	| 0x88 | 0x80|len | masking key, 4 | payload XOR the key, len |  from a client
//	+------+----------+----------------+--------------------------+
//	| 0x88 | len      | payload, len   |                             from a server
//	+------+----------+----------------+
//
// [Parse] and [Append] are for a stack that reads and writes frames itself;
// [ParseFrame], [ParseMasked], [AppendFrame] and [AppendMasked] are for one that
// leaves the close frame to this package. A payload that [Parse] takes, [Append]
// makes again byte for byte.
//
// No function allocates, but to grow the slice that it appends to. None keeps an
// argument, and only [ParseMasked] writes to one, but for the spare capacity that
// an Append function fills. Every error is an [Error], which knows the code to
// answer with.
//
// # Limitations
//
//   - A close frame is a control frame: it cannot be fragmented, and no extension
//     may set its reserved bits. Frames that do are refused.
//   - Other frames are told apart ([ErrNotClose]), not parsed.
//   - There is no I/O here and no source of masking keys: a client draws four
//     unpredictable bytes for each frame (RFC 6455, section 5.3).
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
