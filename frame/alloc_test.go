//go:build go1.24

package frame_test

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"example.com/closeframe/code"
	"example.com/closeframe/frame"
)

var (
	sinkCode   code.Code
	sinkBytes  []byte
	sinkString string
	sinkInt    int
	sinkErr    error
)

// Inputs, as variables so that the calls have no constant arguments.
var (
	buf        = make([]byte, 0, frame.MaxFrame)
	spare      = fill(frame.MaxFrame) // its spare capacity holds a reason
	ascii      = strings.Repeat("a", frame.MaxReason)
	mixed      = "bye 👋 до свидания 再見"
	tooLong    = ascii + "a"
	notUTF8    = "\xff"
	mixedBytes = []byte(mixed)
	longBytes  = []byte(tooLong)
	cutRune    = strings.Repeat("a", 122) + "é"
	cutBytes   = []byte(cutRune)
	named      = namedString(mixed)
	intCode    = 1000
	errWrapped = fmt.Errorf("read: %w", frame.ErrUTF8)
	errJoined  = errors.Join(io.EOF, errWrapped)

	payloads = map[string][]byte{
		"empty":        {},
		"code":         []byte("\x03\xe8"),
		"ascii":        []byte("\x03\xe8" + ascii),
		"mixed":        []byte("\x03\xe8" + mixed),
		"short":        {3},
		"too long":     []byte("\x03\xe8" + tooLong),
		"illegal code": []byte("\x03\xedbye"),
		"not UTF8":     []byte("\x03\xe8\xff"),
	}
	server = []byte("\x88\x05\x03\xe8bye")
	client = []byte("\x88\x85\x37\xfa\x21\x3d\x34\x12CDR")

	longServer, longClient = []byte{0x88, 126}, []byte{0x88, 0xff}

	defect = map[string][]byte{
		"incomplete":    {0x88},
		"not close":     {0x89, 0x80},
		"fragmented":    {0x08, 0x80},
		"reserved bits": {0xc8, 0x80},
	}
)

