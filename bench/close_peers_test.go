package bench

import (
	"testing"
	"time"

	coder "github.com/coder/websocket"
	gorilla "github.com/gorilla/websocket"

	"example.com/closeframe/code"
)

// connPeers has the stacks as peers. What they write is read off the connection.
func connPeers() (all []peer) {
	for _, k := range conns[1:] {
		p := peer{name: k.name, module: k.module, reads: k.reads}
		p.read = func(payload []byte) (uint16, string, bool) {
			m := new(memConn)
			e := k.open(m)
			m.in, m.out = maskedFrame(payload), nil
			return e()
		}
		switch k.name {
		case "coder-conn":
			p.writes, p.write = "Conn.Close", func(c uint16, reason string) ([]byte, bool) {
				m := new(memConn)
				conn := acceptCoder(m)
				m.out = nil
				conn.Close(coder.StatusCode(c), reason)
				return framePayload(m.out)
			}
		case "gws-conn":
			p.writes, p.write = "Conn.WriteClose", func(c uint16, reason string) ([]byte, bool) {
				m := new(memConn)
				conn := acceptGws(m, new(gwsEvents))
				m.out = nil
				conn.WriteClose(c, []byte(reason))
				return framePayload(m.out)
			}
		case "gorilla-conn":
			p.writes, p.write = "FormatCloseMessage + Conn.WriteControl", func(c uint16, reason string) ([]byte, bool) {
				m := new(memConn)
				conn, err := new(gorilla.Upgrader).Upgrade(m, upgrade, nil)
				if err != nil {
					panic(err)
				}
				m.out = nil
				conn.WriteControl(gorilla.CloseMessage, gorilla.FormatCloseMessage(int(c), reason), time.Now().Add(time.Minute))
				return framePayload(m.out)
			}
		}
		all = append(all, p)
	}
	return all
}

// maskedFrame is a client's close frame around any payload, also one that is too
// long for it.
func maskedFrame(payload []byte) []byte {
	b := []byte{0x88, 0x80 | byte(len(payload))}
	if len(payload) > 125 {
		b = []byte{0x88, 0x80 | 126, byte(len(payload) >> 8), byte(len(payload))}
	}
	key := [4]byte{0x37, 0xfa, 0x21, 0x3d}
	b = append(b, key[:]...)
	for i, c := range payload {
		b = append(b, c^key[i%4])
	}
	return b
}

// framePayload returns the payload of a server's close frame, and whether there
// is one.
func framePayload(b []byte) (payload []byte, ok bool) {
	if len(b) < 2 || b[0] != 0x88 || len(b) < 2+int(b[1]&0x7f) {
		return nil, false
	}
	return b[2 : 2+int(b[1]&0x7f)], true
}

// BenchmarkClose is the end of a connection as a server does it, in memory: a close
// frame is read, judged and answered, and its code and reason reach the application.
// The connections are opened off the clock.
func BenchmarkClose(b *testing.B) {
	for _, reason := range []string{"none", "code", "ascii18", "mix123", "blend"} {
		for _, k := range conns {
			b.Run("reason="+reason+"/impl="+k.name, func(b *testing.B) {
				b.ReportAllocs()
				benchmarkClose(b, newRow(reason), k.open)
			})
		}
	}
}

func benchmarkClose(b *testing.B, r *row, open func(*memConn) end) {
	var mem [64]memConn
	var ends [64]end
	frames := make([][]byte, size)
	for i, p := range r.payloads {
		frames[i] = maskedFrame(p)
	}
	for i := 0; b.Loop(); i++ {
		k := i % len(mem)
		if k == 0 {
			b.StopTimer()
			for j := range mem {
				mem[j] = memConn{}
				ends[j] = open(&mem[j])
				mem[j].out = make([]byte, 0, 256)
				// gorilla and coder unmask in place, in a buffer of their own.
				mem[j].in = frames[(i+j)%size]
			}
			b.StartTimer()
		}
		if c, _, ok := ends[k](); !ok || code.Code(c) != r.codes[i%size] && c != 0 {
			b.Fatalf("code %d, %v; want %d", c, ok, r.codes[i%size])
		}
	}
}
