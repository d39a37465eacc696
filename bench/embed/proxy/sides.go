package proxy

import (
	"context"

	"github.com/coder/websocket"
	"github.com/gobwas/ws"

	"example.com/closeframe/bench/embed/coder"
	"example.com/closeframe/bench/embed/gobwas"
	"example.com/closeframe/bench/embed/gorilla"
)

// Gobwas is a Side of gobwas/ws.
type Gobwas struct{ *gobwas.Conn }

func (s Gobwas) Read() (byte, []byte, error) {
	op, p, err := s.ReadMessage()
	return byte(op), p, err
}

func (s Gobwas) Write(op byte, p []byte) error { return s.WriteMessage(ws.OpCode(op), p) }

// Gorilla is a Side of gorilla/websocket.
type Gorilla struct{ *gorilla.Conn }

func (s Gorilla) Read() (byte, []byte, error) {
	op, p, err := s.ReadMessage()
	return byte(op), p, err
}

func (s Gorilla) Write(op byte, p []byte) error { return s.WS().WriteMessage(int(op), p) }

// Coder is a Side of coder/websocket. As coder has it, a message of over 32 KiB ends
// the connection that it came from with 1009, for which the other side is told what
// stands for a lost one, 1014 or 1001; SetReadLimit, in the copy of package coder,
// allows longer ones.
type Coder struct{ *coder.Conn }

func (s Coder) Read() (byte, []byte, error) {
	typ, p, err := s.Conn.Read(context.Background())
	return byte(typ), p, err
}

func (s Coder) Write(op byte, p []byte) error {
	return s.Conn.Write(context.Background(), websocket.MessageType(op), p)
}

func (s Coder) Terminate() { _ = s.CloseNow() } // an error says that TCP is gone