// allocs has calls of every exported function that must not allocate, with the error
// that each returns.
var allocs = []struct {
	name string
	err  error
	f    func()
}{
	{"Parse/empty", nil, parse("empty")},
	{"Parse/code", nil, parse("code")},
	{"Parse/ascii", nil, parse("ascii")},
	{"Parse/mixed", nil, parse("mixed")},
	{"Parse/ErrShortPayload", frame.ErrShortPayload, parse("short")},
	{"Parse/ErrTooLong", frame.ErrTooLong, parse("too long")},
	{"Parse/ErrCode", frame.ErrCode, parse("illegal code")},
	{"Parse/ErrUTF8", frame.ErrUTF8, parse("not UTF8")},

	{"Append/empty", nil, func() { sinkBytes, sinkErr = frame.Append(buf, code.NoStatus, "") }},
	{"Append/string", nil, func() { sinkBytes, sinkErr = frame.Append(buf, 1000, ascii) }},
	{"Append/mixed", nil, func() { sinkBytes, sinkErr = frame.Append(buf, 1000, mixed) }},
	{"Append/bytes", nil, func() { sinkBytes, sinkErr = frame.Append(buf, 1000, mixedBytes) }},
	{"Append/named type", nil, func() { sinkBytes, sinkErr = frame.Append(buf, 1000, named) }},
	{"Append/overlap", nil, func() { sinkBytes, sinkErr = frame.Append(spare[:0], 1000, spare[40:80]) }},
	{"Append/ErrTooLong", frame.ErrTooLong, func() { sinkBytes, sinkErr = frame.Append(buf, 1000, tooLong) }},
	{"Append/ErrTooLong bytes", frame.ErrTooLong, func() { sinkBytes, sinkErr = frame.Append(buf, 1000, longBytes) }},
	{"Append/ErrCode", frame.ErrCode, func() { sinkBytes, sinkErr = frame.Append(buf, 1006, mixed) }},
	{"Append/ErrUTF8", frame.ErrUTF8, func() { sinkBytes, sinkErr = frame.Append(buf, 1000, notUTF8) }},

	{"Append/int", nil, func() { sinkBytes, sinkErr = frame.Append(buf, intCode, mixed) }},
	{"Append/int ErrCode", frame.ErrCode, func() { sinkBytes, sinkErr = frame.Append(buf, -1, mixed) }},

	{"Check/string", nil, func() { sinkErr = frame.Check(1000, mixed) }},
	{"Check/bytes", nil, func() { sinkErr = frame.Check(uint64(1000), mixedBytes) }},
	{"Check/ErrTooLong", frame.ErrTooLong, func() { sinkErr = frame.Check(1000, tooLong) }},
	{"Check/ErrCode", frame.ErrCode, func() { sinkErr = frame.Check(66536, mixed) }},
	{"Check/ErrUTF8", frame.ErrUTF8, func() { sinkErr = frame.Check(1000, notUTF8) }},

	{"Sanitize/valid", nil, func() { sinkCode, sinkString = frame.Sanitize(1000, mixed) }},
	{"Sanitize/cut", nil, func() { sinkCode, sinkString = frame.Sanitize(-1, cutRune) }},

	{"Len/valid", nil, func() { sinkInt, sinkErr = frame.Len(server) }},
	{"Len/ErrTooLong", frame.ErrTooLong, func() { sinkInt, sinkErr = frame.Len(longServer) }},

	{"Answer/itself", nil, func() { sinkCode = frame.Answer(frame.ErrUTF8) }},
	{"Answer/errWrapped", nil, func() { sinkCode = frame.Answer(errWrapped) }},
	{"Answer/joined", nil, func() { sinkCode = frame.Answer(errJoined) }},
	{"Answer/another", nil, func() { sinkCode = frame.Answer(io.EOF) }},

	{"CheckReason/string", nil, func() { sinkErr = frame.CheckReason(mixed) }},
	{"CheckReason/bytes", nil, func() { sinkErr = frame.CheckReason(mixedBytes) }},
	{"CheckReason/ErrTooLong", frame.ErrTooLong, func() { sinkErr = frame.CheckReason(tooLong) }},
	{"CheckReason/ErrUTF8", frame.ErrUTF8, func() { sinkErr = frame.CheckReason(notUTF8) }},

	{"Truncate/short", nil, func() { sinkString = frame.Truncate(mixed) }},
	{"Truncate/ASCII", nil, func() { sinkString = frame.Truncate(tooLong) }},
	{"Truncate/rune", nil, func() { sinkString = frame.Truncate(cutRune) }},
	{"Truncate/bytes", nil, func() { sinkBytes = frame.Truncate(cutBytes) }},

	{"ParseFrame/valid", nil, func() { sinkBytes, sinkInt, sinkErr = frame.ParseFrame(server) }},
	{"ParseFrame/ErrIncomplete", frame.ErrIncomplete, parseDefect(frame.ParseFrame, "incomplete")},
	{"ParseFrame/ErrNotClose", frame.ErrNotClose, parseDefect(frame.ParseFrame, "not close")},
	{"ParseFrame/ErrFragmented", frame.ErrFragmented, parseDefect(frame.ParseFrame, "fragmented")},
	{"ParseFrame/ErrReservedBits", frame.ErrReservedBits, parseDefect(frame.ParseFrame, "reserved bits")},
	{"ParseFrame/ErrMask", frame.ErrMask, func() { sinkBytes, sinkInt, sinkErr = frame.ParseFrame(client) }},
	{"ParseFrame/ErrTooLong", frame.ErrTooLong, func() { sinkBytes, sinkInt, sinkErr = frame.ParseFrame(longServer) }},

	{"ParseMasked/valid", nil, func() { sinkBytes, sinkInt, sinkErr = frame.ParseMasked(client) }},
	{"ParseMasked/ErrIncomplete", frame.ErrIncomplete, parseDefect(frame.ParseMasked, "incomplete")},
	{"ParseMasked/ErrNotClose", frame.ErrNotClose, parseDefect(frame.ParseMasked, "not close")},
	{"ParseMasked/ErrFragmented", frame.ErrFragmented, parseDefect(frame.ParseMasked, "fragmented")},
	{"ParseMasked/ErrReservedBits", frame.ErrReservedBits, parseDefect(frame.ParseMasked, "reserved bits")},
	{"ParseMasked/ErrMask", frame.ErrMask, func() { sinkBytes, sinkInt, sinkErr = frame.ParseMasked(server) }},
	{"ParseMasked/ErrTooLong", frame.ErrTooLong, func() { sinkBytes, sinkInt, sinkErr = frame.ParseMasked(longClient) }},

	{"AppendFrame/empty", nil, func() { sinkBytes, sinkErr = frame.AppendFrame(buf, code.NoStatus, "") }},
	{"AppendFrame/string", nil, func() { sinkBytes, sinkErr = frame.AppendFrame(buf, 1000, ascii) }},
	{"AppendFrame/bytes", nil, func() { sinkBytes, sinkErr = frame.AppendFrame(buf, 1000, mixedBytes) }},
	{"AppendFrame/ErrTooLong", frame.ErrTooLong, func() { sinkBytes, sinkErr = frame.AppendFrame(buf, 1000, tooLong) }},
	{"AppendFrame/ErrCode", frame.ErrCode, func() { sinkBytes, sinkErr = frame.AppendFrame(buf, 1005, mixed) }},
	{"AppendFrame/ErrUTF8", frame.ErrUTF8, func() { sinkBytes, sinkErr = frame.AppendFrame(buf, 1000, notUTF8) }},

	{"AppendMasked/empty", nil, func() { sinkBytes, sinkErr = frame.AppendMasked(buf, code.NoStatus, "", testKey) }},
	{"AppendMasked/string", nil, func() { sinkBytes, sinkErr = frame.AppendMasked(buf, 1000, ascii, testKey) }},
	{"AppendMasked/bytes", nil, func() { sinkBytes, sinkErr = frame.AppendMasked(buf, 1000, mixedBytes, testKey) }},
	{"AppendMasked/ErrTooLong", frame.ErrTooLong, func() { sinkBytes, sinkErr = frame.AppendMasked(buf, 1000, tooLong, testKey) }},
	{"AppendMasked/ErrCode", frame.ErrCode, func() { sinkBytes, sinkErr = frame.AppendMasked(buf, 2999, mixed, testKey) }},
	{"AppendMasked/ErrUTF8", frame.ErrUTF8, func() { sinkBytes, sinkErr = frame.AppendMasked(buf, 1000, notUTF8, testKey) }},

	{"Error.Error/known", nil, func() { sinkString = frame.ErrUTF8.Error() }},
	{"Error.Error/unknown", nil, func() { sinkString = frame.Error(99).Error() }},
	{"Error.Answer", nil, func() { sinkCode = frame.ErrUTF8.Answer() }},
}

