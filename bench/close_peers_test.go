package bench

import (
	"runtime"
	"testing"
	"time"

	coder "github.com/coder/websocket"
	gorilla "github.com/gorilla/websocket"

	"example.com/closeframe/code"
)

// connPeers has the stacks as peers. Their output is read from the connection.
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

// maskedFrame returns a client's close frame around any payload, also one that is too
// long.
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

// framePayload returns the payload of a server's close frame, and whether there is one.
func framePayload(b []byte) (payload []byte, ok bool) {
	if len(b) < 2 || b[0] != 0x88 || len(b) < 2+int(b[1]&0x7f) {
		return nil, false
	}
	return b[2 : 2+int(b[1]&0x7f)], true
}

// BenchmarkClose is the end of a connection at a server, in memory: it reads and checks
// a close frame, replies, and reports code and reason to the application. Opening the
// connections is not timed.
func BenchmarkClose(b *testing.B) {
	for _, reason := range []string{"none", "code", "ascii18", "mix123", "blend"} {
		for _, k := range conns {
			b.Run("reason="+reason+"/impl="+k.name, func(b *testing.B) {
				benchmarkClose(b, newRow(reason), k.open)
			})
		}
	}
}

func benchmarkClose(b *testing.B, r *row, open func(*memConn) end) {
	const batch = 64
	var mem [batch]memConn
	var ends [batch]end
	var times []time.Duration
	var before, after runtime.MemStats // of the last batch
	for i := 0; b.Loop(); i++ {
		b.StopTimer()
		for k := range batch {
			// gorilla and coder unmask in place, in their own buffers.
			mem[k] = memConn{}
			ends[k] = open(&mem[k])
			mem[k].in, mem[k].out = maskedFrame(r.payloads[(i*batch+k)%size]), make([]byte, 0, 256)
		}
		runtime.ReadMemStats(&before)
		b.StartTimer()
		start := time.Now()
		for k := range batch {
			if c, reason, ok := ends[k](); !ok || c != 0 && code.Code(c) != r.codes[(i*batch+k)%size] {
				b.Fatalf("code %d, %q, %v; want %d", c, reason, ok, r.codes[(i*batch+k)%size])
			}
		}
		times = append(times, time.Since(start))
		b.StopTimer()
		runtime.ReadMemStats(&after)
		b.StartTimer()
	}
	b.ReportMetric(quartile(times)/batch, "ns/op")
	b.ReportMetric(float64(after.TotalAlloc-before.TotalAlloc)/batch, "B/op")
	b.ReportMetric(float64(after.Mallocs-before.Mallocs)/batch, "allocs/op")
}
