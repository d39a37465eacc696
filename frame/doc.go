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
// and is sent in one frame, which a client masks (RFC 6455, section 5.2):
//
//	  0      1          2                6
//	+------+----------+----------------+--------------------------+
//	| 0x88 | 0x80|len | masking key, 4 | payload XOR the key, len |  from a client
//	+------+----------+----------------+--------------------------+
//	| 0x88 | len      | payload, len   |                             from a server
//	+------+----------+----------------+
//
// [Parse] and [Append] are for a stack that reads and writes frames itself;
// [ParseFrame], [ParseMasked], [Len], [AppendFrame] and [AppendMasked] are for one
// that leaves the whole close frame to this package. Append reproduces, byte for
// byte, any payload that Parse accepts.
//
// Every error is an [Error], and [Error.Answer] is the code to close with. Nothing
// allocates, except an Append function whose dst is too small, and [Sanitize] where
// it repairs. Functions retain no argument. Only [ParseMasked] modifies its input;
// an Append function writes to dst's spare capacity. All functions may be called
// concurrently.
//
// # Limitations
//
//   - A close frame is a control frame: it cannot be fragmented, and no extension
//     may set its reserved bits. Frames that do so are rejected.
//   - Other frames are recognized ([ErrNotClose]), not parsed.
//   - There is no I/O, and no source of masking keys: a client needs four
//     unpredictable bytes for each frame (RFC 6455, section 5.3).
//
// A stack that takes no dependency can copy one file instead: see package onefile.
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