func parse(name string) func() {
	p := payloads[name]
	return func() { sinkCode, sinkBytes, sinkErr = frame.Parse(p) }
}

// parseDefect calls f with a frame that is rejected before its mask bit is read.
func parseDefect(f func([]byte) ([]byte, int, error), name string) func() {
	b := defect[name]
	return func() { sinkBytes, sinkInt, sinkErr = f(b) }
}

func TestAllocs(t *testing.T) {
	for _, a := range allocs {
		t.Run(a.name, func(t *testing.T) {
			sinkErr = nil
			if got := testing.AllocsPerRun(100, a.f); got != 0 {
				t.Errorf("%v allocations, want 0", got)
			}
			if sinkErr != a.err {
				t.Errorf("error %v, want %v", sinkErr, a.err)
			}
		})
	}
}

// Sanitize allocates to repair a reason.
func TestAllocsToRepair(t *testing.T) {
	if got := testing.AllocsPerRun(100, func() { sinkCode, sinkString = frame.Sanitize(1000, notUTF8) }); got == 0 || got > 2 {
		t.Errorf("%v allocations, want 1 or 2", got)
	}
}

// Without spare capacity an Append function allocates once.
func TestAllocsToGrow(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector keeps append from growing without a copy")
	}
	for name, f := range map[string]func(){
		"Append":       func() { sinkBytes, sinkErr = frame.Append(nil, 1000, mixed) },
		"AppendFrame":  func() { sinkBytes, sinkErr = frame.AppendFrame(nil, 1000, mixed) },
		"AppendMasked": func() { sinkBytes, sinkErr = frame.AppendMasked(nil, 1000, mixed, testKey) },
	} {
		if got := testing.AllocsPerRun(100, f); got != 1 {
			t.Errorf("%s: %v allocations, want 1", name, got)
		}
	}
}
