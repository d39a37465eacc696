package storm

import (
	"math/rand/v2"

	"example.com/closeframe/code"
	"example.com/closeframe/event"
	"example.com/closeframe/fuzz/reference"
)

// seed makes each run send the same close frames.
const seed = 6455

// randomPayload returns the payload of peer i's close frame. Half of them are good.
func randomPayload(i int) []byte {
	r := rand.New(rand.NewPCG(seed, uint64(i)))
	switch r.IntN(8) {
	case 0:
		return nil
	case 1:
		return randomBytes(r, 1)
	case 2:
		return withCode(sendable(r), nil)
	case 3:
		return withCode(uint16(r.Uint32()), randomText(r))
	case 4:
		return withCode(sendable(r), randomBytes(r, 1+r.IntN(123)))
	case 5:
		return withCode(sendable(r), randomBytes(r, 124+r.IntN(1000)))
	default:
		return withCode(sendable(r), randomText(r))
	}
}

func withCode(c uint16, reason []byte) []byte {
	return append([]byte{byte(c >> 8), byte(c)}, reason...)
}

func sendable(r *rand.Rand) uint16 {
	for {
		if c := uint16(1000 + r.IntN(4000)); reference.Sendable(c) {
			return c
		}
	}
}

func randomBytes(r *rand.Rand, n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(r.Uint32())
	}
	return b
}

// randomText returns UTF-8 of at most 123 bytes.
func randomText(r *rand.Rand) (b []byte) {
	alphabet := []rune("az09 \x00\u00e9\u20ac\ufeff\uffff\U0001f44b")
	for n := r.IntN(124); ; {
		next := append(b, string(alphabet[r.IntN(len(alphabet))])...)
		if len(next) > n {
			return b
		}
		b = next
	}
}

// wantEvent returns the event of a server whose peer sent payload and then waited.
func wantEvent(payload []byte) event.CloseEvent {
	c, reason, err := reference.Parse(payload)
	if err != 0 {
		return event.Abnormal()
	}
	return event.MustNew(code.Code(c), reason, true)
}

// wantAnswer returns the payload that such a server answers.
func wantAnswer(payload []byte) []byte {
	c, _, err := reference.Parse(payload)
	switch {
	case err != 0:
		c = reference.Answer(err)
	case c == uint16(code.NoStatus):
		return nil
	}
	return withCode(c, nil)
}
