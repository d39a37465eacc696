//go:build go1.24

package frame_test

import (
	"bytes"
	"fmt"
	"testing"

	"example.com/closeframe/code"
	"example.com/closeframe/frame"
	"example.com/closeframe/fuzz/reference"
)

// parsers are the two functions that parse a frame.
var parsers = []struct {
	name   string
	masked bool
	parse  func(b []byte) (payload []byte, n int, err error)
}{
	{"ParseFrame", false, frame.ParseFrame},
	{"ParseMasked", true, frame.ParseMasked},
}

// parseFrame parses b, and compares the result and b afterwards with the reference.
func parseFrame(t *testing.T, b []byte, masked bool) {
	t.Helper()
	before := bytes.Clone(b)
	parse := frame.ParseFrame
	if masked {
		parse = frame.ParseMasked
	}
	want, wantN, e := reference.ParseFrame(before, masked)
	payload, n, err := parse(b)
	if !bytes.Equal(payload, want) || n != wantN || err != errOf(e) || (payload == nil) != (err != nil) {
		t.Fatalf("masked %v, % x = % x, %d, %v, want % x, %d, %v", masked, before, payload, n, err, want, wantN, errOf(e))
	}
	if masked && err == nil {
		copy(before[2:], "\x00\x00\x00\x00")
		copy(before[6:], want)
	}
	if !bytes.Equal(b, before) {
		t.Fatalf("masked %v: the buffer became % x, want % x", masked, b, before)
	}
}

// Every value of the first two bytes, followed by no byte, one byte, and more bytes than
// a frame can have.
func TestEveryHeader(t *testing.T) {
	body := fill(200)
	buf := make([]byte, 0, 256)
	for header := range 65536 {
		for _, masked := range []bool{false, true} {
			for _, size := range []int{0, 1, len(body)} {
				b := append(append(buf, byte(header>>8), byte(header)), body[:size]...)
				parseFrame(t, b, masked)
			}
		}
	}
	for first := range 256 {
		parseFrame(t, []byte{byte(first)}, false)
		parseFrame(t, []byte{byte(first)}, true)
	}
}

// A partial frame gives ErrIncomplete and is unchanged.
func TestEveryPrefix(t *testing.T) {
	for _, p := range parsers {
		t.Run(p.name, func(t *testing.T) {
			for size := range frame.MaxPayload + 1 {
				whole := serverOrClient(t, size, p.masked)
				for n := range whole {
					b := bytes.Clone(whole[:n])
					payload, got, err := p.parse(b)
					if payload != nil || got != 0 || err != frame.ErrIncomplete {
						t.Fatalf("%d of %d bytes: %v, %d, %v, want nil, 0, ErrIncomplete", n, len(whole), payload, got, err)
					}
					if !bytes.Equal(b, whole[:n]) {
						t.Fatalf("%d of %d bytes: b became % x", n, len(whole), b)
					}
				}
				parseFrame(t, bytes.Clone(whole), p.masked)
			}
			payload, n, err := p.parse(nil)
			if payload != nil || n != 0 || err != frame.ErrIncomplete {
				t.Errorf("nil: %v, %d, %v, want nil, 0, ErrIncomplete", payload, n, err)
			}
		})
	}
}

// serverOrClient returns a frame with a payload of size bytes, masked from a client.
func serverOrClient(t *testing.T, size int, masked bool) []byte {
	t.Helper()
	if !masked {
		return append([]byte{0x88, byte(size)}, fill(size)...)
	}
	b := append([]byte{0x88, 0x80 | byte(size)}, testKey[:]...)
	for i, c := range fill(size) {
		b = append(b, c^testKey[i%4])
	}
	return b
}

