// Package frame reads and writes WebSocket close frames.
//
// The payload of a close frame is empty, or a code and a reason (RFC 6455, section
// 5.5.1):
//
//	  0    1   2                                   up to 125
//	+--------+-------------------------------------+
//	| code   | reason, UTF-8, 0 to 123 bytes       |
//	+--------+-------------------------------------+
//	  big-endian
//
// A client masks the frame (section 5.2):
//
//	  0      1          2                6
//	+------+----------+----------------+--------------------------+
//	| 0x88 | 0x80|len | masking key, 4 | payload XOR the key, len |  from a client
//	+------+----------+----------------+--------------------------+
//	| 0x88 | len      | payload, len   |                             from a server
//	+------+----------+----------------+
//
// If your stack parses frame headers itself, use [Parse] and [Append]. Otherwise use
// [Len], [ParseFrame], [ParseMasked], [AppendFrame] and [AppendMasked].
//
// In all functions, code.NoStatus (1005) with an empty reason is the empty payload. A
// code to send may have any integer type; a value outside 0 to 65535 is ErrCode.
//
// Every error is an [Error]; [Error.Answer] returns the code to reply with. Functions
// retain no argument. Only [ParseMasked] modifies its input; the Append functions write
// to dst's spare capacity. Two kinds of functions can allocate: [Sanitize] when
// it repairs a reason, and the Append functions when dst is too small.
//
// If you cannot add a dependency, copy package onefile instead.
//
// # Limitations
//
// The package does no I/O, parses no other frames, negotiates no extensions and makes no
// masking keys.
package frame

// The limits of RFC 6455, section 5.5, in bytes.
const (
	// MaxReason is the length of the longest reason.
	MaxReason = 123
	// MaxPayload is the length of the longest payload, and enough spare capacity for
	// Append.
	MaxPayload = 125
	// MaxFrame is the length of the longest close frame, and enough spare capacity
	// for every Append function.
	MaxFrame = 131
)

const (
	headerLen = 2 // FIN, RSV and opcode; mask bit and length
	keyLen    = 4
	codeLen   = 2
)
