package main

import (
	"fmt"
	"io"
)

const (
	// maxString is how many bytes of a string in JSON are read. The longest that
	// trace needs is the payload of a close frame in hex.
	maxString = 4096
	// maxPacket is how many bytes a packet may have in JSON once its strings are cut.
	maxPacket = 16 << 20
)

// A shortener passes JSON on and cuts the strings in it: tshark repeats in hex all
// of a message that ends in a packet, several times.
type shortener struct {
	r        io.Reader
	inString bool
	length   int  // of the string so far, in bytes
	escape   int  // after a backslash -1, in \uXXXX the digits left
	cut      bool // this character of the string is not passed on
	passed   int  // bytes passed on since the packet began
}

func (s *shortener) Read(p []byte) (int, error) {
	if s.passed > maxPacket {
		return 0, fmt.Errorf("longer than %d bytes", maxPacket)
	}
	for {
		n, err := s.r.Read(p)
		kept := p[:0]
		for _, c := range p[:n] {
			if s.keeps(c) {
				kept = append(kept, c)
			}
		}
		s.passed += len(kept)
		if len(kept) > 0 || err != nil || len(p) == 0 {
			return len(kept), err
		}
	}
}

// keeps reports whether c, the next byte, is passed on. An escape sequence is
// passed on whole or not at all.
func (s *shortener) keeps(c byte) bool {
	switch {
	case !s.inString:
		s.inString, s.length = c == '"', 0
		return true
	case s.escape > 0:
		s.escape--
	case s.escape < 0:
		s.escape = 0
		if c == 'u' {
			s.escape = 4
		}
	case c == '"':
		s.inString = false
		return true
	default:
		s.cut = s.length >= maxString
		if c == '\\' {
			s.escape = -1
		}
	}
	s.length++
	return !s.cut
}