// An error is returned from the first byte that shows it.
func TestErrorsOfPartialFrames(t *testing.T) {
	for _, p := range parsers {
		mask := byte(0)
		if p.masked {
			mask = 0x80
		}
		for _, v := range []struct {
			name   string
			header [2]byte
			needs  int // bytes that show the error
			want   frame.Error
		}{
			{"ping", [2]byte{0x89, mask | 2}, 1, frame.ErrNotClose},
			{"everything", [2]byte{0x71, mask ^ 0x80 | 127}, 1, frame.ErrNotClose},
			{"RSV2", [2]byte{0xa8, mask | 2}, 1, frame.ErrReservedBits},
			{"RSV2 and no FIN", [2]byte{0x28, mask | 2}, 1, frame.ErrReservedBits},
			{"no FIN", [2]byte{0x08, mask | 2}, 1, frame.ErrFragmented},
			{"mask bit", [2]byte{0x88, mask ^ 0x80 | 2}, 2, frame.ErrMask},
			{"mask bit and length", [2]byte{0x88, mask ^ 0x80 | 126}, 2, frame.ErrMask},
			{"length 126", [2]byte{0x88, mask | 126}, 2, frame.ErrTooLong},
			{"length 127", [2]byte{0x88, mask | 127}, 2, frame.ErrTooLong},
		} {
			t.Run(p.name+" "+v.name, func(t *testing.T) {
				whole := append(v.header[:], fill(140)...)
				for n := 1; n <= len(whole); n++ {
					want := v.want
					if n < v.needs {
						want = frame.ErrIncomplete
					}
					b := bytes.Clone(whole[:n])
					payload, got, err := p.parse(b)
					if payload != nil || got != 0 || err != want {
						t.Fatalf("%d bytes: %v, %d, %v, want nil, 0, %v", n, payload, got, err, want)
					}
					if !bytes.Equal(b, whole[:n]) {
						t.Fatalf("%d bytes: b became % x, want % x", n, b, whole[:n])
					}
				}
			})
		}
	}
}

// The payload is a subslice of the buffer, without capacity past the frame.
func TestPayloadIsASubslice(t *testing.T) {
	for _, p := range parsers {
		t.Run(p.name, func(t *testing.T) {
			for size := range frame.MaxPayload + 1 {
				whole := serverOrClient(t, size, p.masked)
				b := append(bytes.Clone(whole), "next frame"...)
				payload, n, err := p.parse(b)
				if n != len(whole) || err != nil || payload == nil {
					t.Fatalf("payload of %d: n = %d, %v, want %d", size, n, err, len(whole))
				}
				if len(payload) != size || cap(payload) != size {
					t.Errorf("payload has length %d and capacity %d, want both %d", len(payload), cap(payload), size)
				}
				if size > 0 && &payload[0] != &b[n-size] {
					t.Errorf("the payload of %d is not a subslice of the buffer", size)
				}
				_ = append(payload, "xyz"...)
				if got := string(b[n:]); got != "next frame" {
					t.Errorf("the bytes after the frame became %q", got)
				}
			}
		})
	}
}

// ParseMasked unmasks in place and zeroes the key, so a second call returns the same.
func TestParseMaskedTwice(t *testing.T) {
	for size := range frame.MaxPayload + 1 {
		for _, key := range [][4]byte{{}, {0xff, 0xff, 0xff, 0xff}, {1, 2, 3, 4}, {0, 0, 0, 0x80}, testKey} {
			b := append([]byte{0x88, 0x80 | byte(size)}, key[:]...)
			for i, c := range fill(size) {
				b = append(b, c^key[i%4])
			}
			b = append(b, "rest"...)
			want := append([]byte{0x88, 0x80 | byte(size), 0, 0, 0, 0}, fill(size)...)
			want = append(want, "rest"...)
			for call := range 3 {
				payload, n, err := frame.ParseMasked(b)
				if !bytes.Equal(payload, fill(size)) || n != 6+size || err != nil {
					t.Fatalf("call %d of size %d, key % x: % x, %d, %v", call, size, key, payload, n, err)
				}
				if !bytes.Equal(b, want) {
					t.Fatalf("call %d of size %d, key % x: the buffer is % x, want % x", call, size, key, b, want)
				}
			}
		}
	}
}

