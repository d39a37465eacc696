//go:build go1.22

package closetest

import (
	"bufio"
	"bytes"
	"testing"
)

// FuzzReadFrame reads frames from any bytes. A frame that is encoded again has exactly the
// bytes that were consumed for it.
func FuzzReadFrame(f *testing.F) {
	f.Add([]byte("\x88\x02\x03\xe8"))
	f.Add([]byte("\x88\x85\x37\xfa\x21\x3d\x34\x12\x43\x44\x52\x89\x00"))
	f.Add([]byte("\x82\x7e\x00\x7d" + "short"))
	f.Add([]byte("\x82\x7f\xff\xff\xff\xff\xff\xff\xff\xff"))
	f.Add([]byte("HTTP/1.1 400 Bad Request\r\n\r\n"))
	f.Fuzz(func(t *testing.T, wire []byte) {
		p := &peer{r: bufio.NewReader(bytes.NewReader(wire))}
		for rest := wire; ; {
			got, err := p.readFrame()
			if err != nil {
				break
			}
			if len(got.payload) > keptPayload || uint64(len(got.payload)) > got.length {
				t.Fatalf("kept %d bytes of a payload of %d", len(got.payload), got.length)
			}
			header := 2
			if size := rest[1] & 0x7f; size == 126 {
				header += 2
			} else if size == 127 {
				header += 8
			}
			if got.masked {
				header += 4
			}
			if got.first != rest[0] || got.masked != (rest[1]&0x80 != 0) || uint64(len(rest)-header) < got.length {
				t.Fatalf("% x is read as %+v", rest[:header], got)
			}
			again := got.payload
			if got.masked {
				again = bytes.Clone(again)
				for i := range again {
					again[i] ^= rest[header-4+i%4]
				}
			}
			if !bytes.Equal(again, rest[header:header+len(again)]) {
				t.Fatalf("payload %x of % x", got.payload, rest[:header+len(again)])
			}
			rest = rest[uint64(header)+got.length:]
		}
	})
}