// Several frames in one buffer.
func TestFramesInARow(t *testing.T) {
	b, err := frame.AppendMasked(nil, 1000, "bye", testKey)
	if err != nil {
		t.Fatal(err)
	}
	b, err = frame.AppendMasked(b, code.NoStatus, "", testKey)
	if err != nil {
		t.Fatal(err)
	}
	b, err = frame.AppendMasked(b, 4001, "до свидания", testKey)
	if err != nil {
		t.Fatal(err)
	}
	b = append(b, 0x89, 0x80)
	for _, want := range []string{`1000 "bye"`, `1005 ""`, `4001 "до свидания"`} {
		payload, n, err := frame.ParseMasked(b)
		if err != nil {
			t.Fatal(err)
		}
		c, reason, err := frame.Parse(payload)
		if got := fmt.Sprintf("%d %q", uint16(c), reason); got != want || err != nil {
			t.Errorf("got %s, %v, want %s", got, err, want)
		}
		b = b[n:]
	}
	if _, n, err := frame.ParseMasked(b); n != 0 || err != frame.ErrNotClose {
		t.Errorf("n = %d, %v, want ErrNotClose", n, err)
	}
}

// Every length with many keys: AppendMasked agrees with the reference, and the frame
// parses.
func TestAppendMaskedKeys(t *testing.T) {
	var keys [][4]byte
	for i := range 256 {
		c := byte(i)
		keys = append(keys, [4]byte{c, c, c, c}, [4]byte{c, ^c, c + 1, c * 7}, [4]byte{0, c, 0, ^c})
	}
	buf := make([]byte, 0, frame.MaxFrame)
	for n := range frame.MaxReason + 1 {
		reason := fill(n)
		for _, key := range keys {
			want, _ := reference.AppendFrame(3999, reason, &key)
			got, err := frame.AppendMasked(buf, 3999, reason, key)
			if !bytes.Equal(got, want) || err != nil {
				t.Fatalf("key % x, reason of %d: % x, %v, want % x", key, n, got, err, want)
			}
			parseFrame(t, got, true)
		}
	}
}

// The close frames that other stacks sent, with the code and the reason that they were
// asked to send.
func TestCaptured(t *testing.T) {
	all, err := reference.Captures("testdata/captured.txt")
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]int{}
	for i, v := range all {
		t.Run(fmt.Sprintf("%s %s %s %d #%d", v.Stack, v.Version, v.Role, v.Code, i), func(t *testing.T) {
			seen[v.Stack+" "+v.Role]++
			b, masked := bytes.Clone(v.Frame), v.Role == "client"
			parseFrame(t, b, masked)
			payload, n, err := parsers[0].parse(b)
			if masked {
				payload, n, err = frame.ParseMasked(b)
			}
			if n != len(v.Frame) || err != nil {
				t.Fatalf("n = %d, %v, want all %d bytes", n, err, len(v.Frame))
			}
			c, reason, err := frame.Parse(payload)
			if uint16(c) != v.Code || string(reason) != v.Reason || err != nil {
				t.Errorf("Parse(% x) = %d, %q, %v, want %d, %q", payload, uint16(c), reason, err, v.Code, v.Reason)
			}
			got, err := frame.AppendFrame(nil, c, reason)
			if masked {
				got, err = frame.AppendMasked(nil, c, reason, [4]byte(v.Frame[2:]))
			}
			if !bytes.Equal(got, v.Frame) || err != nil {
				t.Errorf("appended % x, %v, want % x", got, err, v.Frame)
			}
		})
	}
	for _, want := range []string{"gorilla server", "gorilla client", "coder server", "coder client"} {
		if seen[want] < 12 {
			t.Errorf("%d frames of %s, want 12 or more", seen[want], want)
		}
	}
}
